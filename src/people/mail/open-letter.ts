/** Decrypts a claimed letter and writes it. */
import type { PeopleRuntime } from "../people.ts";
import { composeLetter } from "./compose-letter.ts";
import type { Letter } from "./mail.ts";
import { contentShape, type LetterContent } from "./outbox.ts";
import { type ClaimedLetter, endLetter } from "./queue.ts";

/** Writes a claimed letter. @returns undefined if it must not be sent any more; it has then been ended */
export async function open(runtime: PeopleRuntime, letter: ClaimedLetter): Promise<Letter | undefined> {
  const { vault, log, now } = runtime;
  if (letter.expiresAt <= now()) return void (await endLetter(runtime, letter, "expired"));
  const content = unseal(vault, letter);
  if (content === undefined) {
    log.error(
      { kind: letter.kind },
      "No key of SOCIAL_ENCRYPTION_KEY opens a letter that waits: it is dropped.",
    );
    return void (await endLetter(runtime, letter, "dropped", "unreadable"));
  }
  const composed = await composeLetter(runtime, content);
  if (composed === undefined) await endLetter(runtime, letter, "dropped");
  return composed;
}

function unseal(vault: PeopleRuntime["vault"], { letterEnc }: ClaimedLetter): LetterContent | undefined {
  try {
    return contentShape.parse(JSON.parse(vault.decrypt(letterEnc ?? "")));
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "InvalidToken") throw error;
    return undefined;
  }
}
