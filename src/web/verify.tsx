/** Asking a network now whether it still lets us in. */
import { z } from "zod";
import { listConnections } from "../connections/connection.ts";
import { verifyConnection } from "../connections/upkeep.ts";
import { aboutPlatform } from "../platforms/registry.ts";
import { releaseShares } from "../sharing/release.ts";
import type { WebContext } from "./context.ts";
import { showNotFound, showProblem } from "./errors.tsx";
import { leaveNotice } from "./notice.ts";

export async function submitVerification(c: WebContext) {
  const { runtime, person } = c.var;
  const id = z.uuid().safeParse(c.req.param("id"));
  if (!id.success) return showNotFound(c);
  const connections = await listConnections(runtime, person);
  const connection = connections.find((mine) => mine.id === id.data);
  if (connection === undefined) return showNotFound(c);
  const verified = await verifyConnection(runtime, person, connection.id);
  switch (verified.outcome) {
    case "not-found":
      return showNotFound(c);
    case "active":
      await releaseShares(runtime, [connection.id]);
      leaveNotice(c, "verified", connection.platform);
      return c.redirect("/social/", 303);
    case "reconnect":
      // The accounts page says what is wrong, beside its Reconnect.
      return c.redirect("/social/", 303);
    case "unknown":
      return showProblem(c, 503, {
        title: `${aboutPlatform(connection.platform).label} could not tell`,
        problem: `${verified.problem} Nothing was changed. Try again in a few minutes.`,
        actions: (
          <a class="button" href="/social/">
            Back to the accounts
          </a>
        ),
      });
  }
}
