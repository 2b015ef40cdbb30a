/** Wraps every call to a simulated network: logs it, applies the latency and the planned fault. */
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import type { Context, MiddlewareHandler } from "hono";
import { matchedRoutes } from "hono/route";
import { z } from "zod";
import type { Fault } from "../control/faults.ts";
import type { Call, Env, Memory, Network, World } from "../network.ts";

export function simulateCalls<M extends Memory>(
  world: World<M>,
  network: Network<M>,
): MiddlewareHandler<Env> {
  return async (c, next) => {
    const endpoint = endpointOf(c);
    const fault = world.takeFault(endpoint);
    const call: Call = {
      at: world.now().toISOString(),
      host: c.req.header("host") ?? "",
      method: c.req.method,
      endpoint,
      ...(fault && { fault: fault.kind }),
    };
    world.logCall(call);
    await world.wait(world.latencyMs);
    const answered = await meetFault(fault, c, next, world, network);
    if (answered) call.status = c.res.status;
    world.changed();
  };
}

/** "POST /api/v1/statuses"; "GET *" for an unknown path. */
function endpointOf(c: Context<Env>): string {
  const route = matchedRoutes(c).find((candidate) => candidate.method !== "ALL");
  return `${c.req.method} ${route ? route.path : "*"}`;
}

/** Answers in c.res and returns true, or breaks the connection and returns false. */
async function meetFault<M extends Memory>(
  fault: Fault | undefined,
  c: Context<Env>,
  next: () => Promise<void>,
  world: World<M>,
  network: Network<M>,
): Promise<boolean> {
  switch (fault?.kind) {
    case "status":
      c.res = plannedAnswer(fault);
      return true;
    case "rate-limit":
      c.res = network.tooManyRequests(world, fault.headers);
      return true;
    case "drop":
      if (fault.when === "after") await next();
      breakConnection(c);
      return false;
    case "cut":
      await next();
      await cutAnswer(c, fault.at);
      return false;
    case "status-after": {
      await next();
      c.res = Response.json(fault.body ?? { error: "planned fault" }, { status: fault.status });
      return true;
    }
    case "expire-token":
    case "revoke-token": {
      const token = await tokenOf(c);
      if (token) network.endToken(world, token, fault.kind === "expire-token" ? "expired" : "revoked");
      await next();
      return true;
    }
    case "late": {
      await keepBody(c);
      world.later(fault.seconds, next);
      if (fault.answer === "none") breakConnection(c);
      else c.res = new Response("<h1>504</h1>", { status: 504, headers: { "content-type": "text/html" } });
      return fault.answer !== "none";
    }
    case "delay":
      await world.wait(fault.ms);
      await next();
      return true;
    case undefined:
      await next();
      return true;
  }
}

/** A copy of the request that survives its connection. */
async function keepBody(c: Context<Env>): Promise<void> {
  const { method, url, headers } = c.req.raw;
  const body = new Uint8Array(await c.req.raw.arrayBuffer());
  c.req.raw = new Request(url, { method, headers, ...(body.length > 0 && { body }) });
}

function plannedAnswer(fault: Extract<Fault, { kind: "status" }>): Response {
  const headers = new Headers(fault.headers);
  if (fault.html !== undefined) {
    if (!headers.has("content-type")) headers.set("content-type", "text/html; charset=utf-8");
    return new Response(fault.html, { status: fault.status, headers });
  }
  if (fault.body === undefined) return new Response(null, { status: fault.status, headers });
  return Response.json(fault.body, { status: fault.status, headers });
}

function breakConnection(c: Context<Env>): void {
  hangUp(c);
  replaceAnswer(c);
}

/** Closes the connection without an answer. Returns the response to return then. */
export function hangUp(c: Context<Env>): Response {
  c.env.incoming.socket.destroy();
  return RESPONSE_ALREADY_SENT;
}

/** Announces the whole answer, sends a part of it and closes the connection. */
async function cutAnswer(c: Context<Env>, at: Extract<Fault, { kind: "cut" }>["at"]): Promise<void> {
  const { incoming, outgoing } = c.env;
  const whole = Buffer.from(await c.res.arrayBuffer());
  const lengths = {
    "first-line": 0,
    head: 0,
    middle: Math.ceil(whole.length / 2),
    "last-byte": whole.length - 1,
  };
  const part = whole.subarray(0, Math.max(0, lengths[at]));
  await new Promise<void>((resolve) => {
    if (at === "first-line") {
      incoming.socket.write("HTTP/1.1 2", () => resolve());
      return;
    }
    const headers = { ...Object.fromEntries(c.res.headers), "content-length": String(whole.length) };
    outgoing.writeHead(c.res.status, headers);
    outgoing.flushHeaders();
    if (part.length === 0) resolve();
    else outgoing.write(part, () => resolve());
  });
  incoming.socket.destroy();
  replaceAnswer(c);
}

/** Tells the server that the answer was already sent. */
function replaceAnswer(c: Context<Env>): void {
  c.res = undefined;
  c.res = RESPONSE_ALREADY_SENT;
}

const refreshFormSchema = z.object({ refresh_token: z.string() });

/** The access token of a call, or the refresh token of a token call. */
async function tokenOf(c: Context<Env>): Promise<string | undefined> {
  const bearer = /^(?:Bearer|DPoP) (.+)$/i.exec(c.req.header("authorization") ?? "")?.[1];
  if (bearer) return bearer;
  const isForm = c.req.header("content-type")?.startsWith("application/x-www-form-urlencoded");
  const form = refreshFormSchema.safeParse(isForm ? await c.req.parseBody() : {});
  return form.data?.refresh_token;
}
