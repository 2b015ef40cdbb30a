/** The consent page of the simulated Facebook (docs/networks/facebook.md, sections 2.2 and 2.3). */
import { type Context, Hono } from "hono";
import { z } from "zod";
import { avatarUrl, type Env, originOf } from "../network.ts";
import { ConsentPage, RefusedPage } from "../pages/consent.tsx";
import { isVersion } from "./access.ts";
import type { App, FacebookWorld } from "./memory.ts";
import { findGrant, issueCode, keepGrant } from "./tokens.ts";

/** Descriptions of the permissions for the consent page. */
const permissions: Readonly<Record<string, string>> = {
  public_profile: "See your name and picture",
  email: "See your email address",
  pages_show_list: "Show a list of the Pages that you manage",
  pages_read_engagement: "Read content posted on the Page",
  pages_manage_posts: "Create and manage content on your Page",
  pages_manage_engagement: "Create and manage comments on your Page",
  pages_read_user_content: "Read what people post on your Page",
  pages_manage_metadata: "Manage the settings of your Page",
  business_management: "Manage your business",
  read_insights: "Read insights of your Pages",
  publish_video: "Publish videos on your Page",
  instagram_basic: "See the profile and posts of your Instagram account",
  instagram_content_publish: "Post to your Instagram account",
  instagram_manage_comments: "Read and answer comments on your Instagram account",
  instagram_manage_contents: "Delete posts of your Instagram account",
  ads_management: "Manage your ads",
  ads_read: "Read your ads",
};

const authorizeSchema = z.object({
  client_id: z.string("The parameter client_id is missing."),
  redirect_uri: z.string("The parameter redirect_uri is missing."),
  state: z.string().optional(),
  response_type: z
    .string()
    .default("code")
    .refine((type) => /^code(,granted_scopes)?$/.test(type), "Only response_type=code is simulated."),
  scope: z.string().default(""),
  config_id: z.string().optional(),
  auth_type: z.enum(["rerequest", "reauthenticate"]).optional(),
});
type AuthorizeRequest = z.infer<typeof authorizeSchema>;

/** The permissions of a Login for Business configuration, whatever its id. */
const configured = ["pages_show_list", "pages_read_engagement", "pages_manage_posts", "business_management"];

const decisionSchema = z.object({
  account: z.string(),
  decision: z.enum(["approve", "refuse"]),
  permission: z.unknown().optional(),
  page: z.unknown().optional(),
});

export function authorizeRoutes(world: FacebookWorld): Hono<Env> {
  const app = new Hono<Env>();

  app.get("/:version/dialog/oauth", (c) => {
    const request = readAuthorizeRequest(world, c, c.req.query());
    if (typeof request === "string") return refuse(c, request);
    const { fields, app: asking } = request;
    const asked = scopesOf(fields);
    return c.html(
      <ConsentPage
        network="Facebook"
        appName={asking.name ?? asking.clientId}
        asks={[permissions.public_profile ?? ""]}
        permissions={asked.map((name) => ({ name, words: permissions[name] ?? name }))}
        pages={
          asked.includes("pages_show_list") ? world.memory.pages.map(({ id, name }) => ({ id, name })) : []
        }
        accounts={world.memory.accounts.map((account) => ({
          id: account.id,
          displayName: account.displayName,
          handle: `@${account.username}`,
          avatarUrl: avatarUrl(originOf(c.req.raw), account.id),
        }))}
        action={c.req.path}
        fields={withoutGaps(fields)}
        redirectHost={new URL(fields.redirect_uri).host}
      />,
    );
  });

  app.post("/:version/dialog/oauth", async (c) => {
    const form = await c.req.parseBody({ all: true });
    const request = readAuthorizeRequest(world, c, form);
    if (typeof request === "string") return refuse(c, request);
    const { fields, app: asking } = request;
    const decided = decisionSchema.safeParse(form);
    const account = world.memory.accounts.find(({ id }) => id === decided.data?.account);
    if (!decided.success || !account) return refuse(c, "Choose an account, and Approve or Refuse.");
    if (decided.data.decision === "refuse") {
      return back(c, fields, {
        error: "access_denied",
        error_code: "200",
        error_description: "Permissions error",
        error_reason: "user_denied",
      });
    }
    if (!asking.reviewed && !asking.testers.includes(account.username))
      return refuse(c, "App not active: this app is not accessible right now.");
    const ticked = toList(decided.data.permission);
    const asked = scopesOf(fields);
    const before = findGrant(world, { clientId: asking.clientId, accountId: account.id });
    const isAsked = (name: string) =>
      fields.auth_type === "rerequest" ||
      world.memory.switches.asksDeclinedAgain ||
      !before?.declined.includes(name);
    const granted = asked.filter((name) => ticked.includes(name) && isAsked(name));
    keepGrant(world, {
      clientId: asking.clientId,
      accountId: account.id,
      // Permissions that are not requested now stay unchanged.
      granted: [...new Set(["public_profile", ...granted, ...without(before?.granted, asked)])],
      declined: [...new Set([...without(asked, granted), ...without(before?.declined, asked)])],
      pageIds: toList(decided.data.page),
    });
    const code = issueCode(world, {
      clientId: asking.clientId,
      redirectUri: fields.redirect_uri,
      accountId: account.id,
    });
    const told = fields.response_type.includes("granted_scopes") ? { granted_scopes: granted.join(",") } : {};
    return back(c, fields, { ...told, code });
  });

  return app;
}

