/** A process of the explorer: it plays the schedules that `main.ts` sends it, on a separate database. */
import "../../../src/light-imports.ts";
import { z } from "zod";
import { explore } from "./explore.ts";
import { kinds } from "./kinds.ts";
import { openLaboratory } from "./laboratory.ts";

export const orderShape = z.object({ kind: z.enum(kinds), seed: z.number() });

const [databaseUrl = "", tells = ""] = process.argv.slice(2);
const laboratory = await openLaboratory(databaseUrl, { tellsStatements: tells === "trace" });
const answer = (told: object) => process.send?.(told);

process.on("message", async (message) => {
  const { kind, seed } = orderShape.parse(message);
  try {
    answer({ kind, seed, broken: await explore(laboratory, kind, seed) });
  } catch (error) {
    laboratory.stage.scheduler = undefined;
    const details = error instanceof Error ? `${error.stack} ${String(error.cause ?? "")}` : String(error);
    const wrongs = [{ what: "the explorer itself failed", details }];
    answer({ kind, seed, broken: { kind, seed, wrongs, story: [] } });
  }
});
process.on("disconnect", () => process.exit(0));
answer({ ready: true });
