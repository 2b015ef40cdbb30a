/** Connects accounts for people, through the functions and consent pages that the browser uses. */
import { randomUUID } from "node:crypto";
import type { Connection } from "../../../src/connections/connection.ts";
import { findChoice } from "../../../src/connections/oauth/choose.ts";
import { type ConnectOutcome, finishConnecting } from "../../../src/connections/oauth/finish.ts";
import { startConnecting } from "../../../src/connections/oauth/start.ts";
import { takeChoice } from "../../../src/connections/oauth/take-choice.ts";
import { users } from "../../../src/database/schema.ts";
import type { PlatformName } from "../../../src/platforms/platform.ts";
import type { Runtime } from "../../../src/service/runtime.ts";
import { approve } from "../networks/consent.ts";

export async function addPerson(runtime: Runtime, name = "Ana"): Promise<{ id: string }> {
  const id = randomUUID();
  await runtime.database.insert(users).values({ id, name, email: `${id}@example.com` });
  return { id };
}

export interface AccountChoice {
  readonly platform: PlatformName;
  readonly account?: string;
  readonly server?: string;
  readonly way?: string;
  /** Asks again for permissions that were left out. */
  readonly again?: boolean;
  /** Permissions to leave out on the consent page. */
  readonly untick?: readonly string[];
  /** The account's name, where the network offers several. Default: the first that can be connected. */
  readonly pick?: string;
}

/** A page refused, with its message. */
export class NotConnected extends Error {
  override name = "NotConnected";
}

/** Runs the whole flow as `account` ("ana" or "ben"). @throws {NotConnected} */
export async function connectAccount(
  runtime: Runtime,
  person: { id: string },
  choice: AccountChoice,
): Promise<Connection> {
  const sessionId = randomUUID();
  const finished = await dance(runtime, { person, sessionId }, choice);
  if (finished.outcome === "connected" && finished.connections[0] !== undefined)
    return finished.connections[0];
  if (finished.outcome !== "choose") throw new NotConnected(JSON.stringify(finished));
  const chooser = { person, sessionId };
  const offered = await findChoice(runtime, chooser, finished.choiceId);
  const picked = offered?.candidates.find(
    ({ account, hindrance }) =>
      hindrance === undefined && (choice.pick === undefined || choice.pick === account.displayName),
  );
  if (picked === undefined) throw new Error(`There is no ${choice.pick} to choose.`);
  const taken = await takeChoice(runtime, chooser, finished.choiceId, [picked.account.id]);
  if (taken.outcome !== "connected" || taken.connections[0] === undefined)
    throw new NotConnected(JSON.stringify(taken));
  return taken.connections[0];
}

/** On networks that ask for a server, the simulated one if none is chosen. */
function withServer(
  { config }: Pick<Runtime, "config">,
  platform: PlatformName,
  server: string | undefined,
): { server?: string } {
  if (server !== undefined) return { server };
  const { SOCIAL_BLUESKY_ORIGIN: origin } = config.platforms;
  return platform === "bluesky" && origin !== undefined ? { server: new URL(origin).host } : {};
}

/** Goes to the network and back, as a person in a session. @throws {NotConnected} */
export async function dance(
  runtime: Runtime,
  dancer: { person: { id: string }; sessionId: string },
  choice: AccountChoice,
): Promise<ConnectOutcome> {
  const { platform, account = "ana", server, way, again, untick = [] } = choice;
  const started = await startConnecting(runtime, {
    ...dancer,
    platform,
    returnTo: "/social/",
    ...withServer(runtime, platform, server),
    ...(way === undefined ? {} : { way }),
    ...(again === undefined ? {} : { again }),
  });
  if ("problem" in started) throw new NotConnected(JSON.stringify(started.problem));
  const callback = await approve(started.redirect, { account, untick });
  return await finishConnecting(runtime, { ...dancer, platform, ...readReturn(callback) });
}

/** What the browser brings back from a network: the answer, and the redirect address. */
export function readReturn(callback: string): {
  query: Record<string, string>;
  issuerKey: string | undefined;
} {
  const { pathname, searchParams } = new URL(callback);
  const [, , , , issuerKey] = pathname.split("/");
  return { query: Object.fromEntries(searchParams), issuerKey: issuerKey || undefined };
}
