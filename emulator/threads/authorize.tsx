/** The consent page of the simulated Threads (docs/networks/threads.md, section 2.2). */
import { type Context, Hono } from "hono";
import { z } from "zod";
import { issueCode, type MetaApp } from "../meta/grants.ts";
import { avatarUrl, type Env, originOf } from "../network.ts";
import { ConsentPage, RefusedPage } from "../pages/consent.tsx";
import { basicScope } from "./grants.ts";
import type { ThreadsWorld } from "./memory.ts";

/** Descriptions of the scopes for the consent page. */
const scopes: Readonly<Record<string, string>> = {
  [basicScope]: "See your profile and your posts",
  threads_content_publish: "Post for you",
  threads_delete: "Delete your posts",
  threads_manage_replies: "Hide and answer replies",
  threads_read_replies: "Read replies",
  threads_manage_insights: "See how your posts do",
  threads_keyword_search: "Search public posts",
  threads_manage_mentions: "See where you are mentioned",
  threads_location_tagging: "Tag places",
  threads_profile_discovery: "Look up public profiles",
};

const scopeList = z
  .string("scope is missing.")
  .transform((scope) => scope.split(/[\s,]+/).filter(Boolean))
  .refine(
    (words) => words.every((word) => Object.hasOwn(scopes, word)),
    "Invalid scope: Threads does not know one of these scopes.",
  )
  .refine((words) => words.includes(basicScope), `Invalid scope: ${basicScope} is missing.`);

const authorizeSchema = z.object({
  client_id: z.string("client_id is missing."),
  redirect_uri: z.string("redirect_uri is missing."),
  response_type: z.literal("code", "response_type must be code."),
  scope: scopeList,
  state: z.string().optional(),
});
type AuthorizeRequest = z.infer<typeof authorizeSchema>;

const decisionSchema = z.object({ account: z.string(), decision: z.enum(["approve", "refuse"]) });

export function authorizeRoutes(world: ThreadsWorld): Hono<Env> {
  const app = new Hono<Env>();

  app.get("/oauth/authorize", (c) => {
    const read = readAuthorizeRequest(world, c.req.query());
    if (typeof read === "string") return refuse(c, read);
    const { scope, state, ...fields } = read.request;
    return c.html(
      <ConsentPage
        network="Threads"
        appName={read.app.name ?? fields.client_id}
        asks={[scopes[basicScope] ?? basicScope]}
        permissions={scope
          .filter((name) => name !== basicScope)
          .map((name) => ({ name, words: scopes[name] ?? name }))}
        accounts={world.memory.accounts.map((account) => ({
          id: account.id,
          displayName: account.displayName,
          handle: `@${account.username}`,
          avatarUrl: avatarUrl(originOf(c.req.raw), account.id),
        }))}
        action="/oauth/authorize"
        fields={{ ...fields, scope: scope.join(","), ...(state !== undefined && { state }) }}
        redirectHost={new URL(fields.redirect_uri).host}
      />,
    );
  });

  app.post("/oauth/authorize", async (c) => {
    const form = await c.req.parseBody({ all: true });
    const read = readAuthorizeRequest(world, form);
    if (typeof read === "string") return refuse(c, read);
    const { app: asking, request } = read;
    const decided = decisionSchema.safeParse(form);
    const account = world.memory.accounts.find(({ id }) => id === decided.data?.account);
    if (!decided.success || !account) return refuse(c, "Choose an account, and Approve or Refuse.");
    if (decided.data.decision === "refuse") {
      return back(c, request, {
        error: "access_denied",
        error_reason: "user_denied",
        error_description: "The user denied your request",
      });
    }
    if (!asking.reviewed && !asking.testers.includes(account.username))
      return refuse(c, "The app has not been reviewed, and only its Threads testers can use it.");
    const ticked = [form.permission ?? []].flat();
    const code = issueCode(world, {
      clientId: asking.clientId,
      redirectUri: request.redirect_uri,
      accountId: account.id,
      scopes: request.scope.filter((name) => name === basicScope || ticked.includes(name)),
    });
    return back(c, request, { code });
  });

  return app;
}

/** The request, or the reason for Threads' error page in place of a redirect to the app. */
function readAuthorizeRequest(
  world: ThreadsWorld,
  fields: unknown,
): { app: MetaApp; request: AuthorizeRequest } | string {
  const parsed = authorizeSchema.safeParse(fields);
  if (!parsed.success) return parsed.error.issues[0]?.message ?? "The request cannot be read.";
  const app = world.memory.apps.find(({ clientId }) => clientId === parsed.data.client_id);
  if (!app) return "Threads does not know this client_id.";
  if (!isSecure(parsed.data.redirect_uri)) return "Insecure redirect_uri: it must be https (1349187).";
  if (!app.redirectUris.includes(parsed.data.redirect_uri))
    return "This redirect_uri is not one of the app's addresses.";
  return { app, request: parsed.data };
}

/** Plain http is allowed on this machine only. */
function isSecure(address: string): boolean {
  const url = URL.parse(address);
  return url?.protocol === "https:" || ["127.0.0.1", "localhost"].includes(url?.hostname ?? "");
}

function refuse(c: Context<Env>, reason: string): Response | Promise<Response> {
  return c.html(<RefusedPage network="Threads" reason={`Invalid request. ${reason}`} />, 400);
}

/** Threads appends `#_` to every redirect. */
function back(
  c: Context<Env>,
  { redirect_uri, state }: AuthorizeRequest,
  answer: Readonly<Record<string, string>>,
): Response {
  const url = new URL(redirect_uri);
  for (const [name, value] of Object.entries(answer)) url.searchParams.set(name, value);
  if (state !== undefined) url.searchParams.set("state", state);
  url.hash = "_";
  return c.redirect(url.href, 302);
}
