/** Documents that describe this service’s app to networks which register no apps, but read what an app is from its own address. */
import type { Context } from "hono";
import { callbackAddress } from "../connections/oauth/authorize.ts";
import type { Runtime } from "../service/runtime.ts";

/** GET /social/apps/:platform/:document */
export async function showClientDocument(c: Context<{ Variables: { runtime: Runtime } }>): Promise<Response> {
  const { runtime } = c.var;
  const platform = runtime.platforms
    .availablePlatforms()
    .find(({ name }) => name === c.req.param("platform"));
  const described = await platform?.describeClient({
    document: c.req.param("document") ?? "",
    redirectUri: callbackAddress(runtime, platform.name, undefined),
  });
  if (described === undefined) return c.json({ error: "There is no such document here." }, 404);
  // A new key is in use at once, so servers must not keep an older list.
  c.header("cache-control", "no-cache");
  return c.json(described);
}
