/** What every page's handler is given by the middlewares before it. */
import type { Context } from "hono";
import type { Person } from "../people/people.ts";
import type { Runtime } from "../runtime.ts";

export interface WebEnv {
  Variables: {
    runtime: Runtime;
    /** The signed-in person and their session; set by `requirePerson`, and by `readPerson` where login is optional. */
    person: Person;
    sessionId: string;
  };
}

export type WebContext = Context<WebEnv>;
