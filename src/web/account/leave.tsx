/** All of a person's data to take away, and the end of their account. */
import { stream } from "hono/streaming";
import { z } from "zod";
import { listConnections } from "../../connections/connection.ts";
import { disconnect } from "../../connections/disconnect.ts";
import { signOut } from "../../people/sign-in.ts";
import { deletePerson, isNeeded } from "../../people/standing.ts";
import { aboutPlatform } from "../../platforms/registry.ts";
import { exportPerson } from "../../sharing/export-person.ts";
import type { Told } from "../../words/words.ts";
import { say } from "../../words/words.ts";
import type { WebContext } from "../context.ts";
import { Notice } from "../parts/form.tsx";
import { Layout } from "../parts/layout.tsx";
import { T } from "../parts/words.tsx";
import { show } from "../show.tsx";
import { appendCookies, readVisitor } from "../visitor.ts";

const formShape = z.object({ email: z.string().trim().toLowerCase().catch("") });

/** GET /account/data.json */
export function sendData(c: WebContext) {
  const { runtime, person } = c.var;
  const day = runtime.now().toISOString().slice(0, 10);
  c.header("content-type", "application/json; charset=utf-8");
  c.header("content-disposition", `attachment; filename="sharewell-${day}.json"`);
  return stream(
    c,
    async (out) => {
      for await (const piece of exportPerson(runtime, person)) await out.write(piece);
    },
    async (error) => {
      runtime.log.error({ err: error }, "an export broke off");
    },
  );
}

export function showLeaving(c: WebContext) {
  return renderLeaving(c);
}

export async function submitLeaving(c: WebContext) {
  const { runtime, person } = c.var;
  const { email } = formShape.parse(await c.req.parseBody());
  if (email !== person.email) {
    c.status(422);
    return renderLeaving(c, say("That is not your mail address. Nothing was deleted."));
  }
  if (await isNeeded(runtime, person)) {
    c.status(409);
    return renderLeaving(
      c,
      say(
        "You are the only operator, and others use this service: make one of them operator first, under People.",
      ),
    );
  }
  const visitor = readVisitor(c);
  for (const { id } of await listConnections(runtime, person))
    await disconnect(runtime, person, id, visitor.ipAddress);
  const cookies = await signOut(runtime, visitor, "everywhere");
  await deletePerson(runtime, person, visitor);
  appendCookies(c, cookies);
  return show(
    c,
    <Layout title={say("Your account is deleted")} shape="dialog">
      <h1>
        <T>Your account is deleted</T>
      </h1>
      <p>
        <T>
          Everything of yours is gone from here, and the networks were told that we no longer act for you.
          Your posts stay where they are.
        </T>
      </p>
    </Layout>,
  );
}

async function renderLeaving(c: WebContext, bad?: Told) {
  const { runtime, person } = c.var;
  const connections = await listConnections(runtime, person);
  const networks = [...new Set(connections.map(({ platform }) => aboutPlatform(platform).label))];
  return show(
    c,
    <Layout title={say("Delete your account")} person={person} shape="dialog">
      <h1>
        <T>Delete your account</T>
      </h1>
      <Notice bad={bad} />
      <ul class="bullets">
        <li>
          <T>Your history and your settings are deleted, and what is scheduled is not shared.</T>
        </li>
        {networks.length > 0 && (
          <li>
            <T networks={networks.join(", ")}>
              {"Your accounts are disconnected: {networks}. Our access there ends."}
            </T>
          </li>
        )}
        <li>
          <T>Your posts stay where they are.</T>
        </li>
        <li>
          <T
            download={
              <a href="/account/data.json">
                <T>Download your data</T>
              </a>
            }
          >
            {"It cannot be undone. {download} first, if you want it."}
          </T>
        </li>
      </ul>
      <form class="form" method="post" action="/account/delete/">
        <label>
          <T>Your mail address, to be sure</T>
          <input type="email" name="email" autocomplete="off" required />
        </label>
        <button class="button danger" type="submit">
          <T>Delete my account for good</T>
        </button>
        <a class="button" href="/account/">
          <T>Keep it</T>
        </a>
      </form>
    </Layout>,
  );
}
