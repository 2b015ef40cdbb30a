/** The operator's list of people, and the form to invite one more. */
import { z } from "zod";
import { emailShape } from "../people/details.ts";
import { type Listed, listPeople } from "../people/directory.ts";
import { type Invitation, invite } from "../people/invitations.ts";
import { INVITATION_DAYS } from "../people/letters.ts";
import type { WebContext } from "./context.ts";
import { EmailField, Notice } from "./parts/form.tsx";
import { Layout } from "./parts/layout.tsx";
import { readVisitor } from "./visitor.ts";

const formShape = z.object({ email: emailShape });

export async function showPeople(c: WebContext) {
  return renderPeople(c, {});
}

export async function submitInvitation(c: WebContext) {
  const { runtime, person } = c.var;
  const form = formShape.safeParse(await c.req.parseBody());
  if (!form.success) {
    c.status(422);
    return renderPeople(c, { bad: form.error.issues[0]?.message });
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

interface PeopleState {
  readonly bad?: string | undefined;
  readonly invited?: Invitation & { readonly email: string };
}

async function renderPeople(c: WebContext, { bad, invited }: PeopleState) {
  const { runtime, person } = c.var;
  const { people, next } = await listPeople(runtime, { after: c.req.query("after") });
  return c.html(
    <Layout title="People" person={person} current="people">
      <h1>People</h1>
      <Notice bad={bad} />
      {invited !== undefined && <Invited {...invited} />}
      {runtime.config.signUp === "closed" ? (
        <p>Sign-up is closed: nobody can be invited. Set SOCIAL_SIGN_UP to invitation to change that.</p>
      ) : (
        <form class="form" method="post" action="/admin/people/">
          <EmailField value="" autocomplete="off" />
          <button class="button primary" type="submit">
            Invite
          </button>
        </form>
      )}
      <PeopleTable people={people} />
      {next !== undefined && <a href={`?${new URLSearchParams({ after: next })}`}>More people</a>}
    </Layout>,
  );
}

function Invited({ email, link, mailed }: Invitation & { email: string }) {
  return (
    <section class="notice good" role="status">
      <p>
        {mailed
          ? `The invitation is mailed to ${email}.`
          : `Give this link to ${email}: it could not be mailed.`}{" "}
        The link works once, for {INVITATION_DAYS} days, and is shown only now.
      </p>
      <label>
        Link
        <input type="text" value={link} readonly />
      </label>
    </section>
  );
}

function PeopleTable({ people }: { people: readonly Listed[] }) {
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">Mail address</th>
          <th scope="col">Name</th>
          <th scope="col">Role</th>
        </tr>
      </thead>
      <tbody>
        {people.map(({ email, name, role }) => (
          <tr>
            <td>{email}</td>
            <td>{name}</td>
            <td>{role}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
