/** Looks at what comes in before any page reads it: addresses that nobody can mean, and forms that arrive broken. */
import { createMiddleware } from "hono/factory";
import { HTTPException } from "hono/http-exception";
import { showNotFound } from "../frame/errors.tsx";
import type { WebEnv } from "./context.ts";

/** No address of ours holds a control character, as an id or otherwise, or what is no text at all. */
export const refuseUnreadablePaths = createMiddleware<WebEnv>(async (c, next) => {
  if (!isReadable(new URL(c.req.url).pathname)) return showNotFound(c);
  await next();
  return undefined;
});

function isReadable(path: string): boolean {
  try {
    return !/\p{Cc}/u.test(decodeURIComponent(path));
  } catch {
    return false;
  }
}

/** A form that cannot be taken apart, or whose sender hung up in its middle, is theirs to mend. */
export const refuseBrokenForms = createMiddleware<WebEnv>(async (c, next) => {
  const parse = c.req.parseBody.bind(c.req);
  const read = c.req.arrayBuffer.bind(c.req);
  const parseBody: typeof parse = async (options?: object) => await orBroken(parse(options));
  Object.assign(c.req, { parseBody, arrayBuffer: async () => await orBroken(read()) });
  await next();
});

async function orBroken<T>(reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (cause) {
    throw new HTTPException(400, { cause });
  }
}
