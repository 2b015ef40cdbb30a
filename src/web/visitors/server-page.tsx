/** Asks a visitor for their server on a network that has many, and leads to its page to start a post on. */
import { z } from "zod";
import { findOfferedWays } from "../../operation/visitor-ways.ts";
import { type PageLink, readPageLink } from "../../pages/page.ts";
import { holdBack } from "../../people/sign-in/hold-back.ts";
import { PlatformError, platformNames } from "../../platforms/platform.ts";
import { fillSharePage } from "../../platforms/registry.ts";
import { say } from "../../words/words.ts";
import { writtenLine } from "../../words/written.ts";
import { showNotFound, showProblem } from "../frame/errors.tsx";
import { renderLeaving } from "../frame/leaving.tsx";
import type { WebContext } from "../guards/context.ts";
import { refuse } from "../guards/refuse.ts";
import { appendCookies, readVisitor } from "../guards/visitor.ts";
import { forgetServer, readRemembered, rememberServer } from "./remembered-server.ts";
import { type Asked, renderServerQuestion } from "./server-question.tsx";

const formShape = z.object({
  server: z.string().overwrite(writtenLine).trim().max(300).catch(""),
  remember: z.literal("yes").optional().catch(undefined),
});

/** GET /social/share/to/:platform/: asks for the server. */
export function showServerQuestion(c: WebContext) {
  const asked = readAsked(c, c.req.query());
  if (!("link" in asked)) return asked.answer;
  const server = readRemembered(c, asked.platform);
  return renderServerQuestion(c, { ...asked, server, remember: server !== "" });
}

/** POST /social/share/to/:platform/: leads to the server. Only a whole handle makes us ask it for its share page. @throws what is wrong on our side */
export async function submitServer(c: WebContext) {
  const body = await c.req.parseBody();
  const asked = readAsked(c, z.record(z.string(), z.string().optional().catch(undefined)).parse(body));
  if (!("link" in asked)) return asked.answer;
  const { server, remember } = formShape.parse(body);
  const typed: Asked = { ...asked, server, remember: remember !== undefined };
  const refusal = await holdBack(c.var.runtime, "visit-server", readVisitor(c));
  if (refusal !== undefined) {
    refuse(c, refusal, 429);
    return renderServerQuestion(c, { ...typed, bad: refusal.problem });
  }
  try {
    const template = await c.var.runtime.platforms.getPlatform(asked.platform).findSharePage?.(server);
    if (template === undefined) return showNotFound(c);
    const cookie = remember ? rememberServer(c, asked.platform, server) : forgetServer(c, asked.platform);
    appendCookies(c, [cookie]);
    return renderLeaving(c, asked.label, fillSharePage(template, asked.link));
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error;
    c.status(422);
    return renderServerQuestion(c, { ...typed, bad: error.told });
  }
}

type Reading =
  | (Pick<Asked, "platform" | "label" | "field"> & { readonly link: PageLink })
  | { readonly answer: Response | Promise<Response> };

/** Reads for which network and page, or answers why not. */
function readAsked(c: WebContext, fields: Readonly<Record<string, string | undefined>>): Reading {
  const { settings, platforms } = c.var.runtime;
  const platform = platformNames.find((name) => name === c.req.param("platform"));
  const way = findOfferedWays(settings)?.find(({ name }) => name === platform);
  if (platform === undefined || way?.server === undefined || platforms.missingSettings(platform).length > 0)
    return { answer: showNotFound(c) };
  const reading = readPageLink(fields);
  if ("problem" in reading)
    return {
      answer: showProblem(c, 400, {
        title: say("This share link does not work"),
        problem: reading.problem,
      }),
    };
  return { platform, label: String(way.label), field: way.server, link: reading.link };
}
