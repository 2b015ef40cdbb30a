/** Finds people to mention in a post, by the search of the network that it goes to. */
import { listSelected, type Selection } from "../../connections/selection.ts";
import { type TokensRuntime, withTokens } from "../../connections/tokens.ts";
import type { FoundPerson } from "../../platforms/platform.ts";
import { PlatformError } from "../../platforms/platform.ts";

/** Shorter words find anybody. */
const SHORTEST = 2;
const LONGEST = 100;

/**
 * Returns people whose handle begins with these words, from the first of the chosen accounts whose network can search. Nobody where
 * none can, or where its server does not answer.
 * @throws {ConnectionGone} when the account is disconnected meanwhile
 */
export async function findMentions(
  runtime: TokensRuntime,
  person: { readonly id: string },
  { selection, words }: { readonly selection: Selection; readonly words: string },
): Promise<FoundPerson[]> {
  if (words.length < SHORTEST || words.length > LONGEST) return [];
  const platforms = runtime.platforms
    .availablePlatforms()
    .filter((platform) => platform.findPeople !== undefined)
    .map(({ name }) => name);
  const chosen = await listSelected(
    runtime.database,
    { person, selection, usable: { platforms } },
    runtime.now(),
  );
  const asked = chosen.find(({ platform, status }) => status === "active" && platforms.includes(platform));
  if (asked === undefined) return [];
  try {
    return await withTokens(runtime, asked.id, async ({ platform, account }, tokens) => {
      return (await runtime.platforms.getPlatform(platform).findPeople?.(account, tokens, words)) ?? [];
    });
  } catch (error) {
    // The handle can be typed out all the same.
    if (error instanceof PlatformError) return [];
    throw error;
  }
}
