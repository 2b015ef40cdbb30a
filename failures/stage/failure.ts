/** What each file exports as `failure`: something that goes wrong around the service, and how to play it. */

export interface Failure {
  /** The name for `npm run failures NAME`. */
  readonly name: string;
  readonly title: string;
  /** Plays it on real processes and reports what it saw. @throws if a promise is broken */
  play(say: (line: string) => void): Promise<void>;
}
