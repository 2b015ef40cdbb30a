/** Gives up grants at networks that this version does not know, because it cannot revoke them. */
import { notInArray } from "drizzle-orm";
import { looseGrants } from "../../database/schema.ts";
import { platformNames } from "../../platforms/platform.ts";
import { parsePlatformName } from "../connection.ts";
import { giveUpAt } from "./end-due-grants.ts";
import type { EndingRuntime } from "./record-ending.ts";

/** Drops those grants once they have waited for a week, unless another process knows their network. */
export async function endFormerGrants(runtime: EndingRuntime): Promise<void> {
  const rows = await runtime.database
    .selectDistinct({ platform: looseGrants.platform })
    .from(looseGrants)
    .where(notInArray(looseGrants.platform, [...platformNames]));
  for (const { platform } of rows) await giveUpAt(runtime, parsePlatformName(platform));
}
