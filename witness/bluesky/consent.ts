/** Decides on the reference server's consent page, whose buttons are a script: makes the calls that it would make. */
import { request } from "undici";
import { z } from "zod";
import type { ReferenceAccount } from "./server.ts";

const api = "/@atproto/oauth-provider/~api";
const signedInShape = z.object({
  account: z.object({ did: z.string() }),
  ephemeralToken: z.string().optional(),
});
const decidedShape = z.object({ url: z.string() });
const navigation = {
  ...{ "sec-fetch-mode": "navigate", "sec-fetch-dest": "document", accept: "text/html" },
  "user-agent": "Mozilla/5.0",
};

/** @returns the address to which the browser is sent */
export async function decideAtReference(
  address: string,
  { handle, password }: ReferenceAccount,
  decision: "approve" | "refuse",
): Promise<string> {
  const cookies = new Map<string, string>();
  const { origin } = new URL(address);
  const page = await send(address, cookies, { headers: { ...navigation, "sec-fetch-site": "cross-site" } });
  if (page.location !== undefined) return page.location;
  if (page.status !== 200)
    throw new Error(`The consent page answered ${page.status}: ${page.text.slice(0, 300)}`);
  const call = async <T>(path: string, body: object, shape: z.ZodType<T>, bearer?: string): Promise<T> => {
    const answer = await send(`${origin}${api}${path}`, cookies, {
      method: "POST",
      body: JSON.stringify(body),
      headers: {
        ...{ "content-type": "application/json", accept: "application/json", origin, referer: address },
        ...{ "sec-fetch-mode": "same-origin", "sec-fetch-site": "same-origin", "sec-fetch-dest": "empty" },
        ...{ "x-csrf-token": cookies.get("csrf-token") ?? "", "user-agent": "Mozilla/5.0" },
        ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
      },
    });
    if (answer.status >= 400) throw new Error(`${path} answered ${answer.status}: ${answer.text}`);
    return shape.parse(JSON.parse(answer.text));
  };
  const decided =
    decision === "refuse"
      ? await call("/reject", {}, decidedShape)
      : await approve(call, { locale: "en", username: handle, password, remember: false });
  const left = await send(decided.url, cookies, {
    headers: { ...navigation, "sec-fetch-site": "same-origin", referer: address },
  });
  return left.location ?? decided.url;
}

type Caller = <T>(path: string, body: object, shape: z.ZodType<T>, bearer?: string) => Promise<T>;

async function approve(call: Caller, login: object) {
  const { account, ephemeralToken } = await call("/sign-in", login, signedInShape);
  return await call("/consent", { did: account.did }, decidedShape, ephemeralToken);
}

async function send(
  url: string,
  cookies: Map<string, string>,
  options: { method?: "POST"; body?: string; headers: Record<string, string> },
) {
  const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  const { statusCode, headers, body } = await request(url, {
    ...options,
    headers: { ...options.headers, ...(cookie !== "" && { cookie }) },
  });
  for (const line of [headers["set-cookie"] ?? []].flat()) {
    const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    cookies.set(name, value);
  }
  const location = [headers.location ?? []].flat()[0];
  return { status: statusCode, text: await body.text(), location };
}
