/** How often what may be tried: the one table of all limits, with the reasons. */

/** Numbers are tries within `seconds`; a number that is missing sets no limit. */
export interface Rule {
  readonly seconds: number;
  /** For one IPv4 address or one IPv6 /56, which is what a household gets; a /48 around it gets `WIDE` times as many. */
  readonly perNetwork?: number;
  /** For one mail address as typed, or one person who is signed in. */
  readonly perPerson?: number;
  /**
   * For one browser in which this person signed in before, or anybody where nobody is named. It is then the only counter: what strangers try, wherever
   * they are and however many, keeps nobody out of their own account in their own browser.
   */
  readonly perBrowser?: number;
  /** For all together, but for browsers that are known. Bounds the work, the letters and the rows of `rate_limits`. */
  readonly perService?: number;
  /**
   * Tries are counted in the process, and taken from the shared counter this many at a time: where a round trip to the
   * database for each would cost more than the answer.
   */
  readonly atATime?: number;
}

/** How much more a whole IPv6 /48 may try: a firm or a campus has one, but so has whoever rents one server. */
export const WIDE = 10;

const MINUTE = 60;
const QUARTER = 15 * MINUTE;
const HOUR = 60 * MINUTE;

export type Action = keyof typeof rules;

export const rules = {
  // A person mistypes a few times; a list of known passwords has thousands. One IPv4 address can be a whole office, or
  // a mobile network's customers: those who were here before have counters of their own. 3,000 hashes of passwords keep
  // a core busy for some minutes of the fifteen.
  "sign-in": { seconds: QUARTER, perNetwork: 60, perPerson: 20, perBrowser: 20, perService: 3_000 },
  "sign-up": { seconds: HOUR, perNetwork: 60, perPerson: 10, perService: 1_000 },
  // Each is a letter to somebody who perhaps did not ask for it. Links work for as long as this window at least, so
  // that one of the letters in the mailbox always does.
  "sign-in-link": { seconds: QUARTER, perNetwork: 20, perPerson: 5, perBrowser: 5, perService: 500 },
  "password-reset": { seconds: QUARTER, perNetwork: 20, perPerson: 5, perBrowser: 5, perService: 500 },
  "mail-change": { seconds: QUARTER, perPerson: 5, perService: 500 },
  // By people who are signed in: a browser left open must not become a place to guess the password.
  "password-change": { seconds: QUARTER, perPerson: 10 },
  // Worth a guess after a right password only, and better-auth locks the codes of an account besides.
  code: { seconds: QUARTER, perNetwork: 60, perBrowser: 20, perService: 3_000 },
  // Begun each time the form is shown, and there is nothing to guess.
  passkey: { seconds: QUARTER, perNetwork: 120, perBrowser: 60, perService: 10_000 },
  openid: { seconds: QUARTER, perNetwork: 120, perBrowser: 60, perService: 10_000 },
  // 256 random bits: the limit is for the work, not for the guessing.
  "link-use": { seconds: QUARTER, perNetwork: 60, perBrowser: 20, perService: 3_000 },

  // Each asks a network, or registers an app at a server that somebody typed.
  connect: { seconds: QUARTER, perPerson: 60, perService: 3_000 },
  // One share goes to up to all accounts of a person, so that people need far fewer.
  share: { seconds: QUARTER, perPerson: 300, perService: 20_000 },
  // Each may fetch a page from a site: the service must not become a tool to load somebody's site.
  read: { seconds: MINUTE, perPerson: 120, perService: 6_000, atATime: 10 },
  // While somebody types, several times a second; the page is known by then.
  draft: { seconds: MINUTE, perPerson: 600, atATime: 100 },
  // Sites' servers ask for their readers, and keep the answer for a minute. Costs a query or two.
  api: { seconds: MINUTE, perNetwork: 600, perService: 60_000, atATime: 20 },
  // A site's server may ask at each view of its busiest page. Counted in the process alone, each for itself: an answer
  // costs 20 µs, a round trip to the database many times that. No limit for all: refusing costs as much as answering.
  fragment: { seconds: MINUTE, perNetwork: 60_000 },
} as const satisfies Readonly<Record<string, Rule>>;
