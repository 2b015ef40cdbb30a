/** Limits the length of messages, whatever the networks allow. */
import { say, type Told } from "../../words/words.ts";
import type { NetworkMessages } from "./compose.ts";

/** The longest message in UTF-16 units, as browsers count `maxlength`. Every network allows less. */
export const LONGEST_MESSAGE = 10_000;

interface Messages {
  readonly message: string;
  /** By connection id. */
  readonly ownMessages: Readonly<Record<string, string>>;
  readonly networkMessages: NetworkMessages;
}

/** Returns what to say of messages that are too long to be measured for each account, or undefined. */
export function findTooLong({ message, ownMessages, networkMessages }: Messages): Told | undefined {
  const all = [message, ...Object.values(ownMessages), ...Object.values(networkMessages)];
  if (all.every(({ length }) => length <= LONGEST_MESSAGE)) return undefined;
  return say("Use at most {longest, number} characters for the message.", { longest: LONGEST_MESSAGE });
}
