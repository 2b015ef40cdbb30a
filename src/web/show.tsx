/** Answers with a page, or with a part of one, in the frame that the operator chose. */
import type { Context } from "hono";
import type { Child } from "hono/jsx";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { WebEnv } from "./context.ts";
import { readFrame } from "./look.ts";
import { FrameContext } from "./parts/frame.ts";

export function show(c: Context<WebEnv>, page: Child, status?: ContentfulStatusCode) {
  return c.html(<FrameContext.Provider value={readFrame(c)}>{page}</FrameContext.Provider>, status);
}
