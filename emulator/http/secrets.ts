/** Compares secrets as the real networks should: in the same time whatever they are. */
import { createHash, timingSafeEqual } from "node:crypto";

export function isSame(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) => createHash("sha256").update(text).digest());
  return a !== undefined && b !== undefined && timingSafeEqual(a, b);
}
