/**
 * Decides which hosts Mastodon can encode: it uses GNU libidn, which knows the international names of 2003 (RFC 3490).
 */
import { createRequire } from "node:module";
import { domainToASCII } from "node:url";

/** Loaded for the first international name, because its tables are large. */
const loadSaslprep = (): typeof import("@mongodb-js/saslprep") =>
  createRequire(import.meta.url)("@mongodb-js/saslprep");

const LONGEST_LABEL = 63;
/** Newer than Unicode 3.2, but today's preparation maps them to the letters that they contain. */
const TOO_YOUNG = /[ẞ\u{1f100}-\u{1faff}]/u;

/** @param room how many characters longer than the host its encoding may be */
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
    // libidn refuses letters that Unicode 3.2 does not know, and mixed directions, by the rules of that time (RFC
    // 3454).
    const prepared = loadSaslprep().saslprep(label.toLowerCase());
    return domainToASCII(prepared) || prepared;
  } catch {
    return undefined;
  }
}
