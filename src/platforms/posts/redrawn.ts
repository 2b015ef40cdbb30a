/** Compares texts and links regardless of how a network rewrites them (docs/networks/mastodon.md, section 6). */

/** No text that we send is longer. */
const LONGEST = 20_000;
/** More combining marks than any letter has. The time to normalize them grows with their square. */
const MARKS = /(?<=\p{M}{8})\p{M}+/gu;
const WEB_ADDRESS = /https?:\/\/[^\s<>"]+/giu;
const REMOTE_MENTION = /@([\w.-]+)@[\w.-]+/gu;

/** Reduces a text to letters, digits and pictographs, which networks keep when they rewrite quotes, spaces, mentions and addresses. */
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

/** Returns the web addresses in a text, each with and without trailing punctuation. */
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

/** What servers treat as markup and remove or rewrite, so that a listed post may lack it. */
const REDRAWN: readonly RegExp[] = [
  // Links and pictures in Markdown, whose text and address are separated.
  /!?\[[^[\]]*\]\([^()\s]*\)/gu,
  WEB_ADDRESS,
  // Anything like a tag, with its content: <word>, <b>, <https://…>.
  /<\/?[a-z!][^<>]*>/giu,
  // Misskey’s markup: $[tada words].
  /\$\[[\w.,=]+/gu,
  // Emoji by name: :smile:.
  /:[\w+-]+:/gu,
  // Mentions, whose names servers resolve.
  /@[\w.-]+(?:@[\w.-]+)?/gu,
  // Host names without a scheme, which some servers turn into links.
  /(?<![\p{L}\p{N}-])[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+(?:\/\S*)?/gu,
  // The prefix of quotes.
  /\bRE:/gu,
];

/** Reduces a text to the letters and digits that the person certainly wrote. */
export function wordsOf(text: string): string {
  const plain = decode(decode(text.slice(0, LONGEST).replace(MARKS, ""))).replaceAll("×", "x");
  return REDRAWN.reduce((rest, kind) => rest.replace(kind, " "), plain)
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}]/gu, "");
}

/** Decodes HTML entities. Some servers encode them twice, and some return text that was never encoded. */
function decode(text: string): string {
  return text.replace(ENTITY, (whole, decimal?: string, hex?: string, name?: string) => {
    const code = decimal !== undefined ? Number(decimal) : Number.parseInt(hex ?? "", 16);
    if (name === undefined) return code <= 0x10_ffff ? String.fromCodePoint(code) : whole;
    return ENTITIES[name.toLowerCase()] ?? whole;
  });
}

/** A text that ends like this may have been cut. */
const CUT = /(?:…|\.\.\.|\[…\])\s*$/u;
/** The fewest letters with which a cut or slightly different text can still be recognized. */
const TELLING = 20;
/** The share of letter pairs that remains after an unknown rewriting, but not in a different text. */
const MOSTLY = 0.85;

/** Whether a text may be a rewriting of ours: the same words, the beginning of them, or nearly all of them with the same numbers. */
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

/** Returns Dice’s coefficient of the letter pairs, from 0 to 1. */
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

/** Tracking parameters, which do not change the page. */
const ADDED = /^(?:utm_\w+|fbclid|igsh(?:id)?|gclid|srsltid|mc_[ce]id|ref|ref_src)$/i;

/** Whether a link leads to our page, ignoring its scheme, trailing slash, fragment and tracking parameters. */
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
