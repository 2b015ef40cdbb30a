/** The variables of the daily backups. */
import { resolve } from "node:path";
import { z } from "zod";
import type { bucketShape } from "./bucket.ts";
import { ConfigError } from "./config-error.ts";
import { number, trimmed, yesOrNo } from "./values.ts";

export const backupShape = z.object({
  SOCIAL_BACKUP_DIR: trimmed
    .min(1)
    .transform((path) => resolve(path))
    .optional(),
  SOCIAL_BACKUP_KEEP: number(1, 1_000).default(7),
  SOCIAL_BACKUP_RECIPIENT: trimmed
    .regex(/^age1[a-z0-9]+$/, "must be an age public key, which begins with age1")
    .optional(),
  SOCIAL_BACKUP_TO_BUCKET: yesOrNo,
});

export interface BackupSettings {
  readonly folder: string;
  /** How many backups to keep. */
  readonly keep: number;
  /** The age public key that backups are encrypted to. */
  readonly recipient: string | undefined;
  readonly toBucket: boolean;
}

/**
 * @returns undefined if no backups are configured
 * @throws {ConfigError} if backups should go to a bucket but the bucket or the folder is not set
 */
export function readBackups(
  variables: z.infer<typeof backupShape> & z.infer<typeof bucketShape>,
): BackupSettings | undefined {
  const { SOCIAL_BACKUP_DIR: folder, SOCIAL_BACKUP_TO_BUCKET: toBucket } = variables;
  if (folder === undefined) {
    if (toBucket) throw new ConfigError(["SOCIAL_BACKUP_TO_BUCKET needs SOCIAL_BACKUP_DIR beside it"]);
    return undefined;
  }
  if (toBucket && variables.SOCIAL_PICTURES_S3_URL === undefined)
    throw new ConfigError(["SOCIAL_BACKUP_TO_BUCKET needs SOCIAL_PICTURES_S3_URL beside it"]);
  const { SOCIAL_BACKUP_KEEP: keep, SOCIAL_BACKUP_RECIPIENT: recipient } = variables;
  return { folder, keep, recipient, toBucket };
}
