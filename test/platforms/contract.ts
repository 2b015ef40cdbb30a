/** The promises that every platform in the registry keeps, tested for each through its simulated network. */
import { createHash } from "node:crypto";
import { inspect } from "node:util";
import sharp from "sharp";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Emulator } from "../../emulator/server.ts";
import {
  type OAuthResult,
  type PlatformName,
  type PostOption,
  readOptions,
  type SocialPlatform,
} from "../../src/platforms/platform.ts";
import { approve } from "../harness/networks/consent.ts";
import { emulatedFetch } from "../harness/networks/emulated-fetch.ts";
import { control } from "../harness/networks/networks.ts";
import {
  codeFor,
  connect,
  errorOf,
  finishDance,
  impatient,
  makePost,
  openPlatforms,
  outcomeOf,
  sentJustNow,
  startDance,
  type TestPlatforms,
  unreachable,
} from "../harness/networks/platforms.ts";
import { countCalls, orderFault, postsOn } from "../harness/people/shares.ts";

/** How a network names the calls that the promises are about. */
export interface Subject {
  readonly name: PlatformName;
  /** A kind of server, for networks with several. */
  readonly host?: string;
  readonly publish: string;
  readonly whoAmI: string;
  readonly token: string;
  /** Absent if the network lets no app list the posts that it made. */
  readonly list?: string;
  /** Absent if it lets no app delete posts. */
  readonly remove?: string;
  /** Absent if it has no call that ends a grant. */
  readonly revoke?: string;
  /** Its requests are pushed to the server, so that the person's address holds only a reference. */
  readonly pushes?: true;
  /** It does not use PKCE. */
  readonly withoutPkce?: true;
  /** Its consent page has no way to refuse. */
  readonly withoutRefusal?: true;
  /** A code that was used already fails in another way. */
  readonly codeRefused?: string;
  /** What checking a dead token tells, if not that it is dead. */
  readonly deadTokenTold?: string;
  /** It announces a limit, but does not enforce it. */
  readonly takesMoreThanItTells?: true;
  /** How a text that is too long is refused. Default: in the network's own words. */
  readonly tooLong?: string;
  /** How many pictures with their alt texts one post can have. 0: none except the page's own. Default: 2. */
  readonly pictures?: number;
  /** What Ana's flow connects, if it is not Ana herself but a page of hers. */
  readonly ana?: { readonly username?: string; readonly displayName: string };
  /** The body of a refusal with these words, in the network's shape. Default: what most OAuth servers send. */
  readonly refusal?: (words: string) => unknown;
  /** Its success has no body, so such an answer cannot be cut. */
  readonly bodiless?: true;
  /** It returns no picture of what Ana's flow connects. */
  readonly faceless?: true;
  /** A way to connect, for networks with several. */
  readonly way?: string;
  /** The network whose host receives the calls of this way, if it is not the one that shows the posts. */
  readonly through?: PlatformName;
}

/** Values that a person could choose for an option. */
function valuesOf(option: PostOption): readonly (string | boolean)[] {
  switch (option.kind) {
    case "choice":
      return option.values.map(({ value }) => value);
    case "text":
      return ["", "w".repeat(option.longest)];
    case "language":
      return ["", "de", "pt"];
    case "switch":
      return [false, true];
  }
}

