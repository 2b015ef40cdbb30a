/** Tasks that a network runs later, by its own clock. */
export class Postponed {
  #waiting: { readonly atMs: number; readonly task: () => Promise<void> }[] = [];

  add(atMs: number, task: () => Promise<void>): void {
    this.#waiting.push({ atMs, task });
  }

  /** Starts the tasks that are due. Errors are dropped, since the caller is gone. */
  begin(nowMs: number, done: () => void): void {
    const due = this.#waiting.filter(({ atMs }) => atMs <= nowMs);
    this.#waiting = this.#waiting.filter(({ atMs }) => atMs > nowMs);
    for (const { task } of due) task().then(done, () => {});
  }

  clear(): void {
    this.#waiting = [];
  }
}
