/** The page of one connected account: its state, its permissions and its actions. */
import { z } from "zod";
import { findAccounts } from "../../connections/account-search.ts";
import type { Connection } from "../../connections/connection.ts";
import { handleOf } from "../../connections/connection.ts";
import { findTemplate } from "../../connections/templates.ts";
import { aboutPlatform } from "../../platforms/registry.ts";
import { readTemplate } from "../../sharing/templates/template.ts";
import { say } from "../../words/words.ts";
import { Banner } from "../frame/banner.tsx";
import { showNotFound } from "../frame/errors.tsx";
import { takeFlash } from "../frame/flash.ts";
import { PlatformMark } from "../frame/icons.tsx";
import { Layout } from "../frame/layout.tsx";
import { show } from "../frame/show.tsx";
import { T } from "../frame/words.tsx";
import type { WebContext } from "../guards/context.ts";
import { nextShape } from "../guards/next.ts";
import { ConnectedAccount } from "./connected-account.tsx";
import { type SentTemplate, TemplateForm } from "./templates/template-form.tsx";
import { TemplatePreviews } from "./templates/template-previews.tsx";

/** The connection with the id in the path, if it is this person's and not disconnected. */
export async function findAccount(c: WebContext): Promise<Connection | undefined> {
  const id = z.uuid().safeParse(c.req.param("id"));
  if (!id.success) return undefined;
  const [connection] = await findAccounts(c.var.runtime, c.var.person, [id.data]);
  return connection;
}

/** The local path to return to after an account's form was submitted. */
export async function readReturn(c: WebContext): Promise<string> {
  const { return: back } = z.object({ return: nextShape }).parse(await c.req.parseBody());
  return back;
}

/** GET /social/accounts/:id/: one connected account. */
export async function showAccountPage(c: WebContext, sent?: SentTemplate) {
  const { runtime, person } = c.var;
  const connection = await findAccount(c);
  if (connection === undefined) return showNotFound(c);
  const back = c.req.method === "POST" ? await readReturn(c) : nextShape.parse(c.req.query("return"));
  const { platform, account } = connection;
  const { label } = aboutPlatform(platform);
  const isAvailable = isSetUp(c, connection);
  return show(
    c,
    <Layout
      title={say("{account} on {network}", { account: handleOf(account), network: label })}
      person={person}
      current="accounts"
      address={`/social/accounts/${connection.id}/`}
      live
    >
      <h1>
        <T account={handleOf(account)} network={label}>
          {"{account} on {network}"}
        </T>
      </h1>
      <Banner good={takeFlash(c)} />
      <section class="card platform" aria-label={label}>
        <header>
          <PlatformMark platform={platform} />
          <h2>{label}</h2>
        </header>
        <ul class="connected">
          <li>
            <ConnectedAccount
              connection={connection}
              isAvailable={isAvailable}
              now={runtime.now()}
              here={back}
            />
          </li>
        </ul>
      </section>
      {isAvailable && (
        <TemplateForm
          c={c}
          kept={await findTemplate(runtime, person, { connectionId: connection.id })}
          sent={sent}
          accounts={[connection]}
          address={templateAddress(connection)}
          back={back}
          hint={<T>For posts to this account. It comes before the template of a group.</T>}
        />
      )}
      <p class="actions">
        <a class="button" href={back}>
          <T>Back to the accounts</T>
        </a>
      </p>
    </Layout>,
  );
}

/** Answers with what a template makes of the example page. */
export async function showAccountPreviews(c: WebContext, written: string) {
  const connection = await findAccount(c);
  if (connection === undefined || !isSetUp(c, connection)) return c.body(null, 404);
  const reading = readTemplate(written);
  const address = templateAddress(connection);
  return show(c, <TemplatePreviews c={c} reading={reading} accounts={[connection]} address={address} />);
}

function templateAddress({ id }: Connection): string {
  return `/social/accounts/${id}/template/`;
}

function isSetUp({ var: { runtime } }: WebContext, { platform }: Connection): boolean {
  return (
    aboutPlatform(platform).isFormer !== true && runtime.platforms.missingSettings(platform).length === 0
  );
}
