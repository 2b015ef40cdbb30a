/**
 * An access token works only together with the key that it is bound to, so the two are kept as one secret: whoever seals
 * tokens needs to know nothing about it.
 */
import { z } from "zod";
import type { Tokens } from "../../platform.ts";
import { type Key, readKey } from "./keys.ts";

const shape = z.object({ token: z.string(), key: z.unknown() });

export function bind(token: string, key: Key): string {
  return JSON.stringify({ token, key });
}

/** @throws if it was not made by `bind` */
export function unbind({ accessToken }: Pick<Tokens, "accessToken">): {
  readonly token: string;
  readonly key: Key;
} {
  const { token, key } = shape.parse(JSON.parse(accessToken));
  return { token, key: readKey(JSON.stringify(key)) };
}
