/** The table of all rate limits, with the reason for each. */

/** Numbers are attempts within `seconds`. A missing number sets no limit. */
export interface Rule {
  readonly seconds: number;
  /** For one IPv4 address or one IPv6 /56, which is what a household gets. The /48 that contains it gets `WIDE` times as many. */
  readonly perNetwork?: number;
  /** For one email address as typed, or one signed-in person. */
  readonly perPerson?: number;
  /**
   * For one browser in which this person has signed in before (or anyone, if no person is named). It is then the only
   * counter that applies: however many attempts strangers make, nobody is locked out of their account in their own browser.
   */
  readonly perBrowser?: number;
  /** For everyone together, except known browsers. Limits the work, the emails and the rows in `rate_limits`. */
  readonly perService?: number;
  /**
   * Counts attempts in the process and takes this many at a time from the shared counter. For routes where a database round
   * trip per request would cost more than the answer.
   */
  readonly atATime?: number;
}

/** How many times more attempts a whole IPv6 /48 gets: a company or a campus has one, but so does anyone who rents a server. */
export const WIDE = 10;

const MINUTE = 60;
const QUARTER = 15 * MINUTE;
const HOUR = 60 * MINUTE;

export type Action = keyof typeof rules;

/** The rules by action. */
export const rules = {
  // A person mistypes a few times; a list of known passwords has thousands. One IPv4 address can be a whole office or
  // all customers of a mobile network: people who have signed in before have their own counters. Hashing 3,000 passwords
  // keeps a core busy for some of the fifteen minutes.
  "sign-in": { seconds: QUARTER, perNetwork: 60, perPerson: 20, perBrowser: 20, perService: 3_000 },
  "sign-up": { seconds: HOUR, perNetwork: 60, perPerson: 10, perService: 1_000 },
  // Each attempt sends an email to somebody who may not have asked for it. Links stay valid at least as long as this window, so
  // that one of the emails in the mailbox always works.
  "sign-in-link": { seconds: QUARTER, perNetwork: 20, perPerson: 5, perBrowser: 5, perService: 500 },
  "password-reset": { seconds: QUARTER, perNetwork: 20, perPerson: 5, perBrowser: 5, perService: 500 },
  "mail-change": { seconds: QUARTER, perPerson: 5, perService: 500 },
  // For signed-in people: a browser left open must not let anyone guess the password.
  "password-change": { seconds: QUARTER, perPerson: 10 },
  // Guessing a code needs the right password first, and better-auth also locks an account's codes.
  code: { seconds: QUARTER, perNetwork: 60, perBrowser: 20, perService: 3_000 },
  // Starts each time the form is shown, and there is nothing to guess.
  passkey: { seconds: QUARTER, perNetwork: 120, perBrowser: 60, perService: 10_000 },
  openid: { seconds: QUARTER, perNetwork: 120, perBrowser: 60, perService: 10_000 },
  // A secret of 256 random bits cannot be guessed. The limit bounds the work.
  "link-use": { seconds: QUARTER, perNetwork: 60, perBrowser: 20, perService: 3_000 },

  // Each attempt calls a network, or registers an app at a server that somebody typed.
  connect: { seconds: QUARTER, perPerson: 60, perService: 3_000 },
  // For visitors who are not signed in: each try may ask the server that they typed for one small document.
  "visit-server": { seconds: QUARTER, perNetwork: 60, perService: 3_000 },
  // One share can go to all of a person's accounts, so people need far fewer.
  share: { seconds: QUARTER, perPerson: 300, perService: 20_000 },
  // Each attempt may fetch a page: the service must not become a tool for overloading someone's site.
  read: { seconds: MINUTE, perPerson: 120, perService: 6_000, atATime: 10 },
  // Each attempt may bring pictures, of which each takes up to two seconds to redraw and 4 MB to keep.
  picture: { seconds: QUARTER, perPerson: 120, perService: 6_000 },
  // Sent several times a second while somebody types. The page has been read by then.
  draft: { seconds: MINUTE, perPerson: 600, atATime: 100 },
  // Each asks a network's server, while somebody types a handle.
  mention: { seconds: MINUTE, perPerson: 60, perService: 3_000, atATime: 10 },
  // The servers of sites ask on behalf of their readers and cache the answer for a minute. Costs one or two queries.
  api: { seconds: MINUTE, perNetwork: 600, perService: 60_000, atATime: 20 },
  // A site's server may ask at each view of its busiest page. Each process counts on its own: an answer costs 20 µs, a
  // database round trip many times that. There is no limit for everyone together, since refusing costs as much as answering.
  fragment: { seconds: MINUTE, perNetwork: 60_000 },
} as const satisfies Readonly<Record<string, Rule>>;
