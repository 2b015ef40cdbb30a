/** The service with people and shares in every state, and how that state is restored. */
import { randomUUID } from "node:crypto";
import { Writable } from "node:stream";
import { eq, inArray, sql } from "drizzle-orm";
import { pino } from "pino";
import { signRequest } from "../../../emulator/meta/signed-request.ts";
import { startEmulator } from "../../../emulator/server.ts";
import { demoSecret, registerApps } from "../../../src/cli/demo/demo-apps.ts";
import { readConfig } from "../../../src/config/config.ts";
import { keepGroup } from "../../../src/connections/change-groups.ts";
import type { Connection } from "../../../src/connections/connection.ts";
import { listGroups } from "../../../src/connections/groups.ts";
import { findChoice } from "../../../src/connections/oauth/choose.ts";
import { startConnecting } from "../../../src/connections/oauth/start.ts";
import { invitations, sessions, shareStatuses, socialShares, users } from "../../../src/database/schema.ts";
import { logRedaction } from "../../../src/net/redact.ts";
import type { Letter } from "../../../src/people/mail/mail.ts";
import { createPerson } from "../../../src/people/sign-up/create-person.ts";
import { platformNames } from "../../../src/platforms/platform.ts";
import type { Runtime } from "../../../src/service/runtime.ts";
import { type Service, startService } from "../../../src/service/service.ts";
import { keepDraft } from "../../../src/sharing/drafts/keep-draft.ts";
import { keepPicture } from "../../../src/sharing/pictures/own-pictures.ts";
import { letTimePass, onFreePort, serviceVariables } from "../../harness/networks/networks.ts";
import { drawPicture } from "../../harness/networks/pictures.ts";
import { connectAccount, dance } from "../../harness/people/accounts.ts";
import { setUpCodes } from "../../harness/people/codes.ts";
import { client, prepareProvider } from "../../harness/people/provider.ts";
import { draftFor, submit } from "../../harness/people/shares.ts";
import { createVisitor, signedInVisitor, type Visitor } from "../../harness/people/visitor.ts";
import type { Ids } from "./routes.ts";
import { createSites } from "./sites.ts";
import { type KeptTables, keepTables } from "./tables.ts";

/** The visitors, by the cookies of their browser. */
export const actors = ["nobody", "operator", "person", "other", "unproved", "blocked", "halfway"] as const;
export type Actor = (typeof actors)[number];

export interface World {
  readonly runtime: Runtime;
  readonly port: number;
  readonly ids: Ids;
  /** The Cookie header of each. */
  readonly cookies: Readonly<Record<Actor, string>>;
  /** Unexpected log lines since the last call. */
  takeTroubles(): string[];
  /** Restores the initial state, some time later. */
  reset(): Promise<void>;
  stop(): Promise<void>;
}

const password = "a sea of lanterns";
/** Longer than any limit lasts. */
const RESET_MS = 61 * 60_000;

export async function openWorld(databaseUrl: string): Promise<World> {
  const emulator = await startEmulator();
  const letters: Letter[] = [];
  const troubles: string[] = [];
  let isSetUp = false;
  let aheadMs = 0;
  let address = "";
  const provider = await prepareProvider({}, () => `${address}login/oidc/callback/`);
  const { service, config } = await onFreePort(async (port) => {
    const variables = serviceVariables({
      port,
      emulator,
      changes: {
        DATABASE_URL: databaseUrl,
        SOCIAL_TRUST_PROXY: "true",
        OIDC_ISSUER: provider.issuer,
        OIDC_CLIENT_ID: client.id,
        OIDC_CLIENT_SECRET: client.secret,
        OIDC_NAME: "Example University",
      },
    });
    const config = readConfig(variables, {});
    const parts = {
      mailer: {
        available: true,
        check: async () => undefined,
        async send(letter: Letter) {
          if (!isSetUp) letters.push(letter);
        },
      },
      fetch: createSites(config.allowedHosts),
      now: () => new Date(Date.now() + aheadMs),
      wait: async (milliseconds: number) => letTimePass(emulator, milliseconds),
      log: pino({ level: "info", ...logRedaction }, collectTroubles(troubles)),
    };
    return { config, service: await startService(config, parts, "web") };
  });
  address = config.baseUrl.href;
  await provider.start();
  await registerApps(emulator, address);
  const { ids, cookies } = await populate(service, { address, letters, mastodon: emulator.mastodon.port });
  isSetUp = true;
  const tables: KeptTables = await keepTables(service.runtime.database);
  return {
    ...{ runtime: service.runtime, port: service.port, ids, cookies },
    takeTroubles: () => troubles.splice(0),
    async reset() {
      await service.runtime.people.background.settled();
      await tables.restore();
      await service.runtime.settings.reread();
      aheadMs += RESET_MS;
    },
    async stop() {
      await service.stop();
      await provider.stop();
      await emulator.stop();
    },
  };
}

