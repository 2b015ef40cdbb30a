/** A guard that `npm run weaken` removes: its code, what replaces it, and the tests that must notice. */

export interface Guard {
  readonly name: string;
  readonly cuts: readonly {
    readonly file: string;
    /** Occurs in the file exactly once. */
    readonly from: string;
    readonly to: string;
  }[];
  /** Test files, at least one of which must fail. */
  readonly tests: readonly string[];
}
