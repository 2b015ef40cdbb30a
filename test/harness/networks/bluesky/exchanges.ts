/** Requests right and wrong, in order, with the answers to compare: what one server says differs from what another says by names only. */
import sharp from "sharp";
import { z } from "zod";
import { type Answer, appCallback, BlueskyApp, type BlueskyPlace, type Call, clientId } from "./app.ts";
import { badRecords, postOf } from "./records.ts";

/** An answer without what differs each time. */
export interface Exchange {
  readonly name: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

const collection = "app.bsky.feed.post";
const scope =
  "atproto repo:app.bsky.feed.post repo:app.bsky.feed.threadgate repo:app.bsky.feed.like?action=wave blob:image/*";
const shownHeaders = ["content-type", "www-authenticate", "dpop-nonce", "cache-control"];

/** Plays every exchange against the server, with an app of its own for each. */
export async function playExchanges(place: BlueskyPlace): Promise<Exchange[]> {
  const exchanges: Exchange[] = [];
  const hide = hiderOf(place);
  const note = (name: string, { status, headers, body }: Answer) => {
    const shown = shownHeaders.flatMap((header) => {
      const value = headers.get(header);
      return value === null ? [] : [[header, header === "dpop-nonce" ? "NONCE" : hide(value)] as const];
    });
    exchanges.push({ name, status, headers: Object.fromEntries(shown), body: hide(body) });
  };
  await askAround(place, note);
  await askWrongly(place, note);
  await exchangeCodes(place, note);
  await call(place, note);
  await write(place, note);
  await lackScopes(place, note);
  await endSessions(place, note);
  await losePlace(place, note, "deactivated");
  await losePlace(place, note, "takendown");
  return exchanges;
}

type Note = (name: string, answer: Answer) => void;

async function askAround(place: BlueskyPlace, note: Note): Promise<void> {
  const app = new BlueskyApp(place);
  note("the protected resource", await app.send("GET /.well-known/oauth-protected-resource"));
  const server = await app.send("GET /.well-known/oauth-authorization-server");
  const { protected_resources: _, ...described } = z.record(z.string(), z.unknown()).parse(server.body);
  note("the authorization server", { ...server, body: described });
  const resolve = "GET /xrpc/com.atproto.identity.resolveHandle" as const;
  note("a handle", await app.send(`${resolve}?handle=${place.handle}`));
  note("an unknown handle", await app.send(`${resolve}?handle=nobody.test`));
  note("a malformed handle", await app.send(`${resolve}?handle=no_body`));
  note("no handle", await app.send(resolve));
  note("a repository of nobody", await app.send("GET /xrpc/com.atproto.repo.describeRepo?repo=nobody.test"));
  note("an unknown method", await app.send("GET /xrpc/com.example.nothing"));
}

async function askWrongly(place: BlueskyPlace, note: Note): Promise<void> {
  const app = new BlueskyApp(place);
  const push = async (name: string, changes: Record<string, string | undefined>, proof: Call["proof"] = {}) =>
    note(name, await app.send("POST /oauth/par", { form: app.request(scope, changes).form, proof }));
  await push("a request without a nonce", {}, { nonce: null });
  await push("a request with an old nonce", {}, { nonce: "of yesterday" });
  await push("a request", {});
  await push("a request without a proof", {}, { none: true });
  await push("a proof for another method", {}, { claims: { htm: "GET" } });
  await push("a proof for another address", {}, { claims: { htu: `${place.issuer}/oauth/token` } });
  await push("a proof without an identifier", {}, { claims: { jti: undefined } });
  await push("a proof without a time", {}, { claims: { iat: undefined } });
  await push("a proof of the past", {}, { claims: { iat: Math.floor(Date.now() / 1_000) - 1_000 } });
  await push("a proof of the future", {}, { claims: { iat: Math.floor(Date.now() / 1_000) + 1_000 } });
  await push("a proof of another type", {}, { header: { typ: "JWT" } });
  await push("a proof that another key signed", {}, { foreignKey: true });
  await push("a proof with a hash of no token", {}, { claims: { ath: "abc" } });
  const replayed = { claims: { jti: "the same" } };
  await push("a proof", {}, replayed);
  await push("the same proof again", {}, replayed);
  await push("no client", { client_id: undefined });
  await push("a client without https", { client_id: "http://example.com/client.json" });
  await push("a loopback client with a path", { client_id: "http://localhost/app" });
  await push("a loopback client with another parameter", { client_id: "http://localhost?name=x" });
  await push("an undeclared scope", { scope: "atproto repo:app.bsky.feed.like" });
  await push("a scope without atproto", { client_id: clientId("atproto blob:*/*"), scope: "blob:*/*" });
  await push("no scope", { scope: undefined });
  await push("no challenge", { code_challenge: undefined, code_challenge_method: undefined });
  await push("a plain challenge", { code_challenge_method: "plain" });
  await push("another kind of response", { response_type: "token" });
  await push("another redirect", { redirect_uri: "http://127.0.0.1:4100/elsewhere" });
  await push("a redirect to another port", { redirect_uri: appCallback.replace("4100", "4101") });
  await push("no redirect", { redirect_uri: undefined });
  await push("a hint that is no handle", { login_hint: "ana lima" });
  await push("no hint", { login_hint: undefined });
  await push("a silent request", { prompt: "none" });
  const refused = await app.ask(scope, "refuse");
  note("a refusal", redirectAnswer(refused.said));
  const approved = await app.ask(scope);
  note("an approval", redirectAnswer(approved.said));
}

function redirectAnswer(said: URLSearchParams): Answer {
  const body = Object.fromEntries(
    [...said].map(([key, value]) => [key, key === "code" ? value.slice(0, 4) : value]),
  );
  return { status: 303, headers: new Headers(), body };
}

async function exchangeCodes(place: BlueskyPlace, note: Note): Promise<void> {
  const app = new BlueskyApp(place);
  const exchange = async (
    name: string,
    { said, verifier, clientId: client_id }: Awaited<ReturnType<BlueskyApp["ask"]>>,
    changes: Record<string, string | undefined> = {},
    by = app,
  ) => {
    const code = said.get("code") ?? "";
    const fixed = { grant_type: "authorization_code", client_id, redirect_uri: appCallback };
    note(
      name,
      await by.send("POST /oauth/token", { form: { ...fixed, code, code_verifier: verifier, ...changes } }),
    );
  };
  const asked = await app.ask(scope);
  await exchange("a wrong verifier", asked, { code_verifier: "a".repeat(43) });
  await exchange("the right verifier after a wrong one", asked);
  await exchange("no verifier", await app.ask(scope), { code_verifier: undefined });
  await exchange("another redirect at the exchange", await app.ask(scope), {
    redirect_uri: `${appCallback}x`,
  });
  await exchange("a code with another key", await app.ask(scope), {}, new BlueskyApp(place));
  await exchange("a code of another client", await app.ask(scope), { client_id: clientId("atproto") });
  const used = await app.ask(scope);
  await exchange("a code", used);
  await exchange("the same code again", used);
  await exchange("a malformed code", used, { code: "abc" });
  await exchange("another grant type", used, { grant_type: "implicit" });
  await exchange("no grant type", used, { grant_type: undefined });
}

async function call(place: BlueskyPlace, note: Note): Promise<void> {
  const app = new BlueskyApp(place);
  const { access_token: token } = await app.connect(scope);
  const ask = async (name: string, sent: Call) =>
    note(name, await app.send("GET /xrpc/com.atproto.server.getSession", sent));
  await ask("a session without a nonce", { token, proof: { nonce: null } });
  await ask("a session", { token });
  await ask("a session without a token", {});
  await ask("a session by Bearer", { authorization: `Bearer ${token}` });
  await ask("a session by Basic", { authorization: "Basic YTpi" });
  await ask("a session without a proof", { token, proof: { none: true } });
  await ask("a proof of another token", { token, proof: { claims: { ath: "abc" } } });
  await ask("a call's proof for another method", { token, proof: { claims: { htm: "POST" } } });
  await ask("a malformed token", { token: "abc" });
  await ask("a token of nobody", { token: `${token.slice(0, -4)}AAAA` });
  const stranger = new BlueskyApp(place);
  note("a token with another key", await stranger.send("GET /xrpc/com.atproto.server.getSession", { token }));
}

async function write(place: BlueskyPlace, note: Note): Promise<void> {
  const app = new BlueskyApp(place);
  const { access_token: token } = await app.connect(scope);
  const send = async (name: string, method: "createRecord" | "putRecord" | "deleteRecord", json: unknown) =>
    note(name, await app.send(`POST /xrpc/com.atproto.repo.${method}`, { token, json }));
  const read = async (name: string, query: Record<string, string>, method = "getRecord") =>
    note(name, await app.send(`GET /xrpc/com.atproto.repo.${method}?${new URLSearchParams(query)}`));
  const place1 = { repo: place.did, collection, rkey: "3lwitnesszz2z" };
  await send("a post", "createRecord", { ...place1, record: postOf() });
  await send("the same key again", "createRecord", { ...place1, record: postOf() });
  await send("the same record put", "putRecord", { ...place1, record: postOf() });
  await send("another record where there must be none", "putRecord", {
    ...place1,
    ...{ record: postOf({ text: "Other" }), swapRecord: null },
  });
  await read("the record", place1);
  await read("the record by its handle", { ...place1, repo: place.handle });
  await read("a record that does not exist", { ...place1, rkey: "3lwitnesszz3z" });
  await read("the records", { repo: place.did, collection }, "listRecords");
  await send("another record put", "putRecord", { ...place1, record: postOf({ text: "Changed" }) });
  await send("a deletion", "deleteRecord", place1);
  await send("the deletion again", "deleteRecord", place1);
  await send("a new record put where there must be none", "putRecord", {
    ...place1,
    ...{ record: postOf(), swapRecord: null },
  });
  await send("a post in another's repository", "createRecord", {
    ...place1,
    repo: "nobody.test",
    record: postOf(),
  });
  await send("a key that is no time", "createRecord", { ...place1, rkey: "self", record: postOf() });
  await send("a malformed key", "createRecord", { ...place1, rkey: "a b", record: postOf() });
  await send("another type than the collection", "createRecord", {
    ...place1,
    record: { ...postOf(), $type: "app.bsky.feed.like" },
  });
  await send("a body that is no JSON", "createRecord", "{");
  await send("a body without a record", "createRecord", place1);
  for (const [name, changes] of badRecords)
    await send(name, "createRecord", { repo: place.did, collection, record: postOf(changes) });
  await upload(place, app, { token, note });
}

async function upload(
  place: BlueskyPlace,
  app: BlueskyApp,
  { token, note }: { token: string; note: Note },
): Promise<void> {
  const send = async (name: string, file: Call["file"]) => {
    const answer = await app.send("POST /xrpc/com.atproto.repo.uploadBlob", { token, ...(file && { file }) });
    note(name, answer);
    return z.object({ blob: z.record(z.string(), z.unknown()) }).safeParse(answer.body).data?.blob;
  };
  const flat = { create: { width: 30, height: 20, channels: 3, background: "teal" } } as const;
  const blob = await send("a picture", { bytes: await sharp(flat).png().toBuffer(), type: "image/png" });
  await send("a picture under another type", {
    bytes: await sharp(flat).png().toBuffer(),
    type: "image/jpeg",
  });
  await send("no picture", { bytes: Buffer.from("no picture at all"), type: "image/png" });
  await send("a text", { bytes: Buffer.from("text"), type: "text/plain" });
  await send("a file without a type", { bytes: Buffer.from("text") });
  const large = await send("a large file", { bytes: Buffer.alloc(1_000_001, 7), type: "image/png" });
  const post = async (name: string, embed: unknown) =>
    note(
      name,
      await app.send("POST /xrpc/com.atproto.repo.createRecord", {
        token,
        json: { repo: place.did, collection, record: postOf({ embed }) },
      }),
    );
  const external = { uri: "https://ex.org/a", title: "T", description: "D" };
  const card = (thumb: unknown) => ({ $type: "app.bsky.embed.external", external: { ...external, thumb } });
  await post("a thumbnail of another size, at first", card({ ...blob, size: 5 }));
  await post("a thumbnail of another type, at first", card({ ...blob, mimeType: "image/jpeg" }));
  await post("a card with its picture", card(blob));
  await post("a thumbnail that is too large", card(large));
  await post("a thumbnail of another size", card({ ...blob, size: 5 }));
  await post("a thumbnail of another type", card({ ...blob, mimeType: "image/jpeg" }));
  await post("a thumbnail that is no picture", card({ ...blob, mimeType: "text/plain" }));
  const lost = "bafkreibme22gw2h7y2h7tg2fhqotaqjucnbc24deqo72b6mkl2egezxhvy";
  await post("a thumbnail that was never sent", card({ ...blob, ref: { $link: lost } }));
}

async function lackScopes(place: BlueskyPlace, note: Note): Promise<void> {
  const app = new BlueskyApp(place);
  const { access_token: token } = await app.connect("atproto repo:app.bsky.feed.post?action=create");
  const json = { repo: place.did, collection, rkey: "3lwitnesszz4z", record: postOf() };
  const send = async (name: string, method: string, sent: unknown = json) =>
    note(name, await app.send(`POST /xrpc/com.atproto.repo.${method}`, { token, json: sent }));
  await send("a creation that is granted", "createRecord");
  await send("an update that is not granted", "putRecord", { ...json, rkey: "3lwitnesszz5z" });
  await send("a deletion that is not granted", "deleteRecord");
  await send("another collection that is not granted", "createRecord", {
    ...json,
    ...{ collection: "app.bsky.feed.like", record: { $type: "app.bsky.feed.like" } },
  });
  const file = { bytes: Buffer.from("x"), type: "image/png" };
  note(
    "a picture that is not granted",
    await app.send("POST /xrpc/com.atproto.repo.uploadBlob", { token, file }),
  );
}

async function endSessions(place: BlueskyPlace, note: Note): Promise<void> {
  const app = new BlueskyApp(place);
  const client_id = clientId(scope);
  const tokenCall = async (name: string, form: Record<string, string>, by = app) => {
    const answer = await by.send("POST /oauth/token", {
      form: { grant_type: "refresh_token", client_id, ...form },
    });
    note(name, answer);
    return z.object({ refresh_token: z.string(), access_token: z.string() }).safeParse(answer.body).data;
  };
  const session = async (name: string, token: string) =>
    note(name, await app.send("GET /xrpc/com.atproto.server.getSession", { token }));
  const first = await app.connect(scope);
  await tokenCall("a malformed refresh token", { refresh_token: "abc" });
  await tokenCall("an unknown refresh token", { refresh_token: `ref-${"0".repeat(64)}` });
  const second = await tokenCall("a refresh", { refresh_token: first.refresh_token });
  await session("the access token before the refresh", first.access_token);
  await tokenCall("the same refresh token again", { refresh_token: first.refresh_token });
  await tokenCall("the newest refresh token after that", { refresh_token: second?.refresh_token ?? "" });
  await session("the newest access token after that", second?.access_token ?? "");
  const other = await app.connect(scope);
  await tokenCall(
    "a refresh with another key",
    { refresh_token: other.refresh_token },
    new BlueskyApp(place),
  );
  await tokenCall("a refresh after that", { refresh_token: other.refresh_token });
  const revoked = await app.connect(scope);
  const revoke = async (name: string, token: string) =>
    note(name, await app.send("POST /oauth/revoke", { form: { client_id, token } }));
  await revoke("an unknown token's revocation", "abc");
  await revoke("an access token's revocation", revoked.access_token);
  await session("the access token after its revocation", revoked.access_token);
  await tokenCall("the refresh token after the revocation", { refresh_token: revoked.refresh_token });
  await revoke("the revocation again", revoked.access_token);
}

async function losePlace(
  place: BlueskyPlace,
  note: Note,
  status: "deactivated" | "takendown",
): Promise<void> {
  const app = new BlueskyApp(place);
  const { access_token: token, refresh_token } = await app.connect(scope);
  const repo = { repo: place.did };
  await place.setStatus(status);
  const get = async (name: string, path: string, sent: Call = {}) =>
    note(`${status}: ${name}`, await app.send(`GET /xrpc/${path}`, sent));
  const post = async (name: string, method: string, sent: Call) =>
    note(`${status}: ${name}`, await app.send(`POST /xrpc/com.atproto.repo.${method}`, { token, ...sent }));
  await get("a session", "com.atproto.server.getSession", { token });
  await get("the handle", `com.atproto.identity.resolveHandle?handle=${place.handle}`);
  await get("the records", `com.atproto.repo.listRecords?${new URLSearchParams({ ...repo, collection })}`);
  await get("the repository", `com.atproto.repo.describeRepo?${new URLSearchParams(repo)}`);
  await post("a post", "createRecord", { json: { ...repo, collection, record: postOf() } });
  await post("a deletion", "deleteRecord", { json: { ...repo, collection, rkey: "3lwitnesszz2z" } });
  await post("a picture", "uploadBlob", { file: { bytes: Buffer.from("x"), type: "image/png" } });
  const form = { grant_type: "refresh_token", client_id: clientId(scope), refresh_token };
  note(`${status}: a refresh`, await app.send("POST /oauth/token", { form }));
  await place.setStatus("active");
  await get("a session once it is active again", "com.atproto.server.getSession", { token });
}

/** Replaces what names the server, the person or the moment. */
function hiderOf(place: BlueskyPlace): <T>(value: T) => T {
  const names: readonly (readonly [string | RegExp, string])[] = [
    [place.did, "DID"],
    [place.handle, "HANDLE"],
    [place.issuer, "ISSUER"],
    [place.server, "ISSUER"],
    [encodeURIComponent(place.issuer), "ISSUER"],
    [/eyJ[\w-]+\.[\w-]+\.[\w-]+/g, "JWT"],
    [/\b(ref|req|cod|tok)-[0-9a-f]{32,64}/g, "$1-…"],
    [/"(rev|cursor)":"[^"]+"/g, '"$1":"…"'],
    [/"commit":\{"cid":"[^"]+"/g, '"commit":{"cid":"…"'],
    [/3[a-z2-7]{12}(?=")/g, "TID"],
    [/"expires_in":\d+/g, '"expires_in":"…"'],
    [/"publicKeyMultibase":"[^"]+"/g, '"publicKeyMultibase":"…"'],
  ];
  return (value) => {
    const text = names.reduce<string>(
      (so, [name, shown]) => so.replaceAll(name, shown),
      JSON.stringify(value ?? null),
    );
    return JSON.parse(text);
  };
}
