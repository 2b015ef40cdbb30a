/**
 * Facebook Login, for Pages and for the Instagram accounts that are linked to them: the dialog, the long-lived token and
 * the granted permissions (docs/networks/facebook.md, section 2).
 */
import { z } from "zod";
import { part, say, type Told } from "../../words/words.ts";
import { type Answer, callSafely } from "../call/request.ts";
import {
  type AuthorizeCallback,
  type AuthorizeRequest,
  PlatformError,
  type PlatformWorld,
} from "../platform.ts";
import { toWebAddress, type WebAddress } from "../posts/web-address.ts";
import { askGraph, type MetaApp } from "./call.ts";
import { judgeGraphAnswer } from "./graph.ts";
import { readGraphError, readWords } from "./graph-error.ts";

/** The login dialog. Facebook supports no PKCE here, and it separates scopes by commas. */
export function buildLoginUrl(
  { origin, version, id, configId }: MetaApp,
  { redirectUri, state, again }: AuthorizeRequest,
  scopes: readonly string[],
): WebAddress {
  const url = new URL(`${origin}/${version}/dialog/oauth`);
  const parameters = new URLSearchParams({
    client_id: id,
    redirect_uri: redirectUri,
    state,
    response_type: "code",
    ...(configId === undefined ? { scope: scopes.join(",") } : { config_id: configId }),
    // Otherwise Facebook does not ask again for a permission that the person declined before.
    ...(again ? { auth_type: "rerequest" } : {}),
  });
  url.search = parameters.toString().replaceAll("+", "%20");
  return toWebAddress(url);
}

/** The person who granted us access, with their token. */
export interface MetaPerson {
  /** Long-lived: valid for about 60 days. */
  readonly token: string;
  /** For `Account.grantedBy`; Meta's callbacks use the same id: "facebook:10224567890123456". */
  readonly grantedBy: string;
  readonly granted: readonly string[];
}

export interface LoginParts {
  readonly app: MetaApp;
  readonly world: PlatformWorld;
  /** The network's name in messages: "Instagram". */
  readonly label: string;
}

/**
 * Exchanges the code for a long-lived token and reads which permissions the person granted.
 * @param needed the permissions that must be granted, each with its purpose
 * @throws {PlatformError} rejected if a permission is missing, naming it; or the failure of a call
 */
export async function exchangeForPerson(
  parts: LoginParts,
  { code, redirectUri, hold, remember }: AuthorizeCallback,
  needed: Readonly<Record<string, Told>>,
): Promise<MetaPerson> {
  const short = await askToken(parts, { code, redirect_uri: redirectUri });
  const token = await askToken(parts, { grant_type: "fb_exchange_token", fb_exchange_token: short });
  const { id } = await read(parts, { path: "/me", query: { fields: "id" }, token }, personShape);
  const grantedBy = `facebook:${id}`;
  await hold?.({ grantedBy, extra: remember }, { accessToken: token, ownerToken: token, scopes: [] });
  const { data } = await read(parts, { path: "/me/permissions", token }, permissionsShape);
  const granted = data.filter(({ status }) => status === "granted").map(({ permission }) => permission);
  const missing = Object.keys(needed).filter((name) => !granted.includes(name));
  if (missing.length > 0) throw permissionsMissing(parts.label, missing, needed);
  return { token, grantedBy, granted };
}

const tokenShape = z.object({ access_token: z.string().min(1) });
const personShape = z.object({ id: z.string().min(1) });
const permissionsShape = z.object({
  data: z.array(z.object({ permission: z.string(), status: z.string() })),
});

/** Sends the secret in a form, which keeps it out of URLs. */
async function askToken({ app, world, label }: LoginParts, fields: Record<string, string>): Promise<string> {
  const answer = await callSafely(world.fetch, {
    method: "POST",
    url: `${app.apiOrigin}/${app.version}/oauth/access_token`,
    form: { ...fields, client_id: app.id, client_secret: app.secret },
  });
  const token = answer.status === 200 ? tokenShape.safeParse(answer.body).data : undefined;
  if (token !== undefined) return token.access_token;
  throw isCodeRefused(answer)
    ? codeRefused(label, answer)
    : judgeGraphAnswer(answer, { label, now: world.now() });
}

/** At this endpoint, code 100 means: the code was used, has expired, belongs to another app or came by another redirect address. */
function isCodeRefused(answer: Answer): boolean {
  return readGraphError(answer)?.code === 100;
}

function codeRefused(label: string, answer: Answer): PlatformError {
  return new PlatformError("rejected", {
    code: "code-refused",
    message: say("{network} did not accept the sign-in: {words} Please start again.", {
      network: label,
      words: readWords(readGraphError(answer)),
    }),
    status: answer.status,
  });
}

/** @param needed the permissions that posting needs, each with its purpose @returns an error that names the missing ones */
export function permissionsMissing(
  label: string,
  missing: readonly string[],
  needed: Readonly<Record<string, Told>>,
): PlatformError {
  const told = missing.map((name) => {
    const purpose = needed[name];
    return say("{permission} ({purpose})", {
      permission: name,
      purpose: purpose === undefined ? name : part(purpose),
    });
  });
  return new PlatformError("rejected", {
    code: "permissions-missing",
    message: say(
      "These permissions were left out: {told}. {network} does not let us post without them. Try again and leave everything ticked.",
      { told, network: label },
    ),
  });
}

/** Reads an object or a list. @param shape of the answer @throws {PlatformError} */
export async function read<T>(
  parts: LoginParts,
  asked: { readonly path: string; readonly query?: Readonly<Record<string, string>>; readonly token: string },
  shape: z.ZodType<T>,
): Promise<T> {
  const answer = await askGraph(parts.world, parts.app, { ...asked, method: "GET" });
  if (answer.status !== 200) throw judgeGraphAnswer(answer, circumstances(parts));
  const parsed = shape.safeParse(answer.body);
  if (parsed.success) return parsed.data;
  const message = say("{network} sent an answer that we could not read.", { network: parts.label });
  throw new PlatformError("transient", { code: "unreadable", message, status: answer.status });
}

function circumstances({ label, world }: LoginParts) {
  return { label, now: world.now() };
}
