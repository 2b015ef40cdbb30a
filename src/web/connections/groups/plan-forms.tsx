/** The forms of weekly plans: of a group, on its page, and of any accounts, on a page of their own. */
import { z } from "zod";
import { addSlots, findSlots, removeSlot } from "../../../sharing/slots/plans.ts";
import { say, type Told } from "../../../words/words.ts";
import { firstProblem } from "../../frame/field-problem.tsx";
import { Layout } from "../../frame/layout.tsx";
import { show } from "../../frame/show.tsx";
import { T } from "../../frame/words.tsx";
import type { WebContext } from "../../guards/context.ts";
import { showGroup } from "./groups.tsx";
import { WeeklyPlan } from "./weekly-plan.tsx";

const chooseTime = say("Choose a time.");
const weekday = z
  .enum(["1", "2", "3", "4", "5", "6", "7"], say("Choose at least one day of the week."))
  .transform(Number);
const time = z.string(chooseTime).regex(/^([01]\d|2[0-3]):[0-5]\d$/, chooseTime);
const added = z.object({
  weekday: z.preprocess(
    (value) => [value ?? []].flat(),
    z.array(weekday).min(1, say("Choose at least one day of the week.")),
  ),
  time: z.preprocess((value) => value ?? "", time),
});
const removed = z.object({ weekday, time });

/** GET /social/plan/: the plan for any accounts. */
export async function showPlan(c: WebContext) {
  return renderPlan(c);
}

/** POST /social/plan/ and /social/groups/:groupId/plan/: adds a time to the plan. */
export async function submitPlan(c: WebContext) {
  const groupId = c.req.param("groupId");
  const slot = added.safeParse(await c.req.parseBody({ all: true }));
  const problem = slot.success
    ? await addSlots(c.var.runtime, c.var.person, groupId, {
        weekdays: [...new Set(slot.data.weekday)],
        time: slot.data.time,
      })
    : firstProblem(slot.error);
  if (problem === undefined) return c.redirect(`${pageOf(groupId)}#plan`, 303);
  c.status(422);
  return groupId === undefined ? renderPlan(c, problem) : showGroup(c, { planProblem: problem });
}

/** POST …/plan/remove/: removes a time from the plan. What is scheduled stays. */
export async function submitPlanRemoval(c: WebContext) {
  const groupId = c.req.param("groupId");
  const slot = removed.safeParse(await c.req.parseBody());
  if (slot.success) await removeSlot(c.var.runtime, c.var.person, groupId, slot.data);
  return c.redirect(`${pageOf(groupId)}#plan`, 303);
}

function pageOf(groupId: string | undefined): string {
  return groupId === undefined ? "/social/plan/" : `/social/groups/${groupId}/`;
}

async function renderPlan(c: WebContext, bad?: Told) {
  const { runtime, person } = c.var;
  const slots = await findSlots(runtime, person, undefined);
  return show(
    c,
    <Layout title={say("Weekly plan")} person={person} shape="sheet" address="/social/plan/">
      <h1>
        <T>Plan for any accounts</T>
      </h1>
      <WeeklyPlan slots={slots} address="/social/plan/" zone={person.timeZone ?? "UTC"} bad={bad} />
      <p class="quiet">
        <T>A group of accounts can have a plan of its own: open the group to add one.</T>
      </p>
      <p class="actions">
        <a class="button" href="/social/#groups">
          <T>Groups</T>
        </a>
        <a class="button" href="/social/calendar/">
          <T>Calendar</T>
        </a>
      </p>
    </Layout>,
  );
}
