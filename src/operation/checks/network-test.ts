/** Tests one network's app for the operator, without posting anything. */
import { authorize, callbackAddress } from "../../connections/oauth/authorize.ts";
import { PlatformError, type PlatformName } from "../../platforms/platform.ts";
import { aboutPlatform, type TestedApp } from "../../platforms/registry.ts";
import { say } from "../../words/words.ts";
import type { ChecksRuntime } from "./check.ts";

type TestRuntime = Pick<ChecksRuntime, "platforms" | "config">;

/**
 * Calls the network with our app's credentials, or, where a network has many servers, registers with one of them.
 * @param server what the operator typed, for networks that have many servers
 * @returns one verdict for each app that is registered there
 */
export async function testNetwork(
  runtime: TestRuntime,
  name: PlatformName,
  server: string,
): Promise<TestedApp[]> {
  if (aboutPlatform(name).server !== undefined) return [await testServer(runtime, name, server)];
  return await runtime.platforms.testApp(name, callbackAddress(runtime, name, undefined));
}

async function testServer(runtime: TestRuntime, platform: PlatformName, server: string): Promise<TestedApp> {
  try {
    await authorize(runtime, { platform, server, state: "test", codeChallenge: "test" });
    return {
      way: undefined,
      verdict: "good",
      words: say("People can connect their accounts on {server}.", { server }),
    };
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error;
    return { way: undefined, verdict: error.kind === "transient" ? "unsure" : "bad", words: error.told };
  }
}
