/** Acts as a person on the consent page of Bluesky’s reference server, by the calls that the page itself makes. */
import { request } from "node:http";
import { z } from "zod";

const CALLS = "/@atproto/oauth-provider/~api";

export interface Login {
  readonly name: string;
  readonly password: string;
}

const signedInShape = z.object({
  account: z.object({ did: z.string() }),
  ephemeralToken: z.string().optional(),
});
const consentedShape = z.object({ url: z.string() });

/** @returns the redirect address @throws if the server refuses a step */
export async function consent(authorizeUrl: string, { name, password }: Login): Promise<string> {
  const cookies = new Map<string, string>();
  const { origin } = new URL(authorizeUrl);
  const navigation = { "sec-fetch-mode": "navigate", "sec-fetch-dest": "document", accept: "text/html" };
  await ask(authorizeUrl, cookies, { headers: { ...navigation, "sec-fetch-site": "cross-site" } });
  const call = async (path: string, input: object, bearer?: string) => {
    const answer = await ask(`${origin}${CALLS}${path}`, cookies, {
      method: "POST",
      body: JSON.stringify(input),
      headers: {
        ...{ "content-type": "application/json", accept: "application/json", origin, referer: authorizeUrl },
        ...{ "sec-fetch-mode": "same-origin", "sec-fetch-site": "same-origin", "sec-fetch-dest": "empty" },
        "x-csrf-token": cookies.get("csrf-token") ?? "",
        ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
      },
    });
    if (answer.status >= 400) throw new Error(`${path}: ${answer.status} ${answer.body.slice(0, 300)}`);
    return JSON.parse(answer.body) as unknown;
  };
  const signedIn = signedInShape.parse(
    await call("/sign-in", { locale: "en", username: name, password, remember: false }),
  );
  const { did } = signedIn.account;
  const { url } = consentedShape.parse(await call("/consent", { did }, signedIn.ephemeralToken));
  const back = await ask(url, cookies, {
    headers: { ...navigation, "sec-fetch-site": "same-origin", referer: authorizeUrl },
  });
  return back.location ?? url;
}

interface Ask {
  readonly method?: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
}

interface Answer {
  readonly status: number;
  readonly location: string | undefined;
  readonly body: string;
}

/** fetch would set the headers by which a browser says where a request comes from. */
function ask(
  url: string,
  cookies: Map<string, string>,
  { method = "GET", headers, body }: Ask,
): Promise<Answer> {
  const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  return new Promise((done, fail) => {
    const asked = request(url, { method, headers: { ...headers, cookie } }, async (answer) => {
      for (const line of answer.headers["set-cookie"] ?? []) {
        const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
        cookies.set(name, value);
      }
      const text = (await answer.toArray()).join("");
      done({ status: answer.statusCode ?? 0, location: answer.headers.location, body: text });
    });
    asked.once("error", fail);
    asked.end(body);
  });
}
