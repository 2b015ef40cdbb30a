/** One of two services with the same person, accounts and history. They differ only in how much else is in their databases. */
import { eq, sql } from "drizzle-orm";
import type { Emulator } from "../../emulator/server.ts";
import { readConfig } from "../../src/config/config.ts";
import type { Database } from "../../src/database/open.ts";
import { shareRequests, socialConnections, socialShares, users } from "../../src/database/schema.ts";
import { createPerson } from "../../src/people/sign-up/create-person.ts";
import { type Service, startService } from "../../src/service/service.ts";
import { onFreePort, serviceVariables } from "../../test/harness/networks/networks.ts";
import { connectAccount } from "../../test/harness/people/accounts.ts";
import { signedInVisitor, type Visitor } from "../../test/harness/people/visitor.ts";

const ana = { name: "Ana", email: "ana@example.com", password: "a sea of lanterns" };
const REQUESTS = 40;

export interface Site {
  readonly runtime: Service["runtime"];
  readonly visitor: Visitor;
  readonly person: { readonly id: string };
  readonly connectionId: string;
  close(): Promise<void>;
}

export async function openSite(emulator: Emulator, databaseUrl: string): Promise<Site> {
  const { service, address } = await onFreePort(async (port) => {
    const changes = { DATABASE_URL: databaseUrl, SOCIAL_LOG_LEVEL: "error" };
    const config = readConfig(serviceVariables({ port, emulator, changes }), {});
    return { service: await startService(config, {}, "web"), address: config.baseUrl.href };
  });
  const { runtime } = service;
  await createPerson(runtime, ana);
  const [person] = await runtime.database
    .select({ id: users.id })
    .from(users)
    .where(eq(users.email, ana.email));
  if (person === undefined) throw new Error("Ana is not there.");
  const connection = await connectAccount(runtime, person, {
    platform: "mastodon",
    server: `mastodon.localhost:${emulator.mastodon.port}`,
  });
  await addHistory(runtime.database, person.id, connection.id);
  const visitor = await signedInVisitor({ address }, ana);
  return { runtime, visitor, person, connectionId: connection.id, close: () => service.stop() };
}

/** Adds four more accounts and 200 shares. */
async function addHistory(database: Database, userId: string, connectionId: string): Promise<void> {
  const connections = [connectionId];
  const [first] = await database
    .select()
    .from(socialConnections)
    .where(eq(socialConnections.id, connectionId));
  for (const name of ["ben", "cem", "dora", "eva"]) {
    const { id: _id, ...same } = first ?? {};
    const copy = {
      ...(same as typeof socialConnections.$inferInsert),
      platformUserId: `${name}@example.com`,
    };
    const [added] = await database
      .insert(socialConnections)
      .values({ ...copy, platformUsername: name, displayName: name })
      .returning({ id: socialConnections.id });
    if (added !== undefined) connections.push(added.id);
  }
  for (let number = 0; number < REQUESTS; number += 1) {
    const url = `https://blog.example.com/ana/${number}`;
    const createdAt = new Date(Date.now() - (number + 40) * 86_400_000);
    const [request] = await database
      .insert(shareRequests)
      .values({
        ...{ userId, url, title: `Page ${number}`, description: "", message: "Worth a read" },
        ...{ idempotencyKey: url, createdAt },
      })
      .returning({ id: shareRequests.id });
    await database.insert(socialShares).values(
      connections.map((id) => ({
        ...{ userId, shareRequestId: request?.id ?? "", connectionId: id, sharedUrl: url },
        ...{ sharedTitle: `Page ${number}`, text: "Worth a read", createdAt, updatedAt: createdAt },
        status: number % 8 === 0 ? ("failed" as const) : ("posted" as const),
      })),
    );
  }
  await database.execute(sql`analyze`);
}
