/** Makes calls to Threads for one account (docs/networks/threads.md, section 1). */
import { type Answer, callSafely, publishing } from "../call/request.ts";
import type { PlatformWorld, Post, Tokens } from "../platform.ts";

/** Our app at Threads and Threads' addresses, from the settings. */
export interface App {
  readonly id: string;
  readonly secret: string;
  /** Where people sign in, and where their posts are shown. */
  readonly origin: string;
  readonly apiOrigin: string;
}

/** Calls with one token. Paths omit the version: "/me". */
export interface Wire {
  readonly world: PlatformWorld;
  read(path: string): Promise<Answer>;
  /** Creates something that nobody can see yet. */
  prepare(path: string, form: Readonly<Record<string, string>>): Promise<Answer>;
  /** Publishes. */
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
