/** The consent page of the simulated X (docs/networks/x.md, section 1.2). */
import { type Context, Hono } from "hono";
import { z } from "zod";
import { type Env, originOf } from "../network.ts";
import { ConsentPage, RefusedPage } from "../pages/consent.tsx";
import { issueCode } from "./grants.ts";
import type { TwitterWorld } from "./memory.ts";
import { avatarUrl } from "./pages.tsx";

/** Descriptions of the scopes for the consent page. */
const scopes: Readonly<Record<string, string>> = {
  "tweet.read": "See the posts that you can see",
  "tweet.write": "Post and delete posts for you",
  "tweet.moderate.write": "Hide and unhide replies to your posts",
  "users.read": "See the accounts that you can see",
  "users.email": "See your email address",
  "media.write": "Upload pictures and videos for you",
  "offline.access": "Stay connected until you revoke it",
  "follows.read": "See whom you follow",
  "follows.write": "Follow and unfollow people for you",
  "space.read": "See Spaces that you can see",
  "mute.read": "See whom you have muted",
  "mute.write": "Mute and unmute accounts for you",
  "like.read": "See what you have liked",
  "like.write": "Like and unlike posts for you",
  "list.read": "See your lists",
  "list.write": "Change your lists",
  "block.read": "See whom you have blocked",
  "block.write": "Block and unblock accounts for you",
  "bookmark.read": "See your bookmarks",
  "bookmark.write": "Change your bookmarks",
  "dm.read": "See your direct messages",
  "dm.write": "Send direct messages for you",
};

const authorizeSchema = z.object({
  response_type: z.literal("code", "response_type must be code."),
  client_id: z.string("client_id is missing."),
  redirect_uri: z.string("redirect_uri is missing."),
  scope: z
    .string("scope is missing.")
    .refine(
      (scope) => scope.split(" ").every((word) => Object.hasOwn(scopes, word)),
      "X does not know one of these scopes.",
    ),
  state: z
    .string("state is missing.")
    .min(1, "state is missing.")
    .max(500, "state is longer than 500 characters."),
  code_challenge: z
    .string("code_challenge is missing.")
    .regex(/^[A-Za-z0-9\-._~]{43,128}$/, "code_challenge must be 43 to 128 characters."),
  code_challenge_method: z
    .string("code_challenge_method is missing.")
    .regex(/^(s256|plain)$/i, "code_challenge_method must be S256 or plain."),
});
type AuthorizeRequest = z.infer<typeof authorizeSchema>;

const decisionSchema = z.object({ account: z.string(), decision: z.enum(["approve", "refuse"]) });

export function authorizeRoutes(world: TwitterWorld): Hono<Env> {
  const app = new Hono<Env>();

  app.get("/i/oauth2/authorize", (c) => {
    const request = readAuthorizeRequest(world, c.req.query());
    if (typeof request === "string") return refuse(c, request);
    return c.html(
      <ConsentPage
        network="X"
        appName={nameOf(world, request.client_id)}
        asks={request.scope.split(" ").map((scope) => scopes[scope] ?? scope)}
        accounts={world.memory.accounts.map((account) => ({
          id: account.id,
          displayName: account.displayName,
          handle: `@${account.username}`,
          avatarUrl: avatarUrl(originOf(c.req.raw), account),
        }))}
        action="/i/oauth2/authorize"
        fields={{ ...request }}
        redirectHost={new URL(request.redirect_uri).host}
      />,
    );
  });

  app.post("/i/oauth2/authorize", async (c) => {
    const form = await c.req.parseBody();
    const request = readAuthorizeRequest(world, form);
    if (typeof request === "string") return refuse(c, request);
    const decided = decisionSchema.safeParse(form);
    const account = world.memory.accounts.find(({ id }) => id === decided.data?.account);
    if (!decided.success || !account) return refuse(c, "Choose an account, and Approve or Refuse.");
    if (decided.data.decision === "refuse")
      return back(c, request, { error: "access_denied", state: request.state });
    const code = issueCode(world, {
      clientId: request.client_id,
      redirectUri: request.redirect_uri,
      challenge: request.code_challenge,
      method: request.code_challenge_method.toLowerCase() === "plain" ? "plain" : "S256",
      accountId: account.id,
      scopes: request.scope.split(" "),
    });
    return back(c, request, { state: request.state, code });
  });

  return app;
}

/** The app's name, as people read it. */
function nameOf({ memory }: TwitterWorld, clientId: string): string {
  return memory.apps.find((app) => app.clientId === clientId)?.name ?? clientId;
}

/** The request, or the reason for X's error page in place of a redirect to the app. */
function readAuthorizeRequest(world: TwitterWorld, fields: unknown): AuthorizeRequest | string {
  const parsed = authorizeSchema.safeParse(fields);
  if (!parsed.success) return parsed.error.issues[0]?.message ?? "The request cannot be read.";
  const app = world.memory.apps.find(({ clientId }) => clientId === parsed.data.client_id);
  if (!app) return "X does not know this client_id.";
  if (!app.redirectUris.includes(parsed.data.redirect_uri))
    return "This redirect_uri is not one of the app's callbacks.";
  return parsed.data;
}

function refuse(c: Context<Env>, reason: string): Response | Promise<Response> {
  return c.html(
    <RefusedPage network="X" reason={`You weren't able to give access to the App. ${reason}`} />,
    400,
  );
}

function back(
  c: Context<Env>,
  request: AuthorizeRequest,
  answer: Readonly<Record<string, string>>,
): Response {
  const url = new URL(request.redirect_uri);
  for (const [name, value] of Object.entries(answer)) url.searchParams.set(name, value);
  return c.redirect(url.href, 302);
}
