/** What the endpoints for PAR, tokens and revocation have in common: form or JSON, a proof, a nonce in every answer. */
import type { Context } from "hono";
import { z } from "zod";
import type { Env } from "../../network.ts";
import type { BlueskyWorld, ClientProof } from "../memory.ts";
import { issuerOf } from "../places.ts";
import { oauthRefusal, Refusal } from "../problems.ts";
import { authenticateClient, type Client, findClient } from "./clients.ts";
import { badProof, challengeOf, checkProof, nextNonce, type Proof } from "./dpop.ts";

export type Form = Readonly<Record<string, string | undefined>>;

export interface ClientCall {
  readonly form: Form;
  readonly client: Client;
  readonly clientProof: ClientProof;
  readonly proof: Proof | undefined;
}

const missingClient =
  'Required at body.client_id; Invalid literal value, expected "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" at body.client_assertion_type; Required at body.client_assertion, or Required at body.client_id; Required at body.client_secret, or Required at body.client_id';

const formSchema = z.record(z.string(), z.string()).catch({});

/** Answers a call of a client, or the refusal that `handle` throws. */
export async function answerClient(
  world: BlueskyWorld,
  c: Context<Env>,
  status: 200 | 201,
  handle: (call: ClientCall) => object,
  { proofOptional = false, missingIs = "invalid_request" } = {},
): Promise<Response> {
  c.header("cache-control", "no-store");
  c.header("pragma", "no-cache");
  c.header("access-control-allow-origin", "*");
  c.header("dpop-nonce", nextNonce(world));
  c.header("access-control-expose-headers", "DPoP-Nonce");
  try {
    const form = await readForm(c);
    if (!form.client_id) throw oauthRefusal(missingIs, `Client credentials missing: ${missingClient}`);
    const proof = await checkProof(world, {
      method: c.req.method,
      url: `${issuerOf(world)}${c.req.path}`,
      proof: c.req.header("dpop"),
    });
    const client = await findClient(world, form.client_id);
    if (!proof && !proofOptional) throw badProof("DPoP proof required");
    const clientProof = await authenticateClient(world, client, form, issuerOf(world));
    return c.json(handle({ form, client, clientProof, proof }), status);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (error.body.error !== "invalid_dpop_proof") return c.json(error.body, statusOf(error));
    c.header("www-authenticate", challengeOf("invalid_dpop_proof", error.body.error_description ?? ""));
    return c.json(error.body, 401);
  }
}

function statusOf({ status }: Refusal): 400 | 500 {
  return status === 500 ? 500 : 400;
}

async function readForm(c: Context<Env>): Promise<Form> {
  const isJson = c.req.header("content-type")?.toLowerCase().startsWith("application/json");
  return formSchema.parse(isJson ? await c.req.json().catch(() => ({})) : await c.req.parseBody());
}
