/** Checks a draft: which of the chosen accounts can be shared to, with which text, and what prevents sharing. */
import { handleOf } from "../../connections/connection.ts";
import { listSelected, namesMany, type Selection, type Usable } from "../../connections/selection.ts";
import { findTemplates } from "../../connections/templates.ts";
import type { Queryable } from "../../database/open.ts";
import { isLoopback } from "../../net/loopback.ts";
import type { SharedPage } from "../../pages/page.ts";
import type { OptionValues } from "../../platforms/platform.ts";
import type { PlatformRegistry } from "../../platforms/registry.ts";
import { say, type Told } from "../../words/words.ts";
import { hasPicture, type PictureChoice } from "../pictures/choice.ts";
import { findPictureProblems } from "../pictures/weigh-pictures.ts";
import type { SharingRuntime } from "../runtime.ts";
import { type Fit, fitTexts, type Words } from "./compose.ts";
import { type ChosenOptions, chooseOptions } from "./options.ts";

export interface DraftProblem {
  readonly connectionId?: string;
  /** The option that has the problem, by name. */
  readonly option?: string;
  readonly problem: Told;
}

type DraftWords = Selection &
  Omit<Words, "url" | "options" | "pictures" | "templates"> &
  ChosenOptions & {
    readonly page: SharedPage;
    readonly pictures?: PictureChoice;
    /** The scheduled request that is changed: its connections may need reconnecting; others may not. */
    readonly waiting?: {
      readonly requestId: string;
      /** The options that the posts have now, by connection id. */
      readonly options: ReadonlyMap<string, OptionValues>;
    };
    /** Connections that are selected but left out. */
    readonly leftOut?: ReadonlySet<string> | undefined;
  };

/** Returns the chosen accounts with the text for each, and what prevents sharing. */
export async function weighDraft(
  runtime: SharingRuntime,
  transaction: Queryable,
  person: { readonly id: string },
  draft: DraftWords,
): Promise<{ readonly fits: readonly Fit[]; readonly problems: readonly DraftProblem[] }> {
  const available = new Set(runtime.platforms.availablePlatforms().map(({ name }) => name));
  const usable = {
    platforms: findUsable(runtime.platforms, hasPicture(draft.pictures, draft.page)),
    waitingFor: draft.waiting?.requestId,
  };
  const selected = await listSelected(transaction, { person, selection: draft, usable }, runtime.now());
  const connections = selected.filter(
    ({ id, platform }) => available.has(platform) && draft.leftOut?.has(id) !== true,
  );
  const { message, ownMessages, networkMessages, pictures } = draft;
  const { options, refused } = await chooseOptions(runtime, transaction, {
    ...{ connections, chosen: draft, before: draft.waiting?.options },
  });
  const { page } = draft;
  const templates = { page, byConnection: await findTemplates(transaction, person, connections) };
  const words = { message, ownMessages, networkMessages, options, pictures, url: page.url, templates };
  const fits = fitTexts(runtime, connections, words);
  const unfit = await findPictureProblems(runtime, transaction, { person, pictures, fits });
  return { fits, problems: [...findProblems(runtime, draft, fits), ...unfit, ...refused] };
}

/** Returns the networks of those that are set up that accept a page with or without a picture. */
export function findUsable(platforms: PlatformRegistry, hasPicture: boolean): Usable["platforms"] {
  return platforms
    .availablePlatforms()
    .filter(({ about }) => hasPicture || about.needsPicture !== true)
    .map(({ name }) => name);
}

/** Networks of a single server are not looked at: whether that is a simulated one is for their settings. */
function isElsewhere(server: string | undefined): boolean {
  return server !== undefined && !isLoopback(server);
}

function findProblems(runtime: SharingRuntime, draft: DraftWords, fits: readonly Fit[]): DraftProblem[] {
  const { connectionIds, without = [], leftOut = new Set(), waiting } = draft;
  if (fits.length === 0 && leftOut.size > 0)
    return [{ problem: say("You have already shared this page to all of these accounts.") }];
  if (connectionIds.length === 0 && (fits.length === 0 || !namesMany(draft)))
    return [{ problem: say("Choose at least one account to share to.") }];
  const problems: DraftProblem[] = [];
  const found = new Set([...fits.map(({ connection }) => connection.id), ...without, ...leftOut]);
  if (connectionIds.some((id) => !found.has(id))) {
    problems.push({
      problem: say("You can no longer share to one of the accounts. Check your selection and share again."),
    });
  }
  for (const { connection, length, limit } of fits) {
    const platform = runtime.platforms.getPlatform(connection.platform);
    const { label, needsPicture } = platform.about;
    if (connection.status === "reconnect" && waiting?.options.has(connection.id) !== true) {
      problems.push({
        connectionId: connection.id,
        problem: say("{network} no longer lets us post as {account}: reconnect the account first.", {
          network: label,
          account: handleOf(connection.account),
        }),
      });
    } else if (needsPicture && !hasPicture(draft.pictures, draft.page)) {
      problems.push({
        connectionId: connection.id,
        problem: say("{network} only accepts posts with a picture. Add one, or leave {account} out.", {
          network: label,
          account: handleOf(connection.account),
        }),
      });
    } else if (isLoopback(draft.page.url) && isElsewhere(platform.serverOf(connection.account))) {
      problems.push({
        connectionId: connection.id,
        problem: say(
          "This page is on this machine alone, where nobody on {network} can open it. Leave {account} out, or share a page of the internet.",
          { network: label, account: handleOf(connection.account) },
        ),
      });
    } else if (length > limit) {
      problems.push({
        connectionId: connection.id,
        problem: say(
          "{over, plural, one {# character} other {# characters}} too many for {network} ({account}). The limit is {limit}, including the link.",
          { over: length - limit, network: label, account: handleOf(connection.account), limit },
        ),
      });
    }
  }
  return problems;
}
