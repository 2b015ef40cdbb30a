/** What a post costs, in words. */
import type { Words } from "../../words/words.ts";

/** "US$0.20" */
export function formatPrice(
  { locale }: Words,
  { amount, currency }: { readonly amount: number; readonly currency: string },
): string {
  return new Intl.NumberFormat(locale, { style: "currency", currency }).format(amount);
}
