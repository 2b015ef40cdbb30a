/** Whether a network knows our app: by a code that does not exist, which is refused otherwise than an app that does not. */
import { randomBytes } from "node:crypto";
import { say, type Told } from "../../words/words.ts";
import { type ConnectWay, PlatformError, type SocialPlatform } from "../platform.ts";

export interface TestedApp {
  /** Which of several ways to connect; undefined: there is one. */
  readonly way: Told | undefined;
  /** "unsure": the network did not say. */
  readonly verdict: "good" | "unsure" | "bad";
  readonly words: Told;
}

/** Changes nothing anywhere. @param redirectUri our callback, as registered */
export async function testApp(platform: SocialPlatform, redirectUri: string): Promise<TestedApp[]> {
  const ways = platform.ways();
  const names = ways.length === 0 ? [undefined] : ways;
  return await Promise.all(names.map((way) => testWay(platform, redirectUri, way)));
}

async function testWay(
  platform: SocialPlatform,
  redirectUri: string,
  way: ConnectWay | undefined,
): Promise<TestedApp> {
  const { label } = platform.about;
  const tested = { way: way?.label };
  try {
    await platform.exchangeCode({
      redirectUri,
      code: `test-${randomBytes(24).toString("base64url")}`,
      codeVerifier: randomBytes(48).toString("base64url"),
      remember: way === undefined ? {} : { way: way.name },
    });
    return {
      ...tested,
      verdict: "unsure",
      words: say("{network} accepted a code that does not exist, so this test proves nothing.", {
        network: label,
      }),
    };
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error;
    if (error.operator) return { ...tested, verdict: "bad", words: error.told };
    const isSilent = ["transient", "ambiguous", "rate-limited"].includes(error.kind);
    if (isSilent) return { ...tested, verdict: "unsure", words: error.told };
    return {
      ...tested,
      verdict: "good",
      words: say("{network} knows the app, and its secret is right.", { network: label }),
    };
  }
}
