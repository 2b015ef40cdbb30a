/** The template of a group, on the group's page. */
import type { Connection } from "../../../connections/connection.ts";
import { findGroup } from "../../../connections/groups.ts";
import { listSelected } from "../../../connections/selection.ts";
import { findTemplate } from "../../../connections/templates.ts";
import { findUsable } from "../../../sharing/requests/weigh.ts";
import { readTemplate } from "../../../sharing/templates/template.ts";
import { show } from "../../frame/show.tsx";
import { T } from "../../frame/words.tsx";
import type { WebContext } from "../../guards/context.ts";
import { type SentTemplate, TemplateForm } from "./template-form.tsx";
import { TemplatePreviews } from "./template-previews.tsx";

/** Returns the first account of each network in a group. */
async function findExamples(
  { var: { runtime, person } }: WebContext,
  groupId: string,
): Promise<Connection[]> {
  const members = await listSelected(
    runtime.database,
    {
      ...{ person, selection: { connectionIds: [], groupIds: [groupId] } },
      usable: { platforms: findUsable(runtime.platforms, true) },
    },
    runtime.now(),
  );
  return [...Map.groupBy(members, ({ platform }) => platform).values()].flatMap(([first]) => first ?? []);
}

const addressOf = (groupId: string) => `/social/groups/${groupId}/template/`;

export async function renderGroupTemplate(c: WebContext, groupId: string, sent?: SentTemplate) {
  return (
    <TemplateForm
      c={c}
      kept={await findTemplate(c.var.runtime, c.var.person, { groupId })}
      sent={sent}
      accounts={await findExamples(c, groupId)}
      address={addressOf(groupId)}
      hint={
        <T>
          For the accounts of this group that have no template of their own. An account in several groups
          takes the template of the first of them by name.
        </T>
      }
    />
  );
}

/** Answers with what a template makes of the example page. */
export async function showGroupPreviews(c: WebContext, groupId: string, written: string) {
  if ((await findGroup(c.var.runtime, c.var.person, groupId)) === undefined) return c.body(null, 404);
  const accounts = await findExamples(c, groupId);
  const reading = readTemplate(written);
  return show(
    c,
    <TemplatePreviews c={c} reading={reading} accounts={accounts} address={addressOf(groupId)} />,
  );
}