/** What a junk answer to the provider makes us log, as it should. */
const EXPECTED = /signing in at the OpenID Connect provider failed|"Login met a failure."/;
/** PostgreSQL was given something that it cannot accept: classes 22 (data) and 54 (limits). */
const REFUSED = /"code":"(22|54)\w{3}"/;

function collectTroubles(troubles: string[]): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      const line = chunk.toString("utf8");
      if ((/"level":[56]0/.test(line) && !EXPECTED.test(line)) || REFUSED.test(line))
        troubles.push(line.trim());
      done();
    },
  });
}

interface Place {
  readonly address: string;
  readonly letters: readonly Letter[];
  readonly mastodon: number;
}

async function populate(service: Service, { address, letters, mastodon }: Place) {
  const { runtime } = service;
  const names = ["operator", "person", "other", "unproved", "blocked", "halfway"] as const;
  const browsers = new Map<string, { id: string; cookie: string; sessionId: string; visitor: Visitor }>();
  for (const name of names) {
    const login = { name, email: `${name}@example.com`, password };
    await createPerson(runtime, login);
    const [row] = await runtime.database.select().from(users).where(eq(users.email, login.email));
    const id = row?.id ?? "";
    const visitor = await signedInVisitor({ address }, login);
    const [session] = await runtime.database.select().from(sessions).where(eq(sessions.userId, id));
    let cookie = visitor.cookieHeader();
    if (name === "halfway") {
      await setUpCodes({ login, visitor });
      const second = createVisitor({ address });
      await second.post("/login/", login);
      cookie = second.cookieHeader();
    }
    browsers.set(name, { id, cookie, sessionId: session?.id ?? "", visitor });
  }
  const find = (name: (typeof names)[number]) => {
    const found = browsers.get(name);
    if (found === undefined) throw new Error(`There is no ${name}.`);
    return found;
  };
  await runtime.database
    .update(users)
    .set({ emailVerified: false })
    .where(eq(users.id, find("unproved").id));
  await runtime.database
    .update(users)
    .set({ blockedAt: new Date() })
    .where(eq(users.id, find("blocked").id));

  const person = find("person");
  const other = find("other");
  const server = `mastodon.localhost:${mastodon}`;
  const connections: Connection[] = [];
  for (const platform of platformNames)
    connections.push(await connectAccount(runtime, person, { platform, ...choiceFor(platform, server) }));
  const otherConnection = await connectAccount(runtime, other, {
    platform: "mastodon",
    account: "ben",
    server,
  });
  const requests: string[] = [];
  for (let index = 0; index < shareStatuses.length; index += 1)
    requests.push(
      await submit(runtime, person, draftFor(connections.slice(index % 3, (index % 3) + 2), pageOf(index))),
    );
  requests.push(
    await submit(
      runtime,
      person,
      draftFor(connections, { ...pageOf("later"), at: new Date(Date.now() + 30 * 86_400_000) }),
    ),
  );
  const otherRequest = await submit(runtime, other, draftFor([otherConnection]));
  await putIntoStates(runtime, requests);
  await keepGroup(runtime, person, { name: "Work", connectionIds: connections.map(({ id }) => id) });
  await keepGroup(runtime, other, { name: "Work", connectionIds: [otherConnection.id] });

  const dancer = { person: { id: person.id }, sessionId: person.sessionId };
  const choice = await dance(runtime, dancer, { platform: "facebook" });
  if (choice.outcome !== "choose") throw new Error("The network offered no choice.");
  const offered = await findChoice(runtime, dancer, choice.choiceId);
  const states: string[] = [];
  for (const platform of platformNames) {
    const started = await startConnecting(runtime, {
      ...{ ...dancer, platform, returnTo: "/social/" },
      ...choiceFor(platform, server),
    });
    if ("redirect" in started) states.push(new URL(started.redirect).searchParams.get("state") ?? "");
  }
  const visitor = createVisitor({ address });
  await visitor.post("/login/link/", { email: "person@example.com", next: "/social/" });
  await visitor.post("/login/reset/", { email: "person@example.com" });
  await runtime.people.background.settled();
  await find("operator").visitor.post("/admin/people/", { email: "guest@example.com" });
  await person.visitor.post("/account/mail/", { email: "new@example.com" });
  const tokens = letters.flatMap(({ text }) =>
    [...text.matchAll(/(?:token|invitation)=([\w-]+)/g)].map(([, t = ""]) => t),
  );

  const bytes = await drawPicture(40, 30);
  const pictures = await Promise.all(
    [person, other].map((owner) => keepPicture(runtime, { id: owner.id }, { bytes, name: "a.png" })),
  );

  const shares = await runtime.database
    .select()
    .from(socialShares)
    .where(inArray(socialShares.shareRequestId, requests));
  const [otherShare] = await runtime.database
    .select()
    .from(socialShares)
    .where(eq(socialShares.shareRequestId, otherRequest));
  const invited = await runtime.database.select().from(invitations);
  const groupsOf = async (id: string) => (await listGroups(runtime, { id })).map((group) => group.id);
  const userIds = [person.id, other.id, find("blocked").id, find("unproved").id, find("operator").id];
  const ids: Ids = {
    share: shares.map(({ id }) => id),
    otherShare: [otherShare?.id ?? ""],
    draft: [await addDraft(runtime, person)],
    otherDraft: [await addDraft(runtime, other)],
    request: requests,
    otherRequest: [otherRequest],
    connection: connections.map(({ id }) => id),
    otherConnection: [otherConnection.id],
    group: await groupsOf(person.id),
    otherGroup: await groupsOf(other.id),
    choice: [choice.choiceId],
    picture: pictures.flatMap((picture) => ("id" in picture ? [picture.id] : [])),
    candidate: (offered?.candidates ?? []).map(({ account }) => account.id),
    person: userIds,
    session: [person.sessionId, other.sessionId],
    passkey: [randomUUID()],
    invitation: invited.map(({ id }) => id),
    token: tokens,
    state: states,
    signedRequest: ["10224567890123456", "1"].map((userId) =>
      signRequest(demoSecret, { userId, issuedAt: 1 }),
    ),
    email: [...names.map((name) => `${name}@example.com`), "guest@example.com", "new@example.com"],
    url: ["plain", "odd", "canonical", "missing", "file", "slashes//?utm_source=x&b=1"].map(
      (path) => `https://blog.example.com/${path}`,
    ),
    server: [server, "mastodon.example.com", `@ana@${server}`],
    platform: [...platformNames],
    asset: ["style.css", "button.js", "htmx.js", `${"A".repeat(43)}.jpg`],
  };
  const cookies: Record<Actor, string> = {
    nobody: "",
    operator: find("operator").cookie,
    person: person.cookie,
    other: other.cookie,
    unproved: find("unproved").cookie,
    blocked: find("blocked").cookie,
    halfway: find("halfway").cookie,
  };
  return { ids, cookies };
}

