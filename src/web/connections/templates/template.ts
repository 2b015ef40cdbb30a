/** Keeping and previewing the template of an account or a group. */
import { z } from "zod";
import { keepTemplate } from "../../../connections/templates.ts";
import { readTemplate } from "../../../sharing/templates/template.ts";
import { showNotFound } from "../../frame/errors.tsx";
import type { WebContext } from "../../guards/context.ts";
import { nextShape } from "../../guards/next.ts";
import { showAccountPage, showAccountPreviews } from "../account-page.tsx";
import { showGroup } from "../groups/groups.tsx";
import { showGroupPreviews } from "./group-template.tsx";

const formShape = z.object({ template: z.string().catch("") });

async function readWritten(c: WebContext): Promise<string> {
  return formShape.parse(await c.req.parseBody()).template;
}

/** POST /social/accounts/:id/template/: keeps the template of an account. */
export async function submitAccountTemplate(c: WebContext) {
  const connectionId = c.req.param("id") ?? "";
  const written = await readWritten(c);
  const reading = readTemplate(written);
  if ("problem" in reading) {
    c.status(422);
    return showAccountPage(c, { written, isToKeep: true });
  }
  if (!(await keepTemplate(c.var.runtime, c.var.person, { connectionId }, reading.template)))
    return showNotFound(c);
  const { return: back } = z.object({ return: nextShape }).parse(await c.req.parseBody());
  const search = new URLSearchParams({ return: back, news: "template" });
  return c.redirect(`/social/accounts/${connectionId}/?${search}#template`, 303);
}

/** POST /social/accounts/:id/template/preview/: shows what becomes of a template; with htmx, only that. */
export async function previewAccountTemplate(c: WebContext) {
  const written = await readWritten(c);
  return c.req.header("hx-request") === undefined
    ? showAccountPage(c, { written, isToKeep: false })
    : showAccountPreviews(c, written);
}

/** POST /social/groups/:groupId/template/: keeps the template of a group. */
export async function submitGroupTemplate(c: WebContext) {
  const groupId = c.req.param("groupId") ?? "";
  const written = await readWritten(c);
  const reading = readTemplate(written);
  if ("problem" in reading) {
    c.status(422);
    return showGroup(c, { template: { written, isToKeep: true } });
  }
  if (!(await keepTemplate(c.var.runtime, c.var.person, { groupId }, reading.template)))
    return showNotFound(c);
  return c.redirect(`/social/groups/${groupId}/?news=template#template`, 303);
}

/** POST /social/groups/:groupId/template/preview/: shows what becomes of a template; with htmx, only that. */
export async function previewGroupTemplate(c: WebContext) {
  const written = await readWritten(c);
  return c.req.header("hx-request") === undefined
    ? showGroup(c, { template: { written, isToKeep: false } })
    : showGroupPreviews(c, c.req.param("groupId") ?? "", written);
}
