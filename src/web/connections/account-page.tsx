/** The page of one connected account: its state, its permissions and its actions. */
import { z } from "zod";
import { findAccounts } from "../../connections/account-search.ts";
import type { Connection } from "../../connections/connection.ts";
import { handleOf } from "../../connections/connection.ts";
import { aboutPlatform } from "../../platforms/registry.ts";
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
export async function showAccountPage(c: WebContext) {
  const { runtime, person } = c.var;
  const connection = await findAccount(c);
  if (connection === undefined) return showNotFound(c);
  const back = nextShape.parse(c.req.query("return"));
  const { platform, account } = connection;
  const { label, isFormer = false } = aboutPlatform(platform);
  return show(
    c,
    <Layout
      title={say("{account} on {network}", { account: handleOf(account), network: label })}
      person={person}
      current="accounts"
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
              isAvailable={!isFormer && runtime.platforms.missingSettings(platform).length === 0}
              now={runtime.now()}
              here={back}
            />
          </li>
        </ul>
      </section>
      <p class="actions">
        <a class="button" href={back}>
          <T>Back to the accounts</T>
        </a>
      </p>
    </Layout>,
  );
}
