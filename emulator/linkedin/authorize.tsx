/** The consent page of the simulated LinkedIn (docs/networks/linkedin.md, section 2). */
import { type Context, Hono } from "hono";
import { z } from "zod";
import { avatarUrl, type Env, originOf } from "../network.ts";
import { ConsentPage, RefusedPage } from "../pages/consent.tsx";
import { issueCode } from "./grants.ts";
import type { App, LinkedinWorld, products } from "./memory.ts";

type Product = (typeof products)[number];

/** Each scope's description, and the product that includes it. */
const scopes: Readonly<Record<string, { words: string; product: Product }>> = {
  openid: { words: "Know who you are", product: "sign-in" },
  profile: { words: "See your name and photo", product: "sign-in" },
  email: { words: "See your primary email address", product: "sign-in" },
  w_member_social: { words: "Create, modify, and delete posts for you", product: "share" },
  w_organization_social: { words: "Post for your organizations", product: "community-management" },
  r_organization_social: { words: "Read your organizations' posts", product: "community-management" },
  rw_organization_admin: { words: "Manage your organizations' pages", product: "community-management" },
  r_organization_admin: { words: "See your organizations' pages", product: "community-management" },
  r_basicprofile: { words: "See your basic profile", product: "community-management" },
};

const authorizeSchema = z.object({
  response_type: z.literal("code", "response_type must be code"),
  client_id: z.string('A required parameter "client_id" is missing'),
  redirect_uri: z.string('A required parameter "redirect_uri" is missing'),
  state: z.string().optional(),
  scope: z.string().default(""),
});
type AuthorizeRequest = z.infer<typeof authorizeSchema>;

const decisionSchema = z.object({ account: z.string(), decision: z.enum(["approve", "refuse"]) });

export function authorizeRoutes(world: LinkedinWorld): Hono<Env> {
  const app = new Hono<Env>();

  app.get("/oauth/v2/authorization", (c) => {
    const request = readAuthorizeRequest(world, c.req.query());
    if (typeof request === "string") return refuse(c, request);
    const { fields, app: asking } = request;
    const denied = deniedScope(fields, asking);
    if (denied !== undefined) return back(c, fields, denied);
    return c.html(
      <ConsentPage
        network="LinkedIn"
        appName={asking.name ?? asking.clientId}
        asks={scopesOf(fields).map((scope) => scopes[scope]?.words ?? scope)}
        accounts={world.memory.accounts.map((account) => ({
          id: account.id,
          displayName: account.displayName,
          handle: `@${account.username}`,
          avatarUrl: avatarUrl(originOf(c.req.raw), account.id),
        }))}
        action="/oauth/v2/authorization"
        fields={{ ...fields, state: fields.state ?? "" }}
        redirectHost={new URL(fields.redirect_uri).host}
      />,
    );
  });

  app.post("/oauth/v2/authorization", async (c) => {
    const form = await c.req.parseBody();
    const request = readAuthorizeRequest(world, form);
    if (typeof request === "string") return refuse(c, request);
    const { fields, app: asking } = request;
    const denied = deniedScope(fields, asking);
    if (denied !== undefined) return back(c, fields, denied);
    const decided = decisionSchema.safeParse(form);
    const account = world.memory.accounts.find(({ id }) => id === decided.data?.account);
    if (!decided.success || !account) return refuse(c, "Choose an account, and Approve or Refuse.");
    if (decided.data.decision === "refuse") {
      return back(c, fields, {
        error: "user_cancelled_authorize",
        error_description: "The user cancelled the authorization",
      });
    }
    const code = issueCode(world, {
      clientId: asking.clientId,
      redirectUri: fields.redirect_uri,
      accountId: account.id,
      scopes: scopesOf(fields),
    });
    return back(c, fields, { code });
  });

  return app;
}

/** The request, or the reason for LinkedIn's error page in place of a redirect to the app. */
function readAuthorizeRequest(
  world: LinkedinWorld,
  sent: unknown,
): { fields: AuthorizeRequest; app: App } | string {
  const parsed = authorizeSchema.safeParse(sent);
  if (!parsed.success) return parsed.error.issues[0]?.message ?? "The request cannot be read.";
  const fields = parsed.data;
  const app = world.memory.apps.find(({ clientId }) => clientId === fields.client_id);
  if (!app) return "The passed in client_id is invalid: Client_id doesn't match.";
  if (!app.redirectUris.includes(fields.redirect_uri))
    return "The redirect_uri does not match the registered value: Redirect_uri doesn't match.";
  const { protocol, hostname } = new URL(fields.redirect_uri);
  if (protocol !== "https:" && hostname !== "127.0.0.1" && hostname !== "localhost")
    return "The redirect_uri must be https.";
  return { fields, app };
}

/** The member accepts all scopes or none; scopes outside the app's products were refused before. */
function deniedScope(fields: AuthorizeRequest, app: App): Record<string, string> | undefined {
  const asked = scopesOf(fields);
  const unknown = asked.find((scope) => !Object.hasOwn(scopes, scope));
  if (unknown !== undefined || asked.length === 0)
    return {
      error: "invalid_scope",
      error_description: "The requested scope is invalid, unknown, or malformed",
    };
  const denied = asked.find((scope) => {
    const product = scopes[scope]?.product;
    return product === undefined || !app.products.includes(product);
  });
  if (denied === undefined) return undefined;
  return {
    error: "unauthorized_scope_error",
    error_description: `Scope "${denied}" is not authorized for your application`,
  };
}

/** Separated by spaces; LinkedIn's own client uses commas. */
function scopesOf({ scope }: AuthorizeRequest): string[] {
  return scope.split(/[ ,]+/).filter((word) => word !== "");
}

function refuse(c: Context<Env>, reason: string): Response | Promise<Response> {
  return c.html(<RefusedPage network="LinkedIn" reason={`Bummer, something went wrong. ${reason}`} />, 401);
}

function back(
  c: Context<Env>,
  { redirect_uri, state }: AuthorizeRequest,
  answer: Readonly<Record<string, string>>,
) {
  const url = new URL(redirect_uri);
  for (const [name, value] of Object.entries(answer)) url.searchParams.set(name, value);
  if (state) url.searchParams.set("state", state);
  return c.redirect(url.href, 302);
}
