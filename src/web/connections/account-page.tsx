/** One connected account by itself: its state, what its network lets us do, and what can be done with it. */
import { z } from "zod";
import { findAccounts } from "../../connections/account-search.ts";
import type { Connection } from "../../connections/connection.ts";
import { handleOf } from "../../connections/connection.ts";
import { aboutPlatform } from "../../platforms/registry.ts";
import { say } from "../../words/words.ts";
import { showNotFound } from "../frame/errors.tsx";
import { Notice } from "../frame/form.tsx";
import { PlatformMark } from "../frame/icons.tsx";
import { Layout } from "../frame/layout.tsx";
import { takeNotice } from "../frame/notice.ts";
import { show } from "../frame/show.tsx";
import { T } from "../frame/words.tsx";
import type { WebContext } from "../guards/context.ts";
import { nextShape } from "../guards/next.ts";
import { ConnectedAccount } from "./connected-account.tsx";

/** One of this person's accounts that is not disconnected. */
export async function findAccount(c: WebContext): Promise<Connection | undefined> {
  const id = z.uuid().safeParse(c.req.param("id"));
  if (!id.success) return undefined;
  const [connection] = await findAccounts(c.var.runtime, c.var.person, [id.data]);
  return connection;
}

/** Where a form of the accounts page leads back to. */
export async function readReturn(c: WebContext): Promise<string> {
  const { return: back } = z.object({ return: nextShape }).parse(await c.req.parseBody());
  return back;
}

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
      <Notice good={takeNotice(c)} />
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
