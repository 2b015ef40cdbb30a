/** Creating, changing and deleting groups of accounts. */
import { z } from "zod";
import { deleteGroup, groupName, keepGroup } from "../../../connections/change-groups.ts";
import { findGroup } from "../../../connections/groups.ts";
import { type FullSelection, listSelected } from "../../../connections/selection.ts";
import { findSlots } from "../../../sharing/slots/plans.ts";
import { say, type Told } from "../../../words/words.ts";
import { Banner } from "../../frame/banner.tsx";
import { showNotFound } from "../../frame/errors.tsx";
import { firstProblem } from "../../frame/field-problem.tsx";
import { Layout } from "../../frame/layout.tsx";
import { show } from "../../frame/show.tsx";
import { T } from "../../frame/words.tsx";
import type { WebContext } from "../../guards/context.ts";
import { AccountPicker } from "../../share/picker/account-picker.tsx";
import { loadPicker, MOST_NAMED } from "../../share/picker/picker.ts";
import { type Find, findAll, readSelection } from "../../share/picker/selection-fields.ts";
import { hasFewAccounts, renderAccounts } from "../accounts.tsx";
import { renderGroupTemplate } from "../templates/group-template.tsx";
import type { SentTemplate } from "../templates/template-form.tsx";
import { WeeklyPlan } from "./weekly-plan.tsx";

const GROUPS = "/social/#groups";

interface GroupFields extends FullSelection {
  /** Undefined for a new group. */
  readonly id: string | undefined;
  readonly name: string;
  readonly find: Find;
}

const nameShape = z.object({ name: z.string().catch("") });

/** Undefined for a new group. */
function readGroupId(c: WebContext): string | undefined {
  const id = c.req.param("groupId");
  return id === "new" ? undefined : id;
}

async function readGroup(c: WebContext): Promise<GroupFields> {
  const body = await c.req.parseBody({ all: true });
  return { id: readGroupId(c), ...nameShape.parse(body), ...readSelection(body) };
}

/** GET /social/groups/:groupId/: the form with the group's accounts, or an empty form for "new". */
export async function showGroup(c: WebContext, state: GroupState = {}) {
  const id = readGroupId(c);
  const name = id === undefined ? "" : await findGroup(c.var.runtime, c.var.person, id);
  if (name === undefined) return showNotFound(c);
  const none = { connectionIds: [], groupIds: [], requestIds: [], searches: [], without: [] };
  return renderGroup(c, { ...none, ...(await selectMembers(c, id)), id, name, find: findAll }, state);
}

/** Selects the members one by one if the form can list them, otherwise the group as a whole. */
async function selectMembers({ var: { runtime, person } }: WebContext, id: string | undefined) {
  if (id === undefined) return {};
  const selection = { connectionIds: [], groupIds: [id] };
  const members = await listSelected(runtime.database, { person, selection }, runtime.now());
  return members.length > MOST_NAMED
    ? { groupIds: [id] }
    : { connectionIds: members.map((member) => member.id) };
}

/** POST …/accounts/: shows another search or page of the accounts; with htmx, only the picker. */
export async function showGroupAccounts(c: WebContext) {
  const group = await readGroup(c);
  if (c.req.header("hx-request") === undefined) return renderGroup(c, group);
  return show(c, await drawPicker(c, group));
}

/** POST /social/groups/ and /social/groups/:groupId/: creates or changes a group. */
export async function submitGroup(c: WebContext) {
  const group = await readGroup(c);
  const name = groupName.safeParse(group.name);
  const problem = name.success
    ? await keepGroup(c.var.runtime, c.var.person, { ...group, name: name.data })
    : firstProblem(name.error);
  if (problem === undefined) return c.redirect(GROUPS, 303);
  c.status(422);
  if (group.id !== undefined || !(await hasFewAccounts(c))) return renderGroup(c, group, { bad: problem });
  return await renderAccounts(c, {
    group: { name: group.name, connectionIds: group.connectionIds, bad: problem },
  });
}

/** POST /social/groups/:groupId/delete/: deletes a group. */
export async function submitGroupDeletion(c: WebContext) {
  const id = z.uuid().safeParse(c.req.param("groupId"));
  const deleted = id.success && (await deleteGroup(c.var.runtime, c.var.person, id.data));
  return deleted === "deleted" ? c.redirect(GROUPS, 303) : showNotFound(c);
}

interface GroupState {
  readonly bad?: Told | undefined;
  /** What is wrong with the form of its weekly plan. */
  readonly planProblem?: Told | undefined;
  readonly template?: SentTemplate | undefined;
}

async function renderGroup(c: WebContext, group: GroupFields, state: GroupState = {}) {
  const { bad, planProblem, template } = state;
  const { runtime, person } = c.var;
  const title = group.id === undefined ? say("Create a group") : say("Change the group");
  return show(
    c,
    <Layout title={title} person={c.var.person} shape="sheet" address={addressOf(group)} live>
      <h1>{group.id === undefined ? <T>Create a group</T> : <T>Change the group</T>}</h1>
      <Banner bad={bad} />
      <form class="form" method="post" action={group.id === undefined ? "/social/groups/" : addressOf(group)}>
        <label>
          <T>Name</T>
          <input type="text" name="name" value={group.name} maxlength={60} autocomplete="off" required />
        </label>
        {await drawPicker(c, group)}
        <div class="actions">
          <button class="button primary" type="submit">
            <T>Save the group</T>
          </button>
          <a class="button" href={GROUPS}>
            <T>Cancel</T>
          </a>
        </div>
      </form>
      {group.id !== undefined && (await renderGroupTemplate(c, group.id, template))}
      {group.id !== undefined && (
        <WeeklyPlan
          slots={await findSlots(runtime, person, group.id)}
          address={`${addressOf(group)}plan/`}
          zone={person.timeZone ?? "UTC"}
          bad={planProblem}
        />
      )}
    </Layout>,
  );
}

function addressOf({ id }: Pick<GroupFields, "id">): string {
  return `/social/groups/${id ?? "new"}/`;
}

async function drawPicker(c: WebContext, group: GroupFields) {
  return (
    <AccountPicker
      picker={await loadPicker(c, { selection: group, find: group.find })}
      legend={say("Accounts")}
      findAt={`${addressOf(group)}accounts/`}
      here={addressOf(group)}
      requestLabel={say("Same accounts as last time")}
      zone={c.var.person.timeZone}
    />
  );
}
