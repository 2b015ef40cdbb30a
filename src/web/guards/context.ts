/** What middleware passes to the handlers of pages. */
import type { HttpBindings } from "@hono/node-server";
import type { Context } from "hono";
import type { Person } from "../../people/people.ts";
import type { Runtime } from "../../service/runtime.ts";
import type { Attention } from "../../sharing/record/attention.ts";

/** The signed-in person, and how many of their shares and accounts need attention. */
export interface Reader extends Person {
  readonly attention: Attention;
}

/** What Hono passes to each handler. */
export interface WebEnv {
  /** Node's request and response. */
  Bindings: HttpBindings;
  Variables: {
    runtime: Runtime;
    /** The signed-in person and their session; set by `requirePerson`. */
    person: Reader;
    sessionId: string;
    /** When they last confirmed who they are in this session. */
    provedAt: Date;
  };
}

/** The context of a page's handler. */
export type WebContext = Context<WebEnv>;
