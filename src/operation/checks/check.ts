/** What a check returns, and what checks may look at. */
import type { Database } from "../../database/open.ts";
import type { PictureStore } from "../../pages/pictures/picture-store.ts";
import type { Mailer } from "../../people/mail/mail.ts";
import type { PlatformRegistry } from "../../platforms/registry.ts";
import { part, type Saying, say, type Told } from "../../words/words.ts";

/** "unsure": it may work, but this cannot be decided from here. */
export type Verdict = "good" | "unsure" | "bad";

export interface Check {
  /** For addresses and tests: "base-url". */
  readonly id: string;
  /** "Public address" */
  readonly what: Told | string;
  readonly verdict: Verdict;
  /** What was found, and what to do unless it is good. */
  readonly words: Told;
}

/** An external sign-in provider. */
interface Provider {
  readonly settings: { readonly name: string; readonly issuer: URL };
  check(): Promise<void>;
}

export interface ChecksRuntime {
  /** Undefined until the first start creates it. */
  readonly database: Database | undefined;
  readonly vault: { decrypt(ciphertext: string): string };
  readonly mailer: Mailer;
  readonly platforms: PlatformRegistry;
  readonly pictures: PictureStore;
  readonly people: { readonly openid: Provider | undefined };
  /** Refuses addresses outside the public internet. */
  readonly fetch: typeof fetch;
  readonly config: {
    readonly baseUrl: URL;
    readonly sessionSecret: string;
    readonly dataFolder: string;
    readonly databaseUrl: string | undefined;
    readonly databasePool: number;
  };
  now(): Date;
}

export const PATIENCE_MS = 8_000;

/** The system's code for an error, such as "ENOTFOUND"; never an address, which could contain a password. */
export function reasonOf(error: unknown): string | Saying {
  if (!(error instanceof Error)) return part(say("unknown"));
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause)
    if ("code" in cause && typeof cause.code === "string" && /^[A-Z0-9_]+$/.test(cause.code))
      return cause.code;
  return error.name === "TimeoutError" ? part(say("no answer in time")) : error.message.replace(/\.$/, "");
}
