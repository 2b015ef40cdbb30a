/** Refuses malformed paths and forms before any page reads them. */
import { createMiddleware } from "hono/factory";
import { HTTPException } from "hono/http-exception";
import { showNotFound } from "../frame/errors.tsx";
import type { WebEnv } from "./context.ts";

/** Answers 404 to paths with control characters or broken percent-encoding, which none of our addresses has. */
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

/** Answers 400, not 500, to a form that cannot be parsed or whose sender closed the connection early. */
export const refuseBrokenForms = createMiddleware<WebEnv>(async (c, next) => {
  const parse = c.req.parseBody.bind(c.req);
  const read = c.req.arrayBuffer.bind(c.req);
  const parseBody: typeof parse = async (options?: object) => await orBadRequest(parse(options));
  Object.assign(c.req, { parseBody, arrayBuffer: async () => await orBadRequest(read()) });
  await next();
});

async function orBadRequest<T>(reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (cause) {
    throw new HTTPException(400, { cause });
  }
}
