/** Looks up TXT records. Nothing is connected to, so no address needs to be checked. */
import { Resolver } from "node:dns/promises";

/** A person waits for it. */
const TIMEOUT_MS = 2_000;

/** Returns the texts of a name's TXT records; empty if it has none. @throws {Error} if they cannot be looked up */
export async function lookUpTexts(name: string): Promise<string[]> {
  const resolver = new Resolver({ timeout: TIMEOUT_MS, tries: 2 });
  try {
    return (await resolver.resolveTxt(name)).map((parts) => parts.join(""));
  } catch (error) {
    if (error instanceof Error && "code" in error && ["ENODATA", "ENOTFOUND"].includes(String(error.code)))
      return [];
    throw error;
  }
}
