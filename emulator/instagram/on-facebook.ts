/** Instagram accounts of Pages on Facebook's host: publishing with tokens of Facebook Login (docs/networks/instagram.md, section 2). */
import { Hono } from "hono";
import { readCaller, visiblePages } from "../facebook/access.ts";
import type { FacebookWorld } from "../facebook/memory.ts";
import { type Env, originOf } from "../network.ts";
import { commentRoutes } from "./comments.ts";
import { type Caller, type Host, mediaRoutes } from "./media.ts";
import type { InstagramWorld } from "./memory.ts";

const publishing = ["instagram_basic", "instagram_content_publish", "pages_read_engagement"];

export function instagramOnFacebookRoutes(facebook: FacebookWorld, instagram: InstagramWorld): Hono<Env> {
  const host: Host = {
    async readCaller(c): Promise<Caller> {
      const caller = await readCaller(facebook, c);
      const { scopes, app, userId, pageId } = caller;
      // A Page's token gives access to its Page's account, a person's token to those of all Pages granted to the app.
      const pages = visiblePages(facebook, caller).filter(({ id }) => pageId === undefined || id === pageId);
      const linked = pages.map(({ instagramAccountId }) => instagramAccountId);
      const canPost = pages.some(({ roles }) =>
        roles.some(
          ({ accountId, tasks }) =>
            accountId === userId && (tasks.includes("MANAGE") || tasks.includes("CREATE_CONTENT")),
        ),
      );
      return {
        clientId: app.clientId,
        accounts: instagram.memory.accounts.filter(({ id }) => linked.includes(id)),
        may: {
          read: scopes.includes("instagram_basic"),
          publish: canPost && publishing.every((scope) => scopes.includes(scope)),
          comment: canPost && scopes.includes("instagram_manage_comments"),
          delete: scopes.includes("instagram_manage_contents"),
        },
      };
    },
    originOf: () => instagram.origin,
    // The format that Facebook uses with the Page.
    avatarUrl: (c, accountId) => `${originOf(c.req.raw)}/faces/${accountId}.jpg`,
  };
  const app = new Hono<Env>();
  app.route("/", mediaRoutes(instagram, host));
  app.route("/", commentRoutes(instagram, host));
  return app;
}
