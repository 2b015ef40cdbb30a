/** Says what a post on a network costs the operator, where the operator entered it. */
import type { PlatformName } from "../../../platforms/platform.ts";
import { aboutPlatform } from "../../../platforms/registry.ts";
import { useWords } from "../../frame/words.tsx";
import { formatPrice } from "./price.ts";

interface PriceProps {
  readonly platform: PlatformName;
  readonly price: { readonly amount: number; readonly currency: string } | undefined;
}

export function Price({ platform, price }: PriceProps) {
  const words = useWords();
  if (price === undefined) return null;
  return (
    <p class="note quiet">
      {words.t("A post with a link costs {price} on {network}. The operator of this service pays for it.", {
        price: formatPrice(words, price),
        network: aboutPlatform(platform).label,
      })}
    </p>
  );
}
