/** Instagram through Facebook Login: connects the professional accounts that are linked to a person's Pages and uses the Pages' tokens (docs/networks/instagram.md, section 2). */
import { z } from "zod";
import { say } from "../../../words/words.ts";
import type { Answer } from "../../call/request.ts";
import { askGraph, type MetaApp } from "../../meta/call.ts";
import { judgeGraphAnswer } from "../../meta/graph.ts";
import { readGraphError } from "../../meta/graph-error.ts";
import { buildLoginUrl, exchangeForPerson } from "../../meta/login.ts";
import { listPages } from "../../meta/pages.ts";
import {
  type Account,
  type AuthorizeCallback,
  type OAuthResult,
  PlatformError,
  type PlatformWorld,
  type Tokens,
} from "../../platform.ts";
import { toWebAddress, webAddress } from "../../posts/web-address.ts";
import { COMMENTING } from "../comment.ts";
import { toResult } from "./linked-account.ts";
import type { Route, Wire } from "./route.ts";

interface Parts {
  readonly app: MetaApp;
  readonly world: PlatformWorld;
  readonly label: "Instagram";
  /** Where posts are shown. */
  readonly origin: string;
}

/** The permissions that posting needs, each with its purpose. */
const NEEDED = {
  pages_show_list: say("to find the Page that the account is linked to"),
  pages_read_engagement: say("to read that Page"),
  instagram_basic: say("to see the account"),
  instagram_content_publish: say("to post for it"),
} as const;
/** Without this one, Pages that the person has only through a business portfolio stay hidden. */
const PORTFOLIOS = "business_management";

const ACCOUNT_FIELDS = "id,username,name,profile_picture_url";

/** @param settings where posts are shown, and whether people are asked for the permission to comment */
export function openFacebookRoute(
  app: MetaApp,
  { origin, mayComment }: { readonly origin: string; readonly mayComment: boolean },
  world: PlatformWorld,
): Route {
  const parts: Parts = { app, world, label: "Instagram", origin };
  const scopes = [...Object.keys(NEEDED), PORTFOLIOS, ...(mayComment ? [COMMENTING.facebook] : [])];
  return {
    authorize: async (request) => ({
      url: buildLoginUrl(app, request, scopes),
      remember: { way: "facebook" },
    }),
    exchange: (callback) => exchange(parts, callback),
    renew: async () => {
      const message = say("This connection cannot be renewed. Reconnect the account.");
      throw new PlatformError("reconnect-needed", { code: "not-renewable", message });
    },
    verify: (account, tokens) => verify(parts, account, tokens),
    revoke: (tokens) => revoke(parts, tokens),
    reach: (account, tokens) => reach(parts, account, tokens),
  };
}

async function exchange(parts: Parts, callback: AuthorizeCallback): Promise<OAuthResult[]> {
  const person = await exchangeForPerson(parts, callback, NEEDED);
  const pages = await listPages(parts, person, [`instagram_business_account{${ACCOUNT_FIELDS}}`]);
  if (pages.length > 0) return pages.map((page) => toResult(page, person));
  throw new PlatformError("rejected", {
    code: "no-pages",
    message: say(
      "Facebook did not show us any of your Pages. Link the Instagram account to a Page that you manage, then connect again and keep that Page ticked.",
    ),
  });
}

const accountShape = z.object({
  id: z.string().min(1),
  username: z.string().min(1),
  name: z.string().min(1).optional().catch(undefined),
  profile_picture_url: webAddress.optional().catch(undefined),
});

async function verify(parts: Parts, account: Account, tokens: Tokens): Promise<Account> {
  const answer = await get(parts, tokens.accessToken, `/${account.id}?fields=${ACCOUNT_FIELDS}`);
  const seen = answer.status === 200 ? accountShape.safeParse(answer.body).data : undefined;
  if (seen === undefined) throw isHidden(answer) ? notLinked(answer.status) : judgeAnswer(parts, answer);
  return {
    ...account,
    username: seen.username,
    displayName: seen.name ?? seen.username,
    ...(seen.profile_picture_url === undefined ? {} : { avatarUrl: seen.profile_picture_url }),
  };
}

function notLinked(status: number): PlatformError {
  return new PlatformError("reconnect-needed", {
    code: "not-linked",
    message: say(
      "Facebook no longer shows us this Instagram account: link it to your Page again, then reconnect it.",
    ),
    status,
  });
}

/** Ends everything that the person granted to our app at Facebook. */
async function revoke(parts: Parts, { ownerToken, accessToken }: Tokens): Promise<"ended"> {
  const token = ownerToken ?? accessToken;
  const answer = await askGraph(parts.world, parts.app, { method: "DELETE", path: "/me/permissions", token });
  if (answer.status !== 200) throw judgeAnswer(parts, answer);
  return "ended";
}

function reach(parts: Parts, account: Account, { accessToken, ownerToken }: Tokens): Wire {
  const { app, world, origin } = parts;
  return {
    ...{ account, world, profileUrl: toWebAddress(`${origin}/${account.username}/`) },
    read: async (path) => {
      const answer = await get(parts, accessToken, path);
      // Meta's documentation disagrees with itself on whether reading takes the Page's token or the person's.
      const asksForOwner = isHidden(answer) || isForbidden(answer);
      return asksForOwner && ownerToken !== undefined ? await get(parts, ownerToken, path) : answer;
    },
    prepare: (path, json) => askGraph(world, app, { method: "POST", path, json, token: accessToken }),
    publish: (path, json, call) =>
      askGraph(world, app, { method: "POST", path, json, token: accessToken }, call),
    remove: (path) => askGraph(world, app, { method: "DELETE", path, token: accessToken }),
    checkToken: () => get(parts, accessToken, `/${account.id}?fields=id`),
  };
}

async function get({ world, app }: Parts, token: string, address: string): Promise<Answer> {
  const [path = "", query = ""] = address.split("?");
  return await askGraph(world, app, {
    ...{ method: "GET", path, token },
    query: Object.fromEntries(new URLSearchParams(query)),
  });
}

function isHidden(answer: Answer): boolean {
  const error = readGraphError(answer);
  return error?.code === 100 && error.subcode === 33;
}

function isForbidden(answer: Answer): boolean {
  const code = readGraphError(answer)?.code ?? 0;
  return code === 10 || (code >= 200 && code <= 299);
}

function judgeAnswer({ label, world }: Parts, answer: Answer): PlatformError {
  return judgeGraphAnswer(answer, { label, now: world.now() });
}
