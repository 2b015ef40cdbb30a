/** Turns Facebook's unsuccessful answers into errors (docs/networks/facebook.md, section 6). */
import { say, type Told } from "../../words/words.ts";
import type { Answer } from "../call/request.ts";
import { judgeGraphAnswer } from "../meta/graph.ts";
import { readGraphError, readWords } from "../meta/graph-error.ts";
import { PlatformError } from "../platform.ts";

const LABEL = "Facebook";

/** Codes of a repeated post: the second is the spam block, which needs the words too. */
const REPEATED = 506;
const BLOCKED = 368;
const REPEATED_WORDS = "already posted this";

/** Facebook failed, even if the HTTP status says otherwise. */
const TROUBLE = [1_363_047, 1_609_010];
const UNREADABLE_LINK = 1_609_005;
const LINK_REFUSED = [1_500, 1_609_008];
const PHOTO_REFUSED = 1_366_046;
const CONFIRM_IDENTITY = [1_404_078, 4_854_002];
const IMPERSONATION_WORDS = "before impersonating a user's page";

/** Judges an unsuccessful answer: Facebook's own codes first. Callers that publish decide what is ambiguous. */
export function toError(answer: Answer, now: Date): PlatformError {
  const error = readGraphError(answer);
  const { status } = answer;
  if (error === undefined) return judgeGraphAnswer(answer, { label: LABEL, now });
  const is = (...codes: readonly number[]) =>
    codes.includes(error.code) || (error.subcode !== undefined && codes.includes(error.subcode));
  if (is(REPEATED) || (error.code === BLOCKED && error.message.includes(REPEATED_WORDS))) {
    const message = say("Facebook refuses the same post twice in a row. Change the text and share again.");
    return new PlatformError("duplicate", { code: "repeated", message, status });
  }
  if (error.code === 190 && error.message.includes(IMPERSONATION_WORDS)) {
    const message = say(
      "Facebook does not give us access to this Page. Give your account full access to it, then reconnect.",
    );
    return new PlatformError("rejected", { code: "page-access", message, status });
  }
  if (is(UNREADABLE_LINK))
    return rejected(
      "link-unreadable",
      say("Facebook cannot read this link. The page must be public."),
      status,
    );
  if (is(...LINK_REFUSED))
    return rejected(
      "link-refused",
      say("Facebook did not accept this link: {words}", { words: readWords(error) }),
      status,
    );
  if (is(PHOTO_REFUSED))
    return rejected("picture-refused", say("Facebook accepts JPEG and PNG pictures of up to 4 MB."), status);
  if (is(...CONFIRM_IDENTITY))
    return rejected(
      "identity",
      say("Facebook wants you to confirm your identity in its app before you post here."),
      status,
    );
  if (is(...TROUBLE)) {
    const message = say("{network} is having problems ({status}).", { network: LABEL, status });
    return new PlatformError("transient", { code: "server-trouble", message, status });
  }
  return judgeGraphAnswer(answer, { label: LABEL, now });
}

function rejected(code: string, message: Told, status: number): PlatformError {
  return new PlatformError("rejected", { code, message, status });
}
