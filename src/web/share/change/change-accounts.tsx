/** The accounts on the page that changes a scheduled share: a list of a few, or a picker for many. */
import { type Connection, listConnections } from "../../../connections/connection.ts";
import { listGroups } from "../../../connections/groups.ts";
import { listSelected, type Selection } from "../../../connections/selection.ts";
import { hasPicture } from "../../../sharing/pictures/choice.ts";
import { spellOutChosen } from "../../../sharing/requests/options.ts";
import type { ScheduledRequest } from "../../../sharing/requests/scheduled.ts";
import { type DraftProblem, findUsable } from "../../../sharing/requests/weigh.ts";
import { say } from "../../../words/words.ts";
import { listConnectOptions } from "../../connections/connect-links.tsx";
import { ConnectPanel } from "../../connections/connect-panel.tsx";
import { returnWith } from "../../connections/connect-path.ts";
import type { WebContext } from "../../guards/context.ts";
import { FEW, type Subject } from "../measure.ts";
import { AccountChips } from "../picker/account-chips.tsx";
import { AccountPicker } from "../picker/account-picker.tsx";
import { loadPicker, type Picker } from "../picker/picker.ts";
import { mergeProblems } from "../problems.ts";
import { type FewAccounts, isPicker } from "../share-accounts.tsx";
import type { Draft } from "../share-draft.tsx";

export function editPath({ id }: Pick<ScheduledRequest, "id">): string {
  return `/social/share/${id}/edit/`;
}

export function subjectOfChange({ id, page }: ScheduledRequest, { pictures }: Draft): Subject {
  return { page, hasPicture: hasPicture(pictures, page), waitingFor: id };
}

interface FewToChange extends FewAccounts {
  /** Ids of the connections that the request is scheduled for. */
  readonly scheduled: readonly string[];
}

/** Returns the person's accounts, or undefined where there are too many to list. */
export async function findFewToChange(
  c: WebContext,
  request: ScheduledRequest,
): Promise<FewToChange | undefined> {
  const connections = await listConnections(c.var.runtime, c.var.person, FEW + 1);
  if (connections.length > FEW) return undefined;
  const scheduled = (await listScheduledFor(c, request)).map(({ id }) => id);
  return {
    connections,
    scheduled,
    earlier: new Map(),
    groups: await listGroups(c.var.runtime, c.var.person),
  };
}

async function listScheduledFor(c: WebContext, { id }: ScheduledRequest): Promise<Connection[]> {
  const { runtime, person } = c.var;
  const selection: Selection = { connectionIds: [], requestIds: [id] };
  return await listSelected(runtime.database, { person, selection }, runtime.now());
}

/** Replaces the choice "as scheduled" by its single accounts, for a list with one checkbox each. */
export async function expandScheduled(
  c: WebContext,
  request: ScheduledRequest,
  draft: Draft,
): Promise<Draft> {
  if (!draft.requestIds.includes(request.id)) return draft;
  const scheduled = await listScheduledFor(c, request);
  return {
    ...{ ...draft, requestIds: [] },
    connectionIds: [...new Set([...scheduled.map(({ id }) => id), ...draft.connectionIds])],
    ...spellOutChosen(c.var.runtime, scheduled, draft),
  };
}

export async function loadChangePicker(
  c: WebContext,
  request: ScheduledRequest,
  draft: Draft,
): Promise<Picker> {
  return await loadPicker(c, {
    ...{ selection: draft, find: draft.find, subject: subjectOfChange(request, draft), offered: request.id },
    written: Object.keys(draft.ownMessages),
  });
}

interface ChangeAccountsProps {
  readonly c: WebContext;
  readonly request: ScheduledRequest;
  readonly accounts: FewToChange | Picker;
  readonly draft: Draft;
  readonly problems?: readonly DraftProblem[];
  /** The accounts connected from this page, where somebody comes back from connecting one. */
  readonly connected?: readonly string[] | undefined;
}

export function ChangeAccounts({
  c,
  request,
  accounts,
  draft,
  problems = [],
  connected,
}: ChangeAccountsProps) {
  const { runtime, person } = c.var;
  const here = editPath(request);
  const prices = runtime.settings.current().postPrices ?? {};
  if (isPicker(accounts))
    return (
      <AccountPicker
        picker={accounts}
        legend={say("Share to")}
        findAt={`${here}accounts/`}
        here={here}
        requestLabel={say("As scheduled")}
        zone={person.timeZone}
        prices={prices}
        problems={mergeProblems(problems)}
      />
    );
  return (
    <AccountChips
      connections={accounts.connections}
      available={new Set(runtime.platforms.availablePlatforms().map(({ name }) => name))}
      chosen={draft.connectionIds}
      earlier={accounts.earlier}
      groups={accounts.groups}
      problems={problems}
      usable={findUsable(runtime.platforms, hasPicture(draft.pictures, request.page))}
      hasPicture={hasPicture(draft.pictures, request.page)}
      now={runtime.now()}
      zone={person.timeZone}
      waiting={accounts.scheduled}
      here={here}
      findAt={`${here}accounts/`}
      prices={prices}
    >
      <ConnectPanel
        options={listConnectOptions(runtime.platforms)}
        returnTo={returnWith(here, connected ?? [])}
        isOpen={connected !== undefined}
      />
    </AccountChips>
  );
}
