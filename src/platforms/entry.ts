/** What a network's folder hands to the registry: the only thing that code outside the folder imports from it. */
import type { z } from "zod";
import type { PlatformAbout } from "./about.ts";
import type { PlatformWorld, SocialPlatform } from "./platform.ts";
import type { CardSource, LinkCard } from "./posts/link-card.ts";

/** Settings by name, as they were read from the environment. */
export type PlatformSettings = Readonly<Record<string, string | undefined>>;

/** A network's mark, as one SVG path. */
export interface NetworkIcon {
  readonly path: string;
  /** Absent: a grid of 24 by 24. */
  readonly viewBox?: string;
  /** The colour that the network gives with its mark; absent: the text's own. */
  readonly colour?: string;
}

/** Everything the registry needs to know about a network. */
export interface NetworkEntry {
  readonly about: PlatformAbout;
  readonly icon: NetworkIcon;
  readonly settings: z.ZodObject;
  /** Draws the card that a post with this link gets there. */
  drawCard(source: CardSource): LinkCard;
  /** @throws {z.ZodError} if a setting is missing or invalid */
  create(settings: PlatformSettings, world: PlatformWorld): SocialPlatform;
}

/** Makes an entry whose `create` receives its settings parsed. */
export function networkEntry<Settings extends z.ZodObject>({
  create,
  ...parts
}: Omit<NetworkEntry, "settings" | "create"> & {
  readonly settings: Settings;
  create(settings: z.infer<Settings>, world: PlatformWorld): SocialPlatform;
}): NetworkEntry {
  return { ...parts, create: (settings, world) => create(parts.settings.parse(settings), world) };
}
