/** The People page: inviting, blocking and unblocking people, and changing their role. */
import { z } from "zod";
import { listDepartures } from "../../../connections/grants/leave.ts";
import { emailShape } from "../../../people/details.ts";
import { listPeople } from "../../../people/directory.ts";
import { removeSecondFactor } from "../../../people/second-factor/recovery.ts";
import {
  type Invitation,
  invite,
  listInvitations,
  takeBackInvitation,
} from "../../../people/sign-up/invitations.ts";
import { block, giveRole, unblock } from "../../../people/standing.ts";
import type { Told } from "../../../words/words.ts";
import { say } from "../../../words/words.ts";
import { Banner } from "../../frame/banner.tsx";
import { showNotFound } from "../../frame/errors.tsx";
import { firstProblem } from "../../frame/field-problem.tsx";
import { EmailField } from "../../frame/form.tsx";
import { show } from "../../frame/show.tsx";
import { T } from "../../frame/words.tsx";
import type { WebContext } from "../../guards/context.ts";
import { readVisitor } from "../../guards/visitor.ts";
import { Admin } from "../admin-frame.tsx";
import { Departures } from "./departures.tsx";
import { NewInvitation, OpenInvitations } from "./invitations.tsx";
import { PersonRow } from "./person-row.tsx";

const formShape = z.object({ email: emailShape });
const roleShape = z.object({ role: z.enum(["operator", "person"]) });

/** Messages by name, so that a link cannot put other text on our page. */
const news: Readonly<Record<string, Told>> = {
  confirmed: say("Thank you. You can now continue."),
};

/** GET /admin/people/: lists people, invitations and departures. */
export async function showPeople(c: WebContext) {
  return renderPeople(c, { good: news[c.req.query("news") ?? ""] });
}

/** POST /admin/people/: invites a person and shows the link. */
export async function submitInvitation(c: WebContext) {
  const { runtime, person } = c.var;
  const form = formShape.safeParse(await c.req.parseBody());
  if (!form.success) {
    c.status(422);
    return renderPeople(c, { bad: firstProblem(form.error) });
  }
  const { email } = form.data;
  const { ipAddress } = readVisitor(c);
  const result = await invite(runtime, email, { userId: person.id, ipAddress });
  if ("problem" in result) {
    c.status(422);
    return renderPeople(c, { bad: result.problem });
  }
  return renderPeople(c, { invited: { email, ...result } });
}

/** POST /admin/people/invitations/:invitationId/end/: revokes an invitation. */
export async function submitInvitationEnd(c: WebContext) {
  const { runtime, person } = c.var;
  const id = z.uuid().safeParse(c.req.param("invitationId"));
  if (!id.success) return showNotFound(c);
  const by = { userId: person.id, ipAddress: readVisitor(c).ipAddress };
  return answerChange(c, await takeBackInvitation(runtime, by, id.data));
}

/** POST /admin/people/:personId/block/: blocks a person. */
export async function submitBlock(c: WebContext) {
  return answerChange(
    c,
    await block(c.var.runtime, c.var.person, readVisitor(c), c.req.param("personId") ?? ""),
  );
}

/** POST /admin/people/:personId/unblock/: unblocks a person. */
export async function submitUnblock(c: WebContext) {
  return answerChange(
    c,
    await unblock(c.var.runtime, c.var.person, readVisitor(c), c.req.param("personId") ?? ""),
  );
}

/** POST /admin/people/:personId/role/: makes a person an operator, or removes that role. */
export async function submitRole(c: WebContext) {
  const form = roleShape.safeParse(await c.req.parseBody());
  if (!form.success) return showNotFound(c);
  const change = { personId: c.req.param("personId") ?? "", role: form.data.role };
  return answerChange(c, await giveRole(c.var.runtime, c.var.person, readVisitor(c), change));
}

/** POST /admin/people/:personId/second-factor/: turns a person's two-step sign-in off. */
export async function submitSecondFactorRemoval(c: WebContext) {
  const { runtime, person } = c.var;
  const { ipAddress } = readVisitor(c);
  const personId = c.req.param("personId") ?? "";
  return answerChange(c, await removeSecondFactor(runtime, personId, { userId: person.id, ipAddress }));
}

function answerChange(c: WebContext, changed: "done" | "not-found" | { readonly problem: Told }) {
  if (changed === "not-found") return showNotFound(c);
  if (changed === "done") return c.redirect("/admin/people/", 303);
  c.status(409);
  return renderPeople(c, { bad: changed.problem });
}

interface PeopleState {
  readonly good?: Told | undefined;
  readonly bad?: Told | undefined;
  readonly invited?: Invitation & { readonly email: string };
}

async function renderPeople(c: WebContext, { good, bad, invited }: PeopleState) {
  const { runtime, person } = c.var;
  const { people, next } = await listPeople(runtime, { after: c.req.query("after") });
  const open = await listInvitations(runtime);
  const departures = await listDepartures(runtime);
  return show(
    c,
    <Admin title={say("People")} person={person} tab="people" address="/admin/people/">
      <h1>
        <T>People</T>
      </h1>
      <Banner good={good} bad={bad} />
      {invited !== undefined && <NewInvitation {...invited} />}
      {runtime.config.signUp === "closed" ? (
        <p>
          <T>Sign-up is closed, so you cannot invite anyone.</T>{" "}
          <a href="/admin/settings/">
            <T>Change this</T>
          </a>
        </p>
      ) : (
        <form class="form in-line narrow" method="post" action="/admin/people/">
          <EmailField value="" autocomplete="off" />
          <button class="button primary" type="submit">
            <T>Invite</T>
          </button>
        </form>
      )}
      {open.length > 0 && <OpenInvitations open={open} zone={person.timeZone} />}
      <Departures departures={departures} zone={person.timeZone} />
      <ul class="card people">
        {people.map((listed) => (
          <PersonRow listed={listed} isYou={listed.id === person.id} zone={person.timeZone} />
        ))}
      </ul>
      {next !== undefined && (
        <a class="button" href={`?${new URLSearchParams({ after: next })}`}>
          <T>More people</T>
        </a>
      )}
    </Admin>,
  );
}
