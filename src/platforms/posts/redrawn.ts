/** What stays the same of a text and of a link, however a network redraws them (docs/networks/mastodon.md, section 6). */

/** Longer than any text that we send. */
const LONGEST = 20_000;
/** More marks than any letter has: bringing them in order takes a time that grows with their square. */
const MARKS = /(?<=\p{M}{8})\p{M}+/gu;
const WEB_ADDRESS = /https?:\/\/[^\s<>"]+/giu;
const REMOTE_MENTION = /@([\w.-]+)@[\w.-]+/gu;

/** Letters, digits and pictographs: what stays the same however a network writes quotes, blanks, mentions and addresses. */
export function essence(text: string): string {
  return text
    .slice(0, LONGEST)
    .replace(MARKS, "")
    .replace(WEB_ADDRESS, (address) =>
      (URL.canParse(address) ? new URL(address).href : address).replace(/^https?:/i, ""),
    )
    .replace(REMOTE_MENTION, "@$1")
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Extended_Pictographic}]/gu, "");
}

/** Web addresses as a text has them, perhaps with the punctuation that follows. */
export function addressesIn(text: string): string[] {
  return (text.slice(0, LONGEST).match(WEB_ADDRESS) ?? []).flatMap((found) => [
    found,
    found.replace(/[.,;:!?'")\]]+$/u, ""),
  ]);
}

const ENTITIES: Readonly<Record<string, string>> = {
  ...{ amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: " ", hellip: "…" },
};
const ENTITY = /&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{2,6}));/giu;

/** What servers take for markup and swallow, or write in another way; each may be missing of what they give back. */
const REDRAWN: readonly RegExp[] = [
  // Markdown's links and pictures: words and address part ways.
  /!?\[[^[\]]*\]\([^()\s]*\)/gu,
  WEB_ADDRESS,
  // Anything like a tag, with what it says: <word>, <b>, <https://…>.
  /<\/?[a-z!][^<>]*>/giu,
  // Misskey's own markup: $[tada words].
  /\$\[[\w.,=]+/gu,
  // Emoji by their names.
  /:[\w+-]+:/gu,
  // Mentions, whose names servers look up.
  /@[\w.-]+(?:@[\w.-]+)?/gu,
  // Names of hosts without a scheme, which some servers link.
  /(?<![\p{L}\p{N}-])[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+(?:\/\S*)?/gu,
  // What quotes begin with.
  /\bRE:/gu,
];

/** The words alone, without blanks: what is certainly of the person. */
export function wordsOf(text: string): string {
  const plain = decode(decode(text.slice(0, LONGEST).replace(MARKS, ""))).replaceAll("×", "x");
  return REDRAWN.reduce((rest, kind) => rest.replace(kind, " "), plain)
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}]/gu, "");
}

/** Some servers write entities twice, and some give back what was never escaped. */
function decode(text: string): string {
  return text.replace(ENTITY, (whole, decimal?: string, hex?: string, name?: string) => {
    const code = decimal !== undefined ? Number(decimal) : Number.parseInt(hex ?? "", 16);
    if (name === undefined) return code <= 0x10_ffff ? String.fromCodePoint(code) : whole;
    return ENTITIES[name.toLowerCase()] ?? whole;
  });
}

/** Words that end so may have been cut. */
const CUT = /(?:…|\.\.\.|\[…\])\s*$/u;
/** Letters that have to be left of a text that was cut, and of one of which some letters differ. */
const TELLING = 20;
/** Of pairs of letters: what an unknown way of redrawing leaves, and other words do not. */
const MOSTLY = 0.85;

/** Whether a text may be what became of ours: the same words, a beginning of them, or nearly all of them with the same numbers. */
export function isAlike(text: string, ours: string): boolean {
  const [theirs, wanted] = [wordsOf(text), wordsOf(ours)];
  const pictographs = text.slice(0, LONGEST).match(/\p{Extended_Pictographic}/gu) ?? [];
  if (pictographs.some((each) => !ours.includes(each))) return false;
  if (theirs === wanted) return true;
  if (Math.min(theirs.length, wanted.length) < TELLING) return false;
  if (CUT.test(text.replace(WEB_ADDRESS, "").slice(-LONGEST)) && wanted.startsWith(theirs)) return true;
  return numbersOf(theirs) === numbersOf(wanted) && compare(theirs, wanted) >= MOSTLY;
}

function numbersOf(words: string): string {
  return words.match(/\p{N}+/gu)?.join() ?? "";
}

/** Dice's coefficient of the pairs of letters, from 0 to 1. */
function compare(one: string, other: string): number {
  const counts = new Map<string, number>();
  for (const pair of pairsOf(one)) counts.set(pair, (counts.get(pair) ?? 0) + 1);
  let common = 0;
  for (const pair of pairsOf(other)) {
    const left = counts.get(pair) ?? 0;
    if (left === 0) continue;
    counts.set(pair, left - 1);
    common += 1;
  }
  return (2 * common) / Math.max(1, one.length + other.length - 2);
}

function pairsOf(words: string): string[] {
  return Array.from({ length: Math.max(0, words.length - 1) }, (_, index) => words.slice(index, index + 2));
}

/** Names that are added to links on the way, and select nothing. */
const ADDED = /^(?:utm_\w+|fbclid|igsh(?:id)?|gclid|srsltid|mc_[ce]id|ref|ref_src)$/i;

/** Whether a link leads to our page: scheme, last slash, fragment and what a server added to its query aside. */
export function isSamePage(link: string, ours: string): boolean {
  const [theirs, wanted] = [URL.parse(decode(link)), URL.parse(ours)];
  if (theirs === null || wanted === null) return link === ours;
  if (theirs.host !== wanted.host || pathOf(theirs) !== pathOf(wanted)) return false;
  const isRoute = /^#!?\//.test(wanted.hash) || /^#!?\//.test(theirs.hash);
  if (isRoute && theirs.hash !== wanted.hash) return false;
  const names = new Set([...theirs.searchParams.keys(), ...wanted.searchParams.keys()]);
  return [...names].every((name) => {
    const [one, other] = [theirs.searchParams.getAll(name), wanted.searchParams.getAll(name)];
    const isOnOneSide = one.length === 0 || other.length === 0;
    return (isOnOneSide && ADDED.test(name)) || one.join("\n") === other.join("\n");
  });
}

function pathOf({ pathname }: URL): string {
  const path = pathname.replace(/\/$/, "");
  try {
    return decodeURIComponent(path).normalize("NFC");
  } catch {
    return path;
  }
}