/** @returns its id */
async function addDraft(runtime: Runtime, person: { readonly id: string }): Promise<string> {
  const id = randomUUID();
  const { page: link } = pageOf("draft");
  await keepDraft(runtime, person, {
    ...{ stand: { id, revision: 0, writer: id }, writtenAt: 1, link, idempotencyKey: id },
    fields: [["message", "Not shared yet"]],
  });
  return id;
}

/** With a picture, which some networks require. */
function pageOf(name: string | number) {
  const url = `https://blog.example.com/${name}`;
  return { page: { url, title: "Why we moved", description: "", image: `${url}.png` } };
}

function choiceFor(platform: string, server: string): { server?: string; way?: string } {
  if (platform === "mastodon") return { server };
  if (platform === "instagram") return { way: "instagram" };
  return platform === "linkedin" ? { way: "profile" } : {};
}

/** One request in each state that a share can have; the last one stays scheduled. */
async function putIntoStates({ database }: Runtime, requests: readonly string[]): Promise<void> {
  for (const [index, status] of shareStatuses.entries()) {
    const changes = {
      status,
      nextAttemptAt: status === "scheduled" ? new Date(Date.now() + 86_400_000) : null,
      ...(status === "posted"
        ? { platformPostId: "1", platformPostUrl: "https://blog.example.com/@ana/1", postedAt: new Date() }
        : {}),
      ...(status === "unconfirmed" || status === "sending"
        ? { firstSentAt: new Date(), sentAt: new Date() }
        : {}),
      ...(status === "failed" || status === "rejected"
        ? { errorCode: "x", errorMessage: "It was refused.", errorTold: { text: "It was refused." } }
        : {}),
    };
    await database
      .update(socialShares)
      .set(changes)
      .where(eq(socialShares.shareRequestId, requests[index] ?? ""));
  }
  await database.execute(sql`analyze`);
}
