/** Checks addresses that networks and servers send us. Only web addresses leave this folder: they become links, pictures and redirects. */
import { z } from "zod";

/** An http or https address in normalized form. Nothing else may be shown as a link. */
export type WebAddress = string & z.core.$brand<"WebAddress">;

const LONGEST = 4_096;

/** Parses an address from a network. Rejects user names and passwords, which only mislead. */
export const webAddress = z
  .string()
  .max(LONGEST)
  .transform((text, context): WebAddress => {
    const address = readWebAddress(text);
    if (address !== undefined) return address;
    context.addIssue("must be a web address");
    return z.NEVER;
  });

/** Returns undefined if the text is not a web address. Stored addresses are checked too, because older versions did not. */
export function readWebAddress(text: string | null | undefined): WebAddress | undefined {
  const url = URL.parse(text ?? "");
  return url !== null && isWeb(url) ? (url.href as WebAddress) : undefined;
}

/** Converts an address that we built ourselves. @throws {Error} if it is not a web address */
export function toWebAddress(address: string | URL): WebAddress {
  const made = readWebAddress(String(address));
  if (made === undefined) throw new Error("A network's own address is none of the web.");
  return made;
}

function isWeb({ protocol, username, password }: URL): boolean {
  return (protocol === "https:" || protocol === "http:") && username === "" && password === "";
}
