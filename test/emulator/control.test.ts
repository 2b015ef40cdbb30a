/**
 * The control API and the emulator itself: planned faults, the call log, the clock, and state that survives a restart.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Emulator, startEmulator } from "../../emulator/server.ts";
import { bearer, MastodonSteps } from "./mastodon-steps.ts";

const endpoint = "POST /api/v1/statuses";
const anyPorts = { mastodon: 0, twitter: 0 };

describe("a running emulator", () => {
  let emulator: Emulator;
  let mastodon: MastodonSteps;

  beforeAll(async () => {
    emulator = await startEmulator({ ports: anyPorts });
    mastodon = new MastodonSteps(emulator);
  });
  beforeEach(() => emulator.mastodon.world.reset());
  afterAll(() => emulator.stop());

  const fault = (planned: unknown, times = 1) =>
    mastodon.control("faults", { endpoint, times, fault: planned });

  test("faults hit the next calls of their endpoint in order, then it works again", async () => {
    const { access_token } = await mastodon.connect();
    await fault({ kind: "status", status: 502, html: "<h1>Bad gateway</h1>" }, 2);
    await fault({ kind: "status", status: 418, body: { error: "teapot" }, headers: { "x-tea": "black" } });
    const answers = [];
    for (let count = 0; count < 4; count += 1)
      answers.push(await mastodon.post(access_token, { status: "x" }));
    expect(answers.map(({ status }) => status)).toEqual([502, 502, 418, 200]);
    expect(await answers[1]?.text()).toBe("<h1>Bad gateway</h1>");
    expect([await answers[2]?.json(), answers[2]?.headers.get("x-tea")]).toEqual([
      { error: "teapot" },
      "black",
    ]);
    expect(mastodon.texts()).toEqual(["x"]);
    expect(await (await mastodon.get("/_emulator/faults")).json()).toEqual([]);
  });

  test("a planned fault leaves other endpoints alone, and can be taken back", async () => {
    const { access_token } = await mastodon.connect();
    await fault({ kind: "status", status: 500 });
    expect((await mastodon.get("/api/v2/instance")).status).toBe(200);
    expect((await mastodon.delete("/_emulator/faults", access_token)).status).toBe(204);
    expect((await mastodon.post(access_token, { status: "x" })).status).toBe(200);
  });

  test.each([
    ["before", []],
    ["after", ["x"]],
  ])("a connection dropped %s handling stores %j", async (when, stored) => {
    const { access_token } = await mastodon.connect();
    await fault({ kind: "drop", when });
    await expect(mastodon.post(access_token, { status: "x" })).rejects.toThrow();
    expect(mastodon.texts()).toEqual(stored);
  });

  test("503 after: the post is stored, and the answer says otherwise", async () => {
    const { access_token } = await mastodon.connect();
    await fault({ kind: "status-after", status: 503 });
    expect((await mastodon.post(access_token, { status: "x" })).status).toBe(503);
    expect(mastodon.texts()).toEqual(["x"]);
  });

  test("a cut answer has a status, and a body that ends too early", async () => {
    const { access_token } = await mastodon.connect();
    await fault({ kind: "cut" });
    const answer = await mastodon.post(access_token, { status: "x" });
    expect(answer.status).toBe(200);
    await expect(answer.text()).rejects.toThrow();
  });

  test("a delayed call outlives an impatient caller, and the whole network can be slow", async () => {
    const { access_token } = await mastodon.connect();
    await fault({ kind: "delay", ms: 60_000 });
    const impatient = fetch(`http://127.0.0.1:${emulator.mastodon.port}/api/v1/statuses`, {
      method: "POST",
      headers: { "content-type": "application/json", ...bearer(access_token) },
      body: JSON.stringify({ status: "late" }),
      signal: AbortSignal.timeout(50),
    });
    await expect(impatient).rejects.toThrow();
    await mastodon.control("latency", { ms: 80 });
    const start = performance.now();
    await mastodon.post(access_token, { status: "slow" });
    expect(performance.now() - start).toBeGreaterThanOrEqual(79);
  });

  test("the call log names method, pattern and status, and never a token", async () => {
    const { access_token, app } = await mastodon.connect();
    const { id } = await mastodon.posted(access_token, { status: "x" });
    await fault({ kind: "drop", when: "after" });
    await mastodon.post(access_token, { status: "y" }).catch(() => {});
    await mastodon.delete(`/api/v1/statuses/${id}`, access_token);
    await mastodon.get("/nowhere");
    const text = await (await mastodon.get("/_emulator/calls")).text();
    const calls: { endpoint: string; status?: number; fault?: string }[] = JSON.parse(text);
    expect(calls.map(({ endpoint, status, fault }) => [endpoint, status, fault]).slice(-4)).toEqual([
      [endpoint, 200, undefined],
      [endpoint, undefined, "drop"],
      ["DELETE /api/v1/statuses/:id", 200, undefined],
      ["GET *", 404, undefined],
    ]);
    for (const secret of [access_token, app.client_secret, app.client_id]) expect(text).not.toContain(secret);
  });

  test("tells every post with its account, link, key and fate", async () => {
    const { access_token } = await mastodon.connect();
    const first = await mastodon.posted(access_token, { status: "first" }, "the-key");
    const second = await mastodon.posted(access_token, { status: "second" });
    await mastodon.delete(`/api/v1/statuses/${second.id}`, access_token);
    const handle = `@ana@${new URL(mastodon.origin).host}`;
    expect(await (await mastodon.get("/_emulator/posts")).json()).toMatchObject([
      {
        id: first.id,
        handle,
        text: "first",
        url: first.url,
        idempotencyKey: "the-key",
        deleted: false,
        card: null,
        media: [],
      },
      { id: second.id, text: "second", deleted: true },
    ]);
  });

  test("accounts can be made and altered, on any server", async () => {
    await mastodon.control("accounts", { server: "old.localhost", username: "cleo", displayName: "Cleo" });
    await mastodon.control("accounts", { server: "old.localhost", username: "cleo", language: "fr" });
    const accounts: unknown = await (await mastodon.get("/_emulator/accounts")).json();
    expect(accounts).toContainEqual(
      expect.objectContaining({
        server: "old.localhost",
        username: "cleo",
        displayName: "Cleo",
        language: "fr",
      }),
    );
    const avatar = await mastodon.get("/_emulator/avatars/cleo@old.localhost.jpg");
    expect(avatar.headers.get("content-type")).toBe("image/jpeg");
  });

  test.each([
    ["faults", { endpoint: "statuses", fault: { kind: "cut" } }, "endpoint"],
    ["faults", { endpoint, fault: { kind: "explode" } }, "fault.kind"],
    ["faults", { endpoint, fault: { kind: "cut" }, times: 0 }, "times"],
    ["clock", { advanceSeconds: -1 }, "advanceSeconds"],
    ["latency", { ms: "fast" }, "ms"],
    ["switches", { server: "nowhere.localhost" }, "server"],
    ["switches", { api: "gopher" }, "api"],
    ["accounts", { username: "Not a name" }, "username"],
    ["vacuum-apps", { server: "nowhere.localhost" }, "server"],
  ])("says what is wrong with a request to %s: %j", async (path, body, field) => {
    const answer = await mastodon.send(`/_emulator/${path}`, body);
    const { error } = await answer.json();
    expect([answer.status, error]).toEqual([400, expect.stringContaining(`at ${field}`)]);
  });

  test("says so when a body is not JSON, and when there is no such control", async () => {
    const broken = await mastodon.sendForm("/_emulator/faults", { endpoint });
    expect([broken.status, await broken.json()]).toEqual([400, { error: "The body is not JSON." }]);
    expect((await mastodon.get("/_emulator/nothing")).status).toBe(404);
  });
});

describe("starting and stopping", () => {
  test("posts, tokens and the clock outlive a restart", async () => {
    const folder = mkdtempSync(join(tmpdir(), "emulator-"));
    const stateFile = join(folder, "state", "emulator.json");
    const first = await startEmulator({ ports: anyPorts, stateFile });
    const { access_token, app } = await new MastodonSteps(first).connect();
    await new MastodonSteps(first).posted(access_token, { status: "before" }, "key");
    await new MastodonSteps(first).control("clock", { advanceSeconds: 1000 });
    await first.stop();
    const second = await startEmulator({ ports: anyPorts, stateFile });
    try {
      const mastodon = new MastodonSteps(second);
      await mastodon.posted(access_token, { status: "repeat" }, "key");
      await mastodon.posted(access_token, { status: "after" });
      expect(mastodon.texts()).toEqual(["before", "after"]);
      expect((await mastodon.connectAgain(app)).access_token).toBe(access_token);
      expect(second.mastodon.world.now().getTime()).toBeGreaterThan(Date.now() + 990_000);
      expect(readFileSync(stateFile, "utf8")).toContain('"before"');
    } finally {
      await second.stop();
      rmSync(folder, { recursive: true });
    }
  });

  test("a state file that cannot be read is named, and left alone", async () => {
    const folder = mkdtempSync(join(tmpdir(), "emulator-"));
    const stateFile = join(folder, "emulator.json");
    for (const content of ["{", JSON.stringify({ version: 1, mastodon: {}, twitter: {} })]) {
      writeFileSync(stateFile, content);
      await expect(startEmulator({ ports: anyPorts, stateFile })).rejects.toThrow(
        `The emulator's state file ${stateFile} cannot be read`,
      );
      expect(readFileSync(stateFile, "utf8")).toBe(content);
    }
    rmSync(folder, { recursive: true });
  });

  test("a port in use is named with its network, and nothing stays open", async () => {
    const running = await startEmulator({ ports: anyPorts });
    const taken = running.twitter.port;
    const start = startEmulator({ ports: { mastodon: 0, twitter: taken } });
    await expect(start).rejects.toThrow(`Port ${taken} for the simulated X is already in use`);
    await running.stop();
    const again = await startEmulator({ ports: { mastodon: 0, twitter: taken } });
    expect(again.twitter.port).toBe(taken);
    await again.stop();
  });

  test("stops at once, even with a call in the middle of a long delay", async () => {
    const emulator = await startEmulator({ ports: anyPorts });
    const mastodon = new MastodonSteps(emulator);
    await mastodon.control("faults", {
      endpoint: "GET /api/v2/instance",
      fault: { kind: "delay", ms: 60_000 },
    });
    const hanging = mastodon.get("/api/v2/instance").catch(() => "ended");
    await expect.poll(() => emulator.mastodon.world.calls.length).toBe(1);
    const start = performance.now();
    await emulator.stop();
    expect(await hanging).toBe("ended");
    expect(performance.now() - start).toBeLessThan(30_000);
  });
});
