/** Calls to Facebook that publish nothing. */
import { say } from "../../words/words.ts";
import { type Answer, callSafely } from "../call/request.ts";
import { askGraph, type GraphCall, type MetaApp } from "../meta/call.ts";
import { PlatformError, type PlatformWorld } from "../platform.ts";
import { toError } from "./errors.ts";

/** Our app at Meta, and the surroundings it runs in. */
export interface Context {
  readonly app: MetaApp;
  readonly world: PlatformWorld;
}

/** @returns an answer of status 200 @throws {PlatformError} for every other answer */
export async function send({ app, world }: Context, call: GraphCall): Promise<Answer> {
  const answer = await askGraph(world, app, call, callSafely);
  if (answer.status !== 200) throw toError(answer, world.now());
  return answer;
}

/** The answer of a successful call lacks what we need. */
export function unreadable({ status }: Answer): PlatformError {
  const message = say("Facebook sent an answer that we could not read.");
  return new PlatformError("transient", { code: "unreadable", message, status });
}
