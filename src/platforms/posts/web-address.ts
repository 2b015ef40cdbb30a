/** Addresses that networks and servers tell us. Only those of the web leave this folder: they become links, pictures and redirects. */
import { z } from "zod";

/** An http or https address, written as browsers write it. Nothing else may be shown as a link. */
export type WebAddress = string & z.core.$brand<"WebAddress">;

const LONGEST = 4_096;

/** As networks tell them. A name and a password in an address only serve to mislead. */
export const webAddress = z
  .string()
  .max(LONGEST)
  .transform((text, context): WebAddress => {
    const address = readWebAddress(text);
    if (address !== undefined) return address;
    context.addIssue("must be a web address");
    return z.NEVER;
  });

/** Undefined where it is none: also of what was kept before this was looked at. */
export function readWebAddress(text: string | null | undefined): WebAddress | undefined {
  const url = URL.parse(text ?? "");
  return url !== null && isWeb(url) ? (url.href as WebAddress) : undefined;
}

/** Of an address that we made ourselves. @throws where it is none of the web */
export function toWebAddress(address: string | URL): WebAddress {
  const made = readWebAddress(String(address));
  if (made === undefined) throw new Error("A network's own address is none of the web.");
  return made;
}

function isWeb({ protocol, username, password }: URL): boolean {
  return (protocol === "https:" || protocol === "http:") && username === "" && password === "";
}
