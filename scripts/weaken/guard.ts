/** What `npm run weaken` takes out: what stands in the tree, what it becomes, and the tests that must notice. */

export interface Guard {
  readonly name: string;
  readonly cuts: readonly {
    readonly file: string;
    /** Stands in the file exactly once. */
    readonly from: string;
    readonly to: string;
  }[];
  /** Test files, at least one of which has to fail. */
  readonly tests: readonly string[];
}
