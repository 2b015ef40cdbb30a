/** People with connected accounts, made through the same functions and consent pages that the browser uses. */
import { randomUUID } from "node:crypto";
import { finishConnecting, startConnecting } from "../../src/connections/connect.ts";
import type { Connection } from "../../src/connections/connection.ts";
import { users } from "../../src/database/schema.ts";
import type { PlatformName } from "../../src/platforms/platform.ts";
import type { Runtime } from "../../src/runtime.ts";
import { approve } from "./consent.ts";

export async function addPerson(runtime: Runtime, name = "Ana"): Promise<{ id: string }> {
  const id = randomUUID();
  await runtime.database.insert(users).values({ id, name, email: `${id}@example.com` });
  return { id };
}

/** Goes through the whole dance as `account` ("ana" or "ben"). */
export async function connectAccount(
  runtime: Runtime,
  person: { id: string },
  choice: { platform: PlatformName; account?: string; server?: string },
): Promise<Connection> {
  const sessionId = randomUUID();
  const { platform, account = "ana", server } = choice;
  const started = await startConnecting(runtime, {
    person,
    sessionId,
    platform,
    returnTo: "/social/",
    ...(server === undefined ? {} : { server }),
  });
  if ("problem" in started) throw new Error(started.problem);
  const callback = new URL(await approve(started.redirect, { account }));
  const finished = await finishConnecting(runtime, {
    person,
    sessionId,
    platform,
    query: Object.fromEntries(callback.searchParams),
  });
  if (finished.outcome !== "connected" || finished.connections[0] === undefined)
    throw new Error(JSON.stringify(finished));
  return finished.connections[0];
}
