/** Formats what a post costs. */
import type { Words } from "../../../words/words.ts";

/** Returns a price in the reader's locale, for example "US$0.20". */
export function formatPrice(
  { locale }: Words,
  { amount, currency }: { readonly amount: number; readonly currency: string },
): string {
  return new Intl.NumberFormat(locale, { style: "currency", currency }).format(amount);
}
