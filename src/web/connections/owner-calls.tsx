/** Calls by which networks tell us that a person removed our app or asked to have their data deleted, and the page that shows the result. */
import { z } from "zod";
import { findDeletion } from "../../connections/owner-calls/deletion.ts";
import { deauthorize, forgetOwner } from "../../connections/owner-calls/owner-calls.ts";
import { platformNames } from "../../platforms/platform.ts";
import { aboutPlatform } from "../../platforms/registry.ts";
import { say } from "../../words/words.ts";
import { showNotFound } from "../frame/errors.tsx";
import { Layout } from "../frame/layout.tsx";
import { show } from "../frame/show.tsx";
import { Moment } from "../frame/time.tsx";
import { T } from "../frame/words.tsx";
import type { WebContext } from "../guards/context.ts";

const formShape = z.record(z.string(), z.string());

/** POST …/deauthorize/: ends the connections of a person who removed our app at the network. */
export async function takeDeauthorization(c: WebContext) {
  const call = await readCall(c);
  if (call === undefined || !(await deauthorize(c.var.runtime, call))) return refuse(c);
  logCall(c, "a network said that somebody removed our app there");
  return c.json({});
}

/** POST …/delete/. Answers with the address and code that the network shows the person. */
export async function takeDeletionRequest(c: WebContext) {
  const call = await readCall(c);
  const code = call && (await forgetOwner(c.var.runtime, call));
  if (code === undefined) return refuse(c);
  logCall(c, "a network asked us to forget somebody");
  const url = new URL(`social/deletion/${code}/`, c.var.runtime.config.baseUrl).href;
  return c.json({ url, confirmation_code: code });
}

/** GET /social/deletion/:code/. Open to anyone who has the code: the person may no longer have an account here. */
export async function showDeletion(c: WebContext) {
  const deletion = await findDeletion(c.var.runtime, c.req.param("code") ?? "");
  if (deletion === undefined) return showNotFound(c);
  const { label } = aboutPlatform(deletion.platform);
  return show(
    c,
    <Layout title={say("Your data is deleted")} shape="dialog">
      <h1>
        <T>Your data is deleted</T>
      </h1>
      <p>
        <T network={label} moment={<Moment at={deletion.at} />}>
          {"On {moment} you asked us, through {network}, to delete your data."}
        </T>{" "}
        {deletion.connections === 0 ? (
          <T>We held no data about you from there.</T>
        ) : (
          <T>
            We deleted your access tokens, name, picture and IDs from there, and the addresses of your posts.
            There is nothing left to do.
          </T>
        )}
      </p>
      <p class="quiet">
        <T>Your account here and the texts that you wrote here stay until you delete them.</T>
      </p>
    </Layout>,
  );
}

function logCall(c: WebContext, message: string): void {
  c.var.runtime.log.info({ network: c.req.param("platform")?.slice(0, 20) }, message);
}

async function readCall(c: WebContext) {
  const platform = platformNames.find((name) => name === c.req.param("platform"));
  const form = formShape.safeParse(await c.req.parseBody());
  return platform === undefined || !form.success ? undefined : { platform, form: form.data };
}

/** Gives no reason: the sender is not the network that it claims to be. */
function refuse(c: WebContext) {
  logCall(c, "a call that is not signed by its network was refused");
  return c.json({ error: "This request is not signed by the network." }, 400);
}
