/** A service in every kind of trouble, as its records show it, for pages that have to look right even then. */
import { randomUUID } from "node:crypto";
import { backups, letters, mailServer, restorations, troubles } from "../../../src/database/schema.ts";
import type { Trouble } from "../../../src/operation/trouble/troubles.ts";
import { hashSecret } from "../../../src/people/secrets.ts";
import { invite } from "../../../src/people/sign-up/invitations.ts";
import type { TestService } from "./service.ts";

const HOUR_MS = 3_600_000;

const seen: readonly Trouble[] = [
  { name: "clock", details: { aheadSeconds: -345_600, hosts: 5 } },
  { name: "disk", details: { level: "low", freeBytes: 412_000_000 } },
  { name: "networks", details: { platforms: ["twitter", "threads", "mastodon"] } },
  { name: "event-loop", details: { seconds: 14 } },
  { name: "keys", details: { tried: 20, unreadable: 7 } },
];

/**
 * Adds troubles, a failing mail server, a refused invitation, a failed backup and a restored database, for an
 * hour.
 */
export async function putEverythingWrong({ runtime }: Pick<TestService, "runtime">): Promise<void> {
  const { database } = runtime;
  const [now, later] = [new Date(), new Date(Date.now() + HOUR_MS)];
  const details = { processId: randomUUID(), since: now, seenAt: later };
  await database.insert(troubles).values(seen.map((trouble) => ({ ...trouble, ...details })));
  const email = "somebody.with.a.rather.long.address@mail.example.com";
  await invite(runtime, email);
  const refused = {
    kind: "invitation",
    priority: 1,
    recipientHash: hashSecret(email),
    expiresAt: later,
  } as const;
  const [state, errorCode] = ["refused", "EENVELOPE 550"] as const;
  await database.insert(letters).values({ ...refused, state, errorCode, endedAt: now, createdAt: later });
  const failure = { lastFailedAt: now, lastFailureCode: "EAUTH 535", retryAt: later };
  await database
    .insert(mailServer)
    .values({ id: "smtp", ...failure })
    .onConflictDoUpdate({
      target: mailServer.id,
      set: failure,
    });
  const problem = "EACCES: permission denied, mkdir '/backups/sharewell/of/this/service'";
  await database.insert(backups).values([
    { name: "good", startedAt: new Date(now.getTime() - HOUR_MS), endedAt: now, bytes: 48_200_000 },
    { name: "", startedAt: now, endedAt: now, problem },
  ]);
  await database
    .insert(restorations)
    .values({ sign: "silent", since: now, shares: 12, connections: 4, noticedAt: now });
}
