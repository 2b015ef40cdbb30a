/** Checks the public address: whether networks accept it, and whether it leads here. */
import { createHmac } from "node:crypto";
import { isLoopback } from "../../net/loopback.ts";
import { say } from "../../words/words.ts";
import { type Check, type ChecksRuntime, PATIENCE_MS, reasonOf } from "./check.ts";

/** Whether the address is public and uses https. */
export async function checkBaseUrl({ config: { baseUrl } }: Pick<ChecksRuntime, "config">): Promise<Check> {
  const check = { id: "base-url", what: say("Public address") };
  if (isLoopback(baseUrl.href))
    return {
      ...check,
      verdict: "unsure",
      words: say(
        "{href} is only reachable on this machine, which is fine for a trial. For real networks, set SOCIAL_BASE_URL to the public address.",
        { href: baseUrl.href },
      ),
    };
  if (baseUrl.protocol !== "https:")
    return {
      ...check,
      verdict: "bad",
      words: say(
        "{href} does not use https, so the networks refuse it. Put a reverse proxy with a certificate in front, and set SOCIAL_BASE_URL to the https address.",
        { href: baseUrl.href },
      ),
    };
  return { ...check, verdict: "good", words: say("{href}, with https.", { href: baseUrl.href }) };
}

/** The answer to a challenge, which needs this installation's secret. */
export function proveReach(sessionSecret: string, challenge: string): string {
  return createHmac("sha256", sessionSecret).update(`reach ${challenge}`).digest("base64url");
}

/** Requests the public address and checks that the answer comes from this installation. */
export async function checkReach({ config, fetch: fetcher, now }: ChecksRuntime): Promise<Check> {
  const check = { id: "reach", what: say("Reachable from outside") };
  const { baseUrl, sessionSecret } = config;
  if (isLoopback(baseUrl.href))
    return {
      ...check,
      verdict: "unsure",
      words: say("No, only from this machine. That is enough for a trial."),
    };
  const challenge = now().getTime().toString(36);
  try {
    const response = await fetcher(new URL(`reach/${challenge}`, baseUrl), {
      signal: AbortSignal.timeout(PATIENCE_MS),
      redirect: "manual",
    });
    const answer = await response.text();
    if (answer === proveReach(sessionSecret, challenge))
      return {
        ...check,
        verdict: "good",
        words: say(
          "The public address leads here, as seen from this machine. Networks connect from elsewhere.",
        ),
      };
    return {
      ...check,
      verdict: "bad",
      words: say(
        "{host} answers ({status}), but not from this service. Check where your reverse proxy forwards requests.",
        { host: baseUrl.host, status: response.status },
      ),
    };
  } catch (error) {
    return {
      ...check,
      verdict: "bad",
      words: say(
        "{host} is not reachable from this machine: {reasonOf}. Networks fetch pictures from it and send people to it, so it must be open to the internet.",
        { host: baseUrl.host, reasonOf: reasonOf(error) },
      ),
    };
  }
}
