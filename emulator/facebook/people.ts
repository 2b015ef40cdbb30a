/** The token's person, their permissions and their Pages (docs/networks/facebook.md, sections 2.6, 2.7 and 2.10). */
import { type Context, Hono } from "hono";
import type { InstagramWorld } from "../instagram/memory.ts";
import { avatarUrl, type Env, originOf } from "../network.ts";
import { type Caller, readCaller, visiblePages } from "./access.ts";
import { pick, type Readings, turnPage } from "./fields.ts";
import type { FacebookWorld, Page } from "./memory.ts";
import { invalidParameter, notThere, refusal } from "./problems.ts";
import { findGrant, pageTokenOf, removeApp } from "./tokens.ts";

const standardFields = "id,name,access_token,category,tasks";

export function peopleRoutes(
  world: FacebookWorld,
  instagramWorld: () => InstagramWorld | undefined,
): Hono<Env> {
  const app = new Hono<Env>();

  const readPage = (c: Context<Env>, caller: Caller, page: Page, fields = c.req.query("fields")) =>
    pick(
      "Page",
      page.id,
      readingsOf({ world, instagram: instagramWorld(), c, caller, page }),
      fields,
      standardFields,
    );

  app.get("/:version/me", async (c) => {
    const caller = await readCaller(world, c);
    const { kind, userId, pageId } = caller;
    const page = world.memory.pages.find(({ id }) => id === pageId);
    if (kind === "page" && page) return c.json(readPage(c, caller, page, c.req.query("fields") ?? "id"));
    const person = world.memory.accounts.find(({ id }) => id === userId);
    if (!person) throw notThere("get", "me");
    const readings: Readings = {
      name: () => person.displayName,
      picture: () => ({ data: { url: avatarUrl(originOf(c.req.raw), person.id), is_silhouette: false } }),
    };
    return c.json(pick("User", person.id, readings, c.req.query("fields")));
  });

  app.get("/:version/me/permissions", async (c) => {
    const { userId, app: asking } = await readCaller(world, c);
    const grant = findGrant(world, { clientId: asking.clientId, accountId: userId });
    const told = (status: string) => (permission: string) => ({ permission, status });
    return c.json({
      data: [
        ...(grant?.granted ?? []).map(told("granted")),
        ...(grant?.declined ?? []).map(told("declined")),
      ],
    });
  });

  app.delete("/:version/me/permissions", async (c) => {
    const { kind, token } = await readCaller(world, c);
    if (kind !== "user" || !token) throw refusal("permission-denied");
    removeApp(world, token);
    return c.json({ success: true });
  });

  app.get("/:version/me/accounts", async (c) => {
    const caller = await readCaller(world, c);
    if (caller.kind !== "user")
      throw invalidParameter("Tried accessing nonexisting field (accounts) on node type (Page)");
    // Without the permission, Facebook returns an empty list and no error.
    const pages = caller.scopes.includes("pages_show_list") ? visiblePages(world, caller) : [];
    return c.json(listPages(c, caller, pages));
  });

  app.get("/:version/me/businesses", async (c) => {
    const { kind, scopes, userId } = await readCaller(world, c);
    if (kind !== "user" || !scopes.includes("business_management")) throw refusal("permission-denied");
    const mine = world.memory.portfolios.filter(({ memberIds }) => memberIds.includes(userId));
    const { data, paging } = turnPage(mine, new URL(c.req.url), {
      standard: world.memory.switches.pageSize,
      most: 100,
    });
    return c.json({ data: data.map(({ id, name }) => ({ id, name })), ...(paging && { paging }) });
  });

  for (const kind of ["owned", "client"] as const) {
    app.get(`/:version/:id/${kind}_pages`, async (c) => {
      const caller = await readCaller(world, c);
      const portfolio = world.memory.portfolios.find(({ id }) => id === c.req.param("id"));
      if (!portfolio?.memberIds.includes(caller.userId)) throw notThere("get", c.req.param("id"));
      if (!caller.scopes.includes("business_management")) throw refusal("permission-denied");
      const pages = visiblePages(world, caller).filter(
        (page) => page.portfolio?.id === portfolio.id && page.portfolio.kind === kind,
      );
      return c.json(listPages(c, caller, pages));
    });
  }

  app.get("/:version/:id", async (c, next) => {
    const page = world.memory.pages.find(({ id }) => id === c.req.param("id"));
    if (!page) return next();
    const caller = await readCaller(world, c);
    const isOwn = caller.pageId === page.id || visiblePages(world, caller).includes(page);
    if (!isOwn) throw notThere("get", page.id);
    return c.json(readPage(c, caller, page, c.req.query("fields") ?? "id"));
  });

  function listPages(c: Context<Env>, caller: Caller, pages: readonly Page[]) {
    const { data, paging } = turnPage(pages, new URL(c.req.url), {
      standard: world.memory.switches.pageSize,
      most: 100,
    });
    return { data: data.map((page) => readPage(c, caller, page)), ...(paging && { paging }) };
  }

  return app;
}

interface PageReading {
  readonly world: FacebookWorld;
  readonly instagram: InstagramWorld | undefined;
  readonly c: Context<Env>;
  readonly caller: Caller;
  readonly page: Page;
}

function readingsOf({ world, instagram, c, caller, page }: PageReading): Readings {
  const origin = originOf(c.req.raw);
  const role = page.roles.find(({ accountId }) => accountId === caller.userId);
  const linked = instagram?.memory.accounts.find(
    ({ id, type }) => id === page.instagramAccountId && type !== "PERSONAL",
  );
  const mayToken = caller.token && role && caller.scopes.includes("pages_show_list");
  return {
    name: () => page.name,
    username: () => page.username,
    category: () => page.category,
    tasks: () => role?.tasks,
    link: () => `${origin}/${page.id}`,
    access_token: () => mayToken && caller.token && pageTokenOf(world, caller.token, page).token,
    picture: () => ({ data: { url: `${origin}/faces/${page.id}.jpg`, is_silhouette: false } }),
    instagram_business_account: (inner) => {
      if (!linked || !caller.scopes.includes("instagram_basic")) return undefined;
      const readings: Readings = {
        username: () => linked.username,
        name: () => linked.displayName,
        profile_picture_url: () => `${origin}/faces/${linked.id}.jpg`,
      };
      return pick("IGUser", linked.id, readings, inner);
    },
  };
}
