/** Looks up a request to delete data by its code. */
import { createHash } from "node:crypto";
import { eq } from "drizzle-orm";
import type { Database } from "../../database/open.ts";
import { deletionRequests } from "../../database/schema.ts";
import type { PlatformName } from "../../platforms/platform.ts";
import { parsePlatformName } from "../connection.ts";

export interface Deletion {
  readonly platform: PlatformName;
  readonly connections: number;
  readonly at: Date;
}

/** The deletion request with this code; undefined if there is none. */
export async function findDeletion(
  runtime: { readonly database: Database },
  code: string,
): Promise<Deletion | undefined> {
  const [row] = await runtime.database
    .select()
    .from(deletionRequests)
    .where(eq(deletionRequests.codeHash, hashCode(code)));
  if (row === undefined) return undefined;
  return { platform: parsePlatformName(row.platform), connections: row.connections, at: row.createdAt };
}

/** The hash under which a code is stored. */
export function hashCode(code: string): string {
  return createHash("sha256").update(code).digest("hex");
}