/** @param running the emulator that all subjects share, one after another */
export function describePlatform(subject: Subject, running: () => Emulator): void {
  const { name, host, publish, whoAmI, list, remove, token, revoke, takesMoreThanItTells, way } = subject;
  const { tooLong = "refused", pictures: pictureCount = 2, through = name } = subject;
  let emulator: Emulator;
  let platforms: TestPlatforms;
  let platform: SocialPlatform;
  let server: string | undefined;
  let ana: OAuthResult;

  /** Ana has just connected. Every test begins there, with a platform that knows only what was stored of that. */
  let begin: () => void;

  beforeAll(async () => {
    emulator = running();
    for (const world of new Set([name, through])) emulator[world].world.reset();
    server = host && `${host}:${emulator[name].port}`;
    const { apps, getPlatform } = openPlatforms(emulator);
    const connected = await connect(getPlatform(name), serverChoice());
    const saved = [...new Set([name, through])].map(
      (world) => [world, emulator[world].world.save()] as const,
    );
    begin = () => {
      for (const [world, memory] of saved) emulator[world].world.reset(memory);
      platforms = openPlatforms(emulator, { apps });
      platform = platforms.getPlatform(name);
      ana = structuredClone(connected);
    };
  });
  beforeEach(() => begin());

  const network = () => emulator[through];
  const serverChoice = () => ({
    ...(server === undefined ? {} : { server }),
    ...(way === undefined ? {} : { way }),
  });
  const share = (post = makePost(), by = platform) => by.shareLink(ana.account, ana.tokens, post);
  const find = (post = makePost()) => platform.findShare(ana.account, ana.tokens, sentJustNow(post));
  const livePosts = async () => (await postsOn(emulator[name])).filter(({ deleted }) => !deleted);

  describe("connecting", () => {
    test("sends the person to the network with our state, our address and a challenge", async () => {
      const { authorization, state, redirectUri, codeVerifier } = await startDance(platform, serverChoice());
      const { searchParams } = new URL(authorization.url);
      const pushed = subject.pushes && (await platforms.requests.at(-1)?.text());
      const asked = pushed === undefined ? searchParams : new URLSearchParams(pushed);
      if (pushed !== undefined) expect([...searchParams.keys()]).toEqual(["client_id", "request_uri"]);
      expect(Object.fromEntries(asked)).toMatchObject({
        response_type: "code",
        redirect_uri: redirectUri,
        state,
        ...(subject.withoutPkce
          ? {}
          : {
              code_challenge: createHash("sha256").update(codeVerifier).digest("base64url"),
              code_challenge_method: "S256",
            }),
      });
      expect(authorization.url).not.toContain("+");
    });

    test("tells who the person is, and grants tokens that say what they allow", async () => {
      if (subject.ana === undefined) expect(ana.account.username).toMatch(/^ana/);
      const expected = subject.ana ?? { displayName: "Ana Lima" };
      expect(ana.account).toMatchObject({ ...expected, id: expect.stringMatching(/./) });
      if (!subject.faceless) expect(ana.account.avatarUrl).toMatch(/^http/);
      expect(ana.tokens.scopes.length).toBeGreaterThan(1);
      if (ana.tokens.expiresAt !== undefined)
        expect(ana.tokens.expiresAt.getTime()).toBeGreaterThan(Date.now());
      if (ana.tokens.refreshToken !== undefined) expect(ana.tokens.renewAfter).toBeDefined();
      if (ana.tokens.renewAfter !== undefined) expect(ana.tokens.expiresAt).toBeDefined();
    });

    test("keeps no secret beside the tokens", async () => {
      const { authorization } = await startDance(platform, serverChoice());
      const kept = JSON.stringify([ana.account, authorization.remember]);
      const secrets = [ana.tokens.accessToken, ana.tokens.refreshToken ?? "none", ...appSecrets()];
      for (const secret of secrets) expect(kept).not.toContain(secret);
    });

    test("tells two people apart", async () => {
      const ben = await connect(platform, { account: "ben", ...serverChoice() });
      expect(ben.account.id).not.toBe(ana.account.id);
    });

    when(subject.withoutRefusal === undefined, test)(
      "a refusal comes back by its name, without a code",
      async () => {
        const { authorization } = await startDance(platform, serverChoice());
        const { searchParams } = new URL(await approve(authorization.url, { account: "ana", refuse: true }));
        expect(searchParams.get("error")).toMatch(/^(access_denied|user_cancelled_authorize)$/);
        expect(searchParams.get("code")).toBeNull();
      },
    );

    test("a code that was used already asks to start over", async () => {
      const dance = await startDance(platform, serverChoice());
      const code = await codeFor(dance);
      await finishDance(platform, dance, code);
      expect(await outcomeOf(finishDance(platform, dance, code))).toBe(
        subject.codeRefused ?? "rejected: code-refused",
      );
    });

    test("a network that is down while the code is exchanged may be tried again", async () => {
      const dance = await startDance(platform, serverChoice());
      const code = await codeFor(dance);
      const { apps } = platforms;
      const cut = openPlatforms(emulator, { fetch: unreachable(({ url }) => url.includes("oauth")), apps });
      expect(await outcomeOf(finishDance(cut.getPlatform(name), dance, code))).toBe(
        "transient: connection-refused",
      );
    });
  });

  describe("tokens", () => {
    test("show the same account when they are verified", async () => {
      expect(await platform.verifyToken(ana.account, ana.tokens)).toEqual(ana.account);
    });

    test("are renewed, once where a refresh token works once, or cannot be renewed at all", async () => {
      if (ana.tokens.renewAfter === undefined) {
        expect(await outcomeOf(platform.refreshAccessToken(ana.account, ana.tokens))).toMatch(
          /^reconnect-needed: /,
        );
        return;
      }
      await passTime((ana.tokens.renewAfter.getTime() - Date.now()) / 1_000);
      const renewed = await platform.refreshAccessToken(ana.account, ana.tokens);
      expect(renewed.accessToken).not.toBe(ana.tokens.accessToken);
      expect(new Set(renewed.scopes)).toEqual(new Set(ana.tokens.scopes));
      expect(await outcomeOf(platform.shareLink(ana.account, renewed, makePost()))).toBe("done");
      if (ana.tokens.refreshToken === undefined || renewed.refreshToken === ana.tokens.refreshToken) return;
      expect(await outcomeOf(platform.refreshAccessToken(ana.account, ana.tokens))).toMatch(
        /^reconnect-needed: /,
      );
    });

    test("that the person withdrew ask to reconnect, by a code that has them renewed first", async () => {
      await orderFault(network(), publish, { kind: "revoke-token" });
      expect(await outcomeOf(share())).toBe("reconnect-needed: token-refused");
      expect(await outcomeOf(platform.verifyToken(ana.account, ana.tokens))).toBe(
        subject.deadTokenTold ?? "reconnect-needed: token-refused",
      );
      expect(await postsOn(emulator[name])).toEqual([]);
    });

    when(revoke !== undefined, test)("are worth nothing after we revoked them", async () => {
      const post = makePost();
      const { platformPostId = "" } = await share(post);
      await platform.revokeToken(ana.account, ana.tokens);
      for (const later of [
        () => platform.verifyToken(ana.account, ana.tokens),
        () => share(),
        () => platform.deletePost?.(ana.account, ana.tokens, platformPostId) ?? fail(),
      ])
        expect(await outcomeOf(later())).toBe("reconnect-needed: token-refused");
      expect((await livePosts()).map(({ text }) => text)).toEqual([post.text]);
    });
  });

  describe("sharing", () => {
    test("posts the text as it is, once, behind the fence, and links to it", async () => {
      const post = makePost();
      const result = await share(post);
      expect(post.fences()).toBe(1);
      expect((await postsOn(emulator[name])).map(({ text }) => text)).toEqual([post.text]);
      const page = await emulatedFetch(result.url);
      expect(page.status).toBe(200);
      expect(await page.text()).toContain("Worth a read");
      expect(result.platformPostId).toBeTruthy();
    });

    test("does not post when the fence is shut, and lets its error through", async () => {
      const shut = new Error("another worker has it");
      const post = makePost({ beforePublish: () => Promise.reject(shut) });
      await expect(share(post)).rejects.toBe(shut);
      expect(await postsOn(emulator[name])).toEqual([]);
      expect(await countCalls(network(), publish)).toBe(0);
    });

    test("takes a text of just the length that it tells", async () => {
      const { limit } = platform.countText(ana.account, "");
      const text = "a".repeat(limit);
      expect(platform.countText(ana.account, text)).toEqual({ length: limit, limit });
      await share(makePost({ text }));
      expect((await postsOn(emulator[name]))[0]?.text).toBe(text);
    });

    test("is refused one character more, unless the network does not hold to what it tells", async () => {
      const { limit } = platform.countText(ana.account, "");
      const text = "b".repeat(limit + 1);
      expect(platform.countText(ana.account, text).length).toBe(limit + 1);
      expect(await outcomeOf(share(makePost({ text })))).toBe(
        takesMoreThanItTells ? "done" : `rejected: ${tooLong}`,
      );
    });

    test("takes every value of the options that it offers, and posts nothing with another", async () => {
      const offered = platform.optionsOf(ana.account);
      expect(new Set(offered.map((option) => option.name)).size).toBe(offered.length);
      for (const option of offered) {
        for (const value of valuesOf(option)) {
          const { values, refused } = readOptions(offered, { [option.name]: value });
          expect(refused).toEqual([]);
          expect(await outcomeOf(share(makePost({ options: values }))), `${option.name}: ${value}`).toBe(
            "done",
          );
        }
      }
      if (platform.about.options === undefined) return;
      const before = (await postsOn(emulator[name])).length;
      const unknown = makePost({ options: { fromAnotherVersion: "private" } });
      expect(await outcomeOf(share(unknown))).toBe("rejected: unknown-option");
      expect(await postsOn(emulator[name])).toHaveLength(before);
    });

    when(pictureCount > 0, test)("brings pictures with their alt texts", async () => {
      const png = await sharp({ create: { width: 40, height: 30, channels: 3, background: "teal" } })
        .png()
        .toBuffer();
      const alts = ["A red bicycle", "A blue one"].slice(0, pictureCount);
      const pictures = alts.map((alt) => ({ bytes: png, type: "image/png", alt }));
      await share(makePost({ pictures }));
      expect(await postsOn(emulator[name])).toMatchObject([{ media: alts.map((altText) => ({ altText })) }]);
    });
  });

  describe("what goes wrong on the way", () => {
    test.each(
      withoutCuts([
        ["the connection breaks after the post was stored", { kind: "drop", when: "after" }, 1],
        ["the connection breaks before the post was stored", { kind: "drop", when: "before" }, 0],
        ["the answer is cut off", { kind: "cut" }, 1],
        ["the network fails after the post was stored", { kind: "status-after", status: 502 }, 1],
        ["the network fails", { kind: "status", status: 500, body: {} }, 0],
        ["a gateway gives up", { kind: "status", status: 504, html: "<h1>504</h1>" }, 0],
      ]),
    )("%s: in doubt, and then looked for", async (_, fault, stored) => {
      await orderFault(network(), publish, fault);
      const post = makePost();
      expect(await outcomeOf(share(post))).toMatch(/^ambiguous: /);
      expect(await postsOn(emulator[name])).toHaveLength(stored);
      const found = await find(post);
      if (list === undefined) expect(found).toBe("unknown");
      else if (stored === 0) expect(found).toBe(provesAbsence() ? "absent" : "unknown");
      else expect(found).toMatchObject({ platformPostId: expect.any(String), url: expect.any(String) });
      if (typeof found === "object") expect((await emulatedFetch(found.url)).status).toBe(200);
    });

    test("no answer in time: in doubt", async () => {
      await orderFault(network(), publish, { kind: "delay", ms: 60_000 });
      const hasty = openPlatforms(emulator, { fetch: impatient(500) }).getPlatform(name);
      expect(await outcomeOf(share(makePost(), hasty))).toBe("ambiguous: timed-out");
    });

    test("nobody listens: certainly not posted", async () => {
      const cut = openPlatforms(emulator, { fetch: unreachable(() => true) }).getPlatform(name);
      expect(await outcomeOf(share(makePost(), cut))).toBe("transient: connection-refused");
    });

    test("too many posts: waits as long as the network says", async () => {
      await orderFault(network(), publish, { kind: "rate-limit", headers: true });
      const error = await errorOf(share());
      expect(error.kind).toBe("rate-limited");
      expect(error.retryAt?.getTime()).toBeGreaterThan(Date.now());
      expect(await postsOn(emulator[name])).toEqual([]);
    });

    test("too many posts, told by somebody in between: waits by its own rule", async () => {
      await orderFault(network(), publish, { kind: "status", status: 429, html: "<h1>429</h1>" });
      const { kind, retryAt } = await errorOf(share());
      expect(kind).toBe("rate-limited");
      expect(retryAt?.getTime()).toBeGreaterThan(Date.now() + 50_000);
    });

    test("it is in trouble and says for how long: not asked before", async () => {
      const headers = { "retry-after": "300" };
      await orderFault(network(), whoAmI, { kind: "status", status: 503, html: "<h1>503</h1>", headers });
      const { kind, retryAt } = await errorOf(platform.verifyToken(ana.account, ana.tokens));
      expect(kind).toBe("transient");
      expect(Math.abs((retryAt?.getTime() ?? 0) - Date.now() - 300_000)).toBeLessThan(20_000);
    });

    test.each([
      ["it is in trouble", { kind: "status", status: 503, html: "<h1>503</h1>" }],
      ["the connection breaks", { kind: "drop", when: "before" }],
      ["the answer is cut off", { kind: "cut" }],
    ])("reading publishes nothing, so when %s it is tried again", async (_, fault) => {
      await orderFault(network(), whoAmI, fault, 1);
      expect(await outcomeOf(platform.verifyToken(ana.account, ana.tokens))).toMatch(/^transient: /);
      if (list === undefined) return;
      await orderFault(network(), list, fault, 2);
      expect(await outcomeOf(find())).toMatch(/^transient: /);
    });

    test.each(
      withoutCuts([
        ["the connection breaks", { kind: "drop", when: "before" }],
        ["the answer is lost", { kind: "drop", when: "after" }],
        ["the answer is cut off", { kind: "cut" }],
      ]),
    )("taking back, revoking and exchanging leave no doubt about a post: when %s it is transient", async (_, fault) => {
      const { platformPostId = "" } = await share();
      const dance = await startDance(platform, serverChoice());
      const code = await codeFor(dance);
      for (const endpoint of [remove, token, revoke])
        if (endpoint !== undefined) await orderFault(network(), endpoint, fault);
      if (remove !== undefined)
        expect(
          await outcomeOf(platform.deletePost?.(ana.account, ana.tokens, platformPostId) ?? fail()),
        ).toMatch(/^transient: /);
      expect(await outcomeOf(finishDance(platform, dance, code))).toMatch(/^transient: /);
      if (revoke !== undefined)
        expect(await outcomeOf(platform.revokeToken(ana.account, ana.tokens))).toMatch(/^transient: /);
    });

    test("nobody listens: everything but sharing may be tried again too", async () => {
      const cut = openPlatforms(emulator, { fetch: unreachable(() => true), apps: platforms.apps });
      const away = cut.getPlatform(name);
      const { account, tokens } = ana;
      for (const call of [
        () => away.verifyToken(account, tokens),
        ...(list === undefined ? [] : [() => away.findShare(account, tokens, sentJustNow(makePost()))]),
        ...(remove === undefined ? [] : [() => away.deletePost?.(account, tokens, "1") ?? fail()]),
        ...(revoke === undefined ? [] : [() => away.revokeToken(account, tokens)]),
        ...(tokens.renewAfter === undefined ? [] : [() => away.refreshAccessToken(account, tokens)]),
      ])
        expect(await outcomeOf(call())).toBe("transient: connection-refused");
    });

    test.each([
      400, 403, 422,
    ])("a network that repeats with %d what we sent in secret is not quoted with it", async (status) => {
      const { apps } = platforms;
      const echo = openPlatforms(emulator, { fetch: echoing(status, subject.refusal), apps });
      const [fond, { account, tokens }] = [echo.getPlatform(name), ana];
      const dance = await startDance(platform, serverChoice());
      const errors: unknown[] = [];
      for (const call of [
        () => fond.shareLink(account, tokens, makePost()),
        () => fond.verifyToken(account, tokens),
        ...(remove === undefined ? [] : [() => fond.deletePost?.(account, tokens, "1") ?? fail()]),
        () => fond.refreshAccessToken(account, tokens),
        // These come last, because they may make us forget the app.
        () => finishDance(fond, dance, "code-that-is-secret"),
      ])
        errors.push(await errorOf(call()));
      // A network on which we can end nothing may say so instead of failing.
      if (revoke !== undefined)
        errors.push(await fond.revokeToken(account, tokens).catch((error: unknown) => error));
      const told = inspect(errors, { depth: 10 }) + JSON.stringify(errors);
      expect(told).toContain("You sent");
      const { accessToken, refreshToken = accessToken } = tokens;
      for (const secret of [
        accessToken,
        refreshToken,
        "code-that-is-secret",
        dance.codeVerifier,
        ...appSecrets(),
      ])
        expect(told).not.toContain(secret);
    });

    test("no error tells a secret", async () => {
      const dance = await startDance(platform, serverChoice());
      const code = await codeFor(dance);
      const errors = [];
      for (const fault of [
        { kind: "drop", when: "before" },
        { kind: "status", status: 400, body: { error: "bad" } },
        { kind: "status", status: 403, body: { error: "no" } },
        ...(subject.bodiless ? [] : [{ kind: "cut" }]),
      ]) {
        await orderFault(network(), publish, fault);
        errors.push(await errorOf(share()));
      }
      await finishDance(platform, dance, code);
      errors.push(await errorOf(finishDance(platform, dance, code)));
      if (ana.tokens.refreshToken !== undefined) {
        const renewed = await platform.refreshAccessToken(ana.account, ana.tokens);
        if (renewed.refreshToken !== ana.tokens.refreshToken)
          errors.push(await errorOf(platform.refreshAccessToken(ana.account, ana.tokens)));
      }
      const { accessToken, refreshToken = accessToken } = ana.tokens;
      const secrets = [accessToken, refreshToken, code, dance.codeVerifier, ...appSecrets()];
      const told = inspect(errors, { depth: 10 }) + JSON.stringify(errors);
      for (const secret of secrets) expect(told).not.toContain(secret);
    });
  });

  when(list !== undefined, describe)("looking for a share", () => {
    test("finds it among others, and not what was posted long before", async () => {
      const post = makePost({
        text: "Un café “ici” & là <b> — https://münchen.example/ä?q=1&r=2 👍 #été",
        url: "https://münchen.example/ä?q=1&r=2",
      });
      await share(makePost());
      const { platformPostId } = await share(post);
      await share(makePost());
      expect(await find(post)).toMatchObject({ platformPostId });
      // Within a day, the same words may be ours if a clock is wrong.
      const later = { ...post, remembered: {}, firstSentAt: new Date(Date.now() + 27 * 3_600_000) };
      const found = await platform.findShare(ana.account, ana.tokens, later);
      expect(provesAbsence() ? ["absent"] : ["absent", "unknown"]).toContain(found);
    });

    test("does not take other words about the same page for it, nor call it absent for sure", async () => {
      const post = makePost();
      await share(post);
      expect(await find({ ...post, ...makePost({ url: post.url, text: `Other words ${post.url}` }) })).toBe(
        "unknown",
      );
    });

    test("says unknown where the network refuses to list", async () => {
      await orderFault(network(), list ?? "", { kind: "status", status: 404, body: { error: "no" } }, 2);
      expect(await find()).toBe("unknown");
    });
  });

  when(remove !== undefined, describe)("taking a post back", () => {
    test("removes it, and is content when it is gone already", async () => {
      const post = makePost();
      const { platformPostId = "" } = await share(post);
      expect(await livePosts()).toHaveLength(1);
      await platform.deletePost?.(ana.account, ana.tokens, platformPostId);
      expect(await livePosts()).toEqual([]);
      expect(await outcomeOf(platform.deletePost?.(ana.account, ana.tokens, platformPostId) ?? fail())).toBe(
        "done",
      );
      // By the list, because a container keeps reporting that it was published.
      if (list !== undefined)
        expect(await find({ ...post, remembered: {} })).toBe(provesAbsence() ? "absent" : "unknown");
    });
  });

  /** An answer without a body cannot be cut. */
  function withoutCuts<T extends readonly [string, { readonly kind: string }, ...unknown[]]>(
    faults: readonly T[],
  ): readonly T[] {
    return faults.filter(([, { kind }]) => !subject.bodiless || kind !== "cut");
  }

  /** For us and for the network. */
  async function passTime(seconds: number): Promise<void> {
    if (seconds <= 0) return;
    platforms.advance(seconds);
    await control(network(), "POST", "clock", { advanceSeconds: seconds });
  }

  /** If no key prevents a repeat, the list of an account without an earlier post proves nothing. */
  function provesAbsence(): boolean {
    return name !== "mastodon" || platform.repeatRule(ana.account).resendSafeSeconds > 0;
  }

  function appSecrets(): string[] {
    return ["sharewell-demo-secret", ...[...platforms.apps.every.values()].map((app) => app.clientSecret)];
  }
}

/** Refuses everything, in words that repeat what was sent. */
function echoing(
  status: number,
  toBody = (words: string): unknown => ({
    error: words,
    error_description: words,
    title: "No",
    detail: words,
  }),
): typeof fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    const sent = [
      request.headers.get("authorization"),
      ...new URLSearchParams(await request.text()).values(),
    ].reverse();
    const words = `You sent ${sent.join(", ")}`;
    return Response.json(toBody(words), { status });
  };
}

function fail(): Promise<never> {
  return Promise.reject(new Error("It cannot delete."));
}

/** A promise about something that a network has. If it lacks it, there is nothing to promise. */
function when(has: boolean, define: (name: string, body: () => void) => void): typeof define {
  return has ? define : () => {};
}
