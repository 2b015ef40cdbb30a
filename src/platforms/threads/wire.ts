/** One account at Threads as our calls reach it: where, and with which token (docs/networks/threads.md, section 1). */

import { type Answer, callSafely, publishing } from "../call/request.ts";
import type { PlatformWorld, Post, Tokens } from "../platform.ts";

/** The app and where Threads is, from the settings. */
export interface App {
  readonly id: string;
  readonly secret: string;
  /** Where people consent, and where posts are seen. */
  readonly origin: string;
  readonly apiOrigin: string;
}

/** Paths begin after the version: "/me". */
export interface Wire {
  readonly world: PlatformWorld;
  read(path: string): Promise<Answer>;
  /** A call that makes something which nobody sees. */
  prepare(path: string, form: Readonly<Record<string, string>>): Promise<Answer>;
  /** The call that publishes. */
  publish(post: Post, path: string, form: Readonly<Record<string, string>>): Promise<Answer>;
  remove(path: string): Promise<Answer>;
}

export function reach(app: App, world: PlatformWorld, { accessToken }: Pick<Tokens, "accessToken">): Wire {
  const at = (path: string) => ({
    url: `${app.apiOrigin}/v1.0${path}`,
    headers: { authorization: `Bearer ${accessToken}` },
  });
  return {
    world,
    read: (path) => callSafely(world.fetch, { method: "GET", ...at(path) }),
    prepare: (path, form) => callSafely(world.fetch, { method: "POST", ...at(path), form }),
    publish: (post, path, form) => publishing(post)(world.fetch, { method: "POST", ...at(path), form }),
    remove: (path) => callSafely(world.fetch, { method: "DELETE", ...at(path) }),
  };
}
