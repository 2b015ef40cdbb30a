/** Which hosts Mastodon can encode: it asks GNU libidn, which knows the international names of 2003 (RFC 3490). */
import { createRequire } from "node:module";
import { domainToASCII } from "node:url";

/** Loaded with the first international name: its tables are large. */
const loadSaslprep = (): typeof import("@mongodb-js/saslprep") =>
  createRequire(import.meta.url)("@mongodb-js/saslprep");

const LONGEST_LABEL = 63;
/** Younger than Unicode 3.2, but taken for the letters within them by what prepares names today. */
const TOO_YOUNG = /[ẞ\u{1f100}-\u{1faff}]/u;

/** @param room by how many characters its encoding may be longer than the host */
export function canEncodeHost(host: string, room: number): boolean {
  const labels = host.split(/[.。．｡]/u).map(encodeLabel);
  if (!labels.every((label) => label !== undefined && label !== "" && label.length <= LONGEST_LABEL))
    return false;
  return Math.max(labels.join(".").length - [...host].length, 0) <= room;
}

function encodeLabel(label: string): string | undefined {
  if (/^\p{ASCII}*$/u.test(label)) return label;
  if (TOO_YOUNG.test(label)) return undefined;
  try {
    // It refuses letters that Unicode 3.2 does not know and mixed directions, by the rules of that time (RFC 3454).
    const prepared = loadSaslprep().saslprep(label.toLowerCase());
    return domainToASCII(prepared) || prepared;
  } catch {
    return undefined;
  }
}
