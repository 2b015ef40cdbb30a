/** What every page's handler is given by the middlewares before it. */
import type { HttpBindings } from "@hono/node-server";
import type { Context } from "hono";
import type { Person } from "../../people/people.ts";
import type { Runtime } from "../../service/runtime.ts";
import type { Attention } from "../../sharing/record/attention.ts";

/** Who reads a page, and what waits for them. */
export interface Reader extends Person {
  readonly attention: Attention;
}

export interface WebEnv {
  /** Node's own request and response. */
  Bindings: HttpBindings;
  Variables: {
    runtime: Runtime;
    /** The signed-in person and their session; set by `requirePerson`, and by `readPerson` where login is optional. */
    person: Reader;
    sessionId: string;
    /** When they last proved who they are in it. */
    provedAt: Date;
  };
}

export type WebContext = Context<WebEnv>;