/** The request, or the reason for Facebook's error page in place of a redirect to the app. */
function readAuthorizeRequest(
  world: FacebookWorld,
  c: Context<Env>,
  sent: unknown,
): { fields: AuthorizeRequest; app: App } | string {
  if (!isVersion(c.req.param("version"))) return "There is no such version.";
  const parsed = authorizeSchema.safeParse(sent);
  if (!parsed.success) return parsed.error.issues[0]?.message ?? "The request cannot be read.";
  const fields = parsed.data;
  const app = world.memory.apps.find(({ clientId }) => clientId === fields.client_id);
  if (!app) return "Invalid App ID: the provided app ID does not look like a valid app ID.";
  // Strict mode is always on: an exact match, including the query.
  if (!app.redirectUris.includes(fields.redirect_uri))
    return "URL Blocked: this redirect failed because the redirect URI is not white-listed in the app's client OAuth settings.";
  const { protocol, hostname } = new URL(fields.redirect_uri);
  if (protocol !== "https:" && hostname !== "127.0.0.1" && hostname !== "localhost")
    return "Facebook has detected that the app isn't using a secure connection to transfer information.";
  const unknown = scopesOf(fields).filter((name) => !Object.hasOwn(permissions, name));
  if (unknown.length > 0) return `Invalid Scopes: ${unknown.join(", ")}.`;
  return { fields, app };
}

function scopesOf({ scope, config_id }: AuthorizeRequest): string[] {
  const asked = scope.split(/[\s,]+/).filter((name) => name !== "" && name !== "public_profile");
  return asked.length === 0 && config_id !== undefined ? configured : asked;
}

function without(names: readonly string[] | undefined, others: readonly string[]): string[] {
  return (names ?? []).filter((name) => !others.includes(name));
}

function toList(values: unknown): string[] {
  return [values].flat().filter((value) => typeof value === "string");
}

function withoutGaps(fields: AuthorizeRequest): Record<string, string> {
  const present = Object.entries(fields).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  );
  return Object.fromEntries(present);
}

function refuse(c: Context<Env>, reason: string): Response | Promise<Response> {
  return c.html(<RefusedPage network="Facebook" reason={reason} />, 400);
}

/** Facebook appends a fragment, which never reaches a server. */
function back(
  c: Context<Env>,
  { redirect_uri, state }: AuthorizeRequest,
  answer: Readonly<Record<string, string>>,
) {
  const url = new URL(redirect_uri);
  for (const [name, value] of Object.entries(answer)) url.searchParams.set(name, value);
  if (state !== undefined) url.searchParams.set("state", state);
  url.hash = "_=_";
  return c.redirect(url.href, 302);
}
