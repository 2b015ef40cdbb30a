/** Ending a connection. */
import { z } from "zod";
import { listConnections } from "../connections/connection.ts";
import { disconnect } from "../connections/disconnect.ts";
import type { WebContext } from "./context.ts";
import { showNotFound } from "./errors.tsx";
import { leaveNotice } from "./notice.ts";
import { readVisitor } from "./visitor.ts";

export async function submitDisconnect(c: WebContext) {
  const { runtime, person } = c.var;
  const id = z.uuid().safeParse(c.req.param("id"));
  if (!id.success) return showNotFound(c);
  const connections = await listConnections(runtime, person);
  const connection = connections.find((mine) => mine.id === id.data);
  const outcome = await disconnect(runtime, person, id.data, readVisitor(c).ipAddress);
  if (connection === undefined || outcome === "not-found") return showNotFound(c);
  leaveNotice(c, "disconnected", connection.platform);
  return c.redirect("/social/", 303);
}
