/** STUB */
import { Hono } from "hono";
import { z } from "zod";
import { accountSchema, type Env, type Memory, type Network, postSchema } from "./network.ts";

export type InstagramMemory = Memory;
const network: Network<InstagramMemory> = {
  name: "instagram",
  label: "Instagram",
  memory: z.object({ accounts: z.array(accountSchema), posts: z.array(postSchema) }),
  begin: () => ({ accounts: [], posts: [] }),
  routes: () => new Hono<Env>(),
  endToken: () => {},
  tooManyRequests: () => new Response(null, { status: 429 }),
  alterAccount: () => ({ id: "1", username: "x", displayName: "X" }),
  switches: () => ({}),
  controls: () => { const app = new Hono<Env>(); app.post("/apps", (c) => c.json({})); return app; },
};
export const instagramNetwork = network;
