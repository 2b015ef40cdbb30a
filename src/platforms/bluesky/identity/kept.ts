/** Keeps what servers said for a few minutes, so that one flow does not ask twice. */

/** The specification allows less than ten minutes for a login. */
const KEPT_MS = 300_000;
const MOST = 200;

export class Kept {
  readonly #now: () => Date;
  readonly #values = new Map<string, { readonly until: number; readonly value: Promise<unknown> }>();

  constructor(now: () => Date) {
    this.#now = now;
  }

  /** Returns what `load` returned for this key a short time ago, or calls it. Failures are not kept. */
  async get<T>(key: string, load: () => Promise<T>): Promise<T> {
    const time = this.#now().getTime();
    const known = this.#values.get(key);
    if (known !== undefined && known.until > time) return (await known.value) as T;
    const value = load();
    this.#values.delete(key);
    this.#values.set(key, { until: time + KEPT_MS, value });
    const [oldest] = this.#values.keys();
    if (this.#values.size > MOST && oldest !== undefined) this.#values.delete(oldest);
    return await value.catch((error: unknown) => {
      this.#values.delete(key);
      throw error;
    });
  }

  forget(key: string): void {
    this.#values.delete(key);
  }
}
