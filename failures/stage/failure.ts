/** What each file of this folder exports as `failure`: something that goes wrong around the service, and how it is played. */

export interface Failure {
  /** What `npm run failures NAME` takes. */
  readonly name: string;
  readonly title: string;
  /** Plays it on real processes, and says what it saw. @throws when a promise is broken */
  play(say: (line: string) => void): Promise<void>;
}
