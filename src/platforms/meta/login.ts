/**
 * Facebook Login, for Pages and for the Instagram accounts that are linked to them: the dialog, the long-lived token,
 * what was granted, and every Page of the person (docs/networks/facebook.md, section 2).
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
import { toWebAddress, type WebAddress, webAddress } from "../posts/web-address.ts";
import { askGraph, type MetaApp } from "./call.ts";
import { judgeGraphAnswer, readGraphError, readWords } from "./graph.ts";

/** Where to send the person. Facebook takes no PKCE here; the scopes are separated by commas. */
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
    // Facebook does not ask by itself for what was declined before.
    ...(again ? { auth_type: "rerequest" } : {}),
  });
  url.search = parameters.toString().replaceAll("+", "%20");
  return toWebAddress(url);
}

/** Who let us in, with the token for everything that is theirs. */
export interface MetaPerson {
  /** Long-lived: about sixty days. */
  readonly token: string;
  /** As Meta's own calls name the person, for `Account.grantedBy`: "facebook:10224567890123456". */
  readonly grantedBy: string;
  readonly granted: readonly string[];
}

export interface LoginParts {
  readonly app: MetaApp;
  readonly world: PlatformWorld;
  /** The network as people call it, for what they are told. */
  readonly label: string;
}

/**
 * From the code to a person whose permissions are known.
 * @param needed by name, with what each is for: all of them must be granted
 * @throws {PlatformError} rejected, naming the permissions that were left out; what the calls fail with
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

/** The secret travels in a form, so that it stands in no address. */
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

/** Code 100 at this endpoint: the code is used, too old, another's, or came by another address. */
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

/** @param needed by name, with what each is for */
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

const pageShape = z.object({
  id: z.string().min(1),
  name: z.string().min(1),
  username: z.string().min(1).optional().catch(undefined),
  access_token: z.string().min(1).optional().catch(undefined),
  tasks: z.array(z.string()).optional().catch(undefined),
  picture: z
    .object({ data: z.object({ url: webAddress }) })
    .optional()
    .catch(undefined),
  /** Only where it is asked for, and a professional account is linked. */
  instagram_business_account: z
    .object({
      id: z.string().min(1),
      username: z.string().optional(),
      name: z.string().optional(),
      profile_picture_url: webAddress.optional().catch(undefined),
    })
    .optional()
    .catch(undefined),
});
export type MetaPage = z.infer<typeof pageShape>;

const pagesShape = z.object({
  data: z.array(pageShape),
  paging: z
    .object({ next: z.string().optional(), cursors: z.object({ after: z.string() }).optional() })
    .optional(),
});
const portfoliosShape = z.object({ data: z.array(personShape) });

/** More Pages than anybody posts to; against a list without end. */
const MOST_LISTS = 50;
const POSTING_TASKS = ["CREATE_CONTENT", "MANAGE"];

/** Whether the person may post there (docs/networks/facebook.md, section 2.7). */
export function mayPost({ tasks = [] }: MetaPage): boolean {
  return tasks.some((task) => POSTING_TASKS.includes(task));
}

/**
 * Every Page of the person: their own, and those of their business portfolios, each once.
 * @param fields beside id, name, access_token and tasks
 */
export async function listPages(
  parts: LoginParts,
  person: MetaPerson,
  fields: readonly string[] = [],
): Promise<MetaPage[]> {
  const query = { fields: ["id", "name", "access_token", "tasks", ...fields].join(","), limit: "100" };
  const pages = new Map<string, MetaPage>();
  const take = async (path: string) => {
    for (const page of await readAll(parts, person, path, query))
      pages.set(page.id, { ...page, ...pages.get(page.id) });
  };
  await take("/me/accounts");
  if (person.granted.includes("business_management")) {
    // What a portfolio does not show must not hide the Pages that we have.
    const portfolios = await read(
      parts,
      { path: "/me/businesses", query: { limit: "100" }, token: person.token },
      portfoliosShape,
    ).catch(() => ({ data: [] }));
    for (const { id } of portfolios.data)
      for (const kind of ["owned_pages", "client_pages"]) await take(`/${id}/${kind}`).catch(() => undefined);
  }
  return [...pages.values()];
}

async function readAll(
  parts: LoginParts,
  { token }: MetaPerson,
  path: string,
  query: Readonly<Record<string, string>>,
): Promise<MetaPage[]> {
  const pages: MetaPage[] = [];
  let after: string | undefined;
  for (let lists = 0; lists < MOST_LISTS; lists += 1) {
    const asked = { ...query, ...(after === undefined ? {} : { after }) };
    const { data, paging } = await read(parts, { path, query: asked, token }, pagesShape);
    pages.push(...data);
    // The next address has our token in it, so that it is built anew from its cursor.
    after = paging?.next === undefined ? undefined : paging.cursors?.after;
    if (after === undefined) break;
  }
  return pages;
}

/** @throws {PlatformError} */
async function read<T>(
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
