/** The latest nonce of each server, for proofs of possession (docs/networks/bluesky.md, section 3). */

/** Servers accept a nonce for at least three minutes. */
const FRESH_MS = 120_000;
const MOST = 500;

export class Nonces {
  readonly #now: () => Date;
  readonly #nonces = new Map<string, { readonly nonce: string; readonly at: number }>();

  constructor(now: () => Date) {
    this.#now = now;
  }

  find(origin: string): string | undefined {
    return this.#nonces.get(origin)?.nonce;
  }

  /** Whether the server will surely take its last nonce. */
  isFresh(origin: string): boolean {
    const known = this.#nonces.get(origin);
    return known !== undefined && this.#now().getTime() - known.at < FRESH_MS;
  }

  note(origin: string, { headers }: { readonly headers: Headers }): void {
    const nonce = headers.get("dpop-nonce");
    if (nonce === null) return;
    this.#nonces.delete(origin);
    this.#nonces.set(origin, { nonce, at: this.#now().getTime() });
    const [oldest] = this.#nonces.keys();
    if (this.#nonces.size > MOST && oldest !== undefined) this.#nonces.delete(oldest);
  }
}
