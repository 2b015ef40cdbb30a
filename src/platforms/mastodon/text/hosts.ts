/** Finds the host names that Mastodon finds in a text (docs/networks/mastodon.md, section 4). */
import { loadTwitterText } from "../../twitter/text.ts";

const INVISIBLE = String.raw`\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\ufeff\uffff`;

/** A backslash may be in a name: the gem forgot to exclude it. */
const NOT_IN_NAME = String.raw`!-,\/:-@\[\]^\x60\{-~\x00-\x20\x7f\x85\xa0\u1680\u180e\u2000-\u200a\u2028\u2029\u202f\u205f\u3000${INVISIBLE}`;

const NAMES = `(?:[-_.]|[^${NOT_IN_NAME}])+`;

export const HOSTS = new RegExp(NAMES, "gu");

const HOST_HERE = new RegExp(NAMES, "uy");

let topLevel: RegExp | undefined;

/** The top-level domains that X’s library knows. */
function readTopLevel(): RegExp {
  const { validGTLD, validCCTLD } = loadTwitterText().regexen;
  return new RegExp(`${validGTLD.source}|${validCCTLD.source}|xn--[0-9a-z]+`, "iuy");
}

/**
 * Names with dots between them, and where a host that begins in each would end: after the last known top-level domain.
 */
export class Hosts {
  readonly end: number;
  readonly #text: string;
  readonly #labels: { readonly start: number; readonly end: number; readonly words: string }[] = [];
  /** For the host that begins with the label of this number. */
  readonly #ends: (number | undefined)[] = [];
  #label = 0;

  constructor(text: string, run: string, index: number) {
    this.#text = text;
    this.end = index + run.length;
    let start = index;
    for (const words of run.split(".")) {
      this.#labels.push({ start, end: start + words.length, words });
      start += words.length + 1;
    }
    for (let number = this.#labels.length - 2; number >= 0; number -= 1)
      this.#ends[number] = this.#endOf(number, this.#labels[number]?.words ?? "");
  }

  /** Called from left to right. */
  endFrom(at: number): number | undefined {
    while ((this.#labels[this.#label]?.end ?? at) < at) this.#label += 1;
    const label = this.#labels[this.#label];
    if (label === undefined || at < label.start) return undefined;
    if (at === label.start) return this.#ends[this.#label];
    return this.#endOf(this.#label, label.words.slice(at - label.start));
  }

  #endOf(number: number, words: string): number | undefined {
    const next = this.#labels[number + 1];
    if (next === undefined || words === "" || /^[-_]|[-_]$/.test(words)) return undefined;
    const further = this.#ends[number + 1];
    if (further !== undefined || words.includes("_")) return further;
    topLevel ??= readTopLevel();
    topLevel.lastIndex = next.start;
    const top = topLevel.exec(this.#text);
    return top === null ? undefined : next.start + top[0].length;
  }
}

export function hostAfterScheme(text: string, at: number): number | undefined {
  HOST_HERE.lastIndex = at;
  const run = HOST_HERE.exec(text)?.[0];
  return run === undefined ? undefined : new Hosts(text, run, at).endFrom(at);
}
