/** What a network does later than it was asked to, by its own clock. */
export class Postponed {
  #waiting: { readonly atMs: number; readonly task: () => Promise<void> }[] = [];

  add(atMs: number, task: () => Promise<void>): void {
    this.#waiting.push({ atMs, task });
  }

  /** Begins what is due; what of it fails is dropped, as its caller is gone. */
  begin(nowMs: number, done: () => void): void {
    const due = this.#waiting.filter(({ atMs }) => atMs <= nowMs);
    this.#waiting = this.#waiting.filter(({ atMs }) => atMs > nowMs);
    for (const { task } of due) task().then(done, () => {});
  }

  clear(): void {
    this.#waiting = [];
  }
}
