/** The consent page of the simulated Bluesky. */
import { randomBytes } from "node:crypto";
import { type Context, Hono } from "hono";
import { z } from "zod";
import { avatarUrl, type Env, originOf } from "../../network.ts";
import { ConsentPage, RefusedPage } from "../../pages/consent.tsx";
import type { AuthorizationRequest, BlueskyAccount, BlueskyWorld } from "../memory.ts";
import { issuerOf } from "../places.ts";
import { Refusal } from "../problems.ts";
import { findClient } from "./clients.ts";
import { requestPrefix, requestSeconds } from "./par.ts";
import { describeScope } from "./scopes.ts";

const decisionSchema = z.object({ account: z.string(), decision: z.enum(["approve", "refuse"]) });

export function authorizeRoutes(world: BlueskyWorld): Hono<Env> {
  const app = new Hono<Env>();

  app.get("/oauth/authorize", async (c) => {
    const request = findRequest(world, c.req.query());
    if (typeof request === "string") return refuse(c, request);
    request.expiresAtMs = world.now().getTime() + requestSeconds * 1_000;
    const name = await nameOf(world, request);
    if (name === undefined) return refuse(c, "The app's metadata cannot be read.");
    return c.html(
      <ConsentPage
        network="Bluesky"
        appName={name}
        asks={request.scope.split(" ").map(describeScope)}
        accounts={world.memory.accounts.map((account) => ({
          id: account.id,
          displayName: account.displayName,
          handle: `@${account.handle}`,
          avatarUrl: avatarUrl(originOf(c.req.raw), account.id),
        }))}
        chosenId={hintedAccount(world, request)?.id}
        action="/oauth/authorize"
        fields={{ client_id: request.clientId, request_uri: `${requestPrefix}${request.id}` }}
        redirectHost={new URL(request.redirectUri).host}
      />,
    );
  });

  app.post("/oauth/authorize", async (c) => {
    const form = await c.req.parseBody();
    const request = findRequest(world, form);
    if (typeof request === "string") return refuse(c, request);
    const decided = decisionSchema.safeParse(form);
    const account = world.memory.accounts.find(({ id }) => id === decided.data?.account);
    if (!decided.success || !account) return refuse(c, "Choose an account, and Approve or Refuse.");
    if (decided.data.decision === "refuse")
      return endWith(world, c, request, "access_denied", "The user rejected the request");
    if (account.status === "deactivated")
      return endWith(world, c, request, "access_denied", "This account has been deactivated");
    if (account.status !== "active") return refuse(c, "This account has been taken down.");
    request.accountId = account.id;
    request.code = `cod-${randomBytes(32).toString("hex")}`;
    return back(world, c, request, { code: request.code });
  });

  return app;
}

/** The request, or the reason for a page in place of a redirect to the app. */
function findRequest(
  world: BlueskyWorld,
  fields: Readonly<Record<string, unknown>>,
): AuthorizationRequest | string {
  const { client_id, request_uri } = fields;
  if (typeof request_uri !== "string" || !request_uri.startsWith(requestPrefix))
    return 'Invalid "request_uri" query parameter.';
  const { memory } = world;
  const request = memory.requests.find(
    ({ id }) => id === decodeURIComponent(request_uri.slice(requestPrefix.length)),
  );
  if (!request) return "Unknown request_uri.";
  const problem =
    request.code !== undefined
      ? "This request was already authorized."
      : request.expiresAtMs < world.now().getTime()
        ? "This request has expired."
        : request.clientId !== client_id
          ? "This request was initiated for another client."
          : undefined;
  if (problem === undefined) return request;
  memory.requests = memory.requests.filter((other) => other !== request);
  return problem;
}

function hintedAccount(world: BlueskyWorld, { loginHint }: AuthorizationRequest): BlueskyAccount | undefined {
  return world.memory.accounts.find(({ id, handle }) => id === loginHint || handle === loginHint);
}

async function nameOf(world: BlueskyWorld, { clientId }: AuthorizationRequest): Promise<string | undefined> {
  try {
    const { id, name } = await findClient(world, clientId);
    // Of a loopback client, people see that it runs on this machine.
    return id === name && id.startsWith("http://localhost") ? "An app on this device" : name;
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

function refuse(c: Context<Env>, reason: string): Response | Promise<Response> {
  return c.html(<RefusedPage network="Bluesky" reason={reason} />, 400);
}

function endWith(
  world: BlueskyWorld,
  c: Context<Env>,
  request: AuthorizationRequest,
  error: string,
  description: string,
) {
  world.memory.requests = world.memory.requests.filter((other) => other !== request);
  return back(world, c, request, { error, error_description: description });
}

function back(
  world: BlueskyWorld,
  c: Context<Env>,
  { redirectUri, state, responseMode }: AuthorizationRequest,
  answer: Readonly<Record<string, string>>,
): Response {
  const { issuerTold } = world.memory.switches;
  const params = new URLSearchParams({
    iss: issuerTold === "right" ? issuerOf(world) : "https://bsky.example.com",
    ...(state !== undefined && { state }),
    ...answer,
  });
  const url = new URL(redirectUri);
  if (responseMode === "fragment") url.hash = params.toString();
  else for (const [name, value] of params) url.searchParams.set(name, value);
  return c.redirect(url.href, 303);
}
