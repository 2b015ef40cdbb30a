/** Groups of accounts: making one, and deleting it. */
import { z } from "zod";
import { deleteGroup, groupShape, keepGroup } from "../connections/groups.ts";
import { renderAccounts } from "./accounts.tsx";
import type { WebContext } from "./context.ts";
import { showNotFound } from "./errors.tsx";

const formShape = z.object({
  name: z.string().catch(""),
  account: z
    .unknown()
    .default([])
    .transform((values) => [values].flat().filter((value) => typeof value === "string")),
});

export async function submitGroup(c: WebContext) {
  const { name, account } = formShape.parse(await c.req.parseBody({ all: true }));
  const draft = groupShape.safeParse({ name, connectionIds: account });
  const problem = draft.success
    ? await keepGroup(c.var.runtime, c.var.person, draft.data)
    : draft.error.issues[0]?.message;
  if (problem === undefined) return c.redirect("/social/#groups", 303);
  c.status(422);
  return await renderAccounts(c, { group: { name, connectionIds: account, bad: problem } });
}

export async function submitGroupDeletion(c: WebContext) {
  const id = z.uuid().safeParse(c.req.param("groupId"));
  const deleted = id.success && (await deleteGroup(c.var.runtime, c.var.person, id.data));
  return deleted === "deleted" ? c.redirect("/social/#groups", 303) : showNotFound(c);
}
