/** Starts connecting: asks for the server if a network has many, then sends the person to the network. */
import { z } from "zod";
import { startConnecting } from "../../connections/oauth/start.ts";
import { holdBack } from "../../people/sign-in/hold-back.ts";
import { platformNames } from "../../platforms/platform.ts";
import { aboutPlatform } from "../../platforms/registry.ts";
import { say } from "../../words/words.ts";
import { writtenLine } from "../../words/written.ts";
import { showNotFound, showProblem } from "../frame/errors.tsx";
import { renderLeaving } from "../frame/leaving.tsx";
import type { WebContext } from "../guards/context.ts";
import { nextShape, readNext } from "../guards/next.ts";
import { isOwnLink } from "../guards/own-press.ts";
import { refuse } from "../guards/refuse.ts";
import { readVisitor } from "../guards/visitor.ts";
import { RetryActions, renderStart, renderWays, showUnavailable, type Wanted } from "./connect-pages.tsx";
import { isConnectPath } from "./connect-path.ts";
import { renderServerForm } from "./server-form.tsx";

/** The path to return to must not start connecting again, or the Cancel link would do so. */
const returnShape = nextShape.transform((path) => (isConnectPath(path) ? readNext(undefined) : path));

const wantedShape = z.object({
  server: z.string().overwrite(writtenLine).trim().max(300).optional().catch(undefined),
  way: z.string().optional().catch(undefined),
  again: z.string().optional().catch(undefined),
  return: returnShape,
});
type Requested = z.infer<typeof wantedShape>;

/** Pages that redirect to the path to return to, which may come from another site. */
const RETURNING_PAGES = ["/social/callback/", "/social/choose/"];

/** GET /social/connect/:platform/. Starts only if one of our links was followed; otherwise shows a button. */
export async function showConnect(c: WebContext) {
  const isOurs = isOwnLink(c, "/social/", RETURNING_PAGES);
  return await connect(c, wantedShape.parse(c.req.query()), isOurs ? "link" : "address");
}

/** POST /social/connect/:platform/: starts connecting. */
export async function submitConnect(c: WebContext) {
  return await connect(c, wantedShape.parse(await c.req.parseBody()), "form");
}

async function connect(c: WebContext, requested: Requested, by: "form" | "link" | "address") {
  const { platforms } = c.var.runtime;
  const platform = platformNames.find((name) => name === c.req.param("platform"));
  if (platform === undefined) return showNotFound(c);
  const returnTo = requested.return;
  if (platforms.missingSettings(platform).length > 0) return showUnavailable(c, platform, returnTo);
  const { server: serverField } = aboutPlatform(platform);
  if (serverField !== undefined && !requested.server) {
    if (requested.server === undefined) return renderServerForm(c, { platform, returnTo, server: "" });
    c.status(422);
    const bad = say("Enter your server, for example {example}.", { example: serverField.placeholder });
    return renderServerForm(c, { platform, returnTo, server: "", bad });
  }
  const ways = platforms.getPlatform(platform).ways();
  const way = ways.find(({ name }) => name === requested.way) ?? (ways.length === 1 ? ways[0] : undefined);
  if (ways.length > 1 && way === undefined) return renderWays(c, { platform, returnTo, ways });
  const wanted: Wanted = {
    ...{ platform, returnTo },
    ...(way === undefined ? {} : { way: way.name }),
    ...(requested.again === undefined ? {} : { again: true }),
    ...(serverField === undefined || requested.server === undefined ? {} : { server: requested.server }),
  };
  return by === "address" ? renderStart(c, wanted) : await start(c, wanted, by);
}

async function start(c: WebContext, wanted: Wanted, by: "form" | "link") {
  const { runtime, person, sessionId } = c.var;
  const { platform, returnTo, server } = wanted;
  const started =
    (await holdBack(runtime, "connect", readVisitor(c), { person })) ??
    (await startConnecting(runtime, { ...wanted, person, sessionId }));
  if ("redirect" in started)
    return by === "form"
      ? renderLeaving(c, aboutPlatform(platform).label, started.redirect)
      : c.redirect(started.redirect, 303);
  const status = refuse(c, started, 422);
  if (server !== undefined) return renderServerForm(c, { platform, returnTo, server, bad: started.problem });
  return showProblem(c, status, {
    title: say("{network} was not connected", { network: aboutPlatform(platform).label }),
    problem: started.problem,
    actions: <RetryActions platform={platform} returnTo={returnTo} />,
  });
}
