/** The variables of the S3 bucket for pictures: either all are set or none. */
import { z } from "zod";
import { ConfigError } from "./config-error.ts";
import { optional, trimmed } from "./values.ts";

export const bucketShape = z.object({
  SOCIAL_PICTURES_S3_URL: trimmed
    .pipe(
      z.url({
        protocol: /^https?$/,
        error: "must be the bucket's address, like https://s3.eu-central-1.amazonaws.com/my-pictures",
      }),
    )
    .optional(),
  SOCIAL_PICTURES_S3_REGION: trimmed.min(1).default("us-east-1"),
  SOCIAL_PICTURES_S3_KEY_ID: optional,
  SOCIAL_PICTURES_S3_SECRET: optional,
});

export interface BucketSettings {
  readonly address: URL;
  readonly region: string;
  readonly keyId: string;
  readonly secret: string;
}

/** @returns undefined if no bucket is configured @throws {ConfigError} if only some of its variables are set */
export function readBucket({
  SOCIAL_PICTURES_S3_URL: address,
  SOCIAL_PICTURES_S3_REGION: region,
  SOCIAL_PICTURES_S3_KEY_ID: keyId,
  SOCIAL_PICTURES_S3_SECRET: secret,
}: z.infer<typeof bucketShape>): BucketSettings | undefined {
  if (address === undefined) {
    if (keyId !== undefined || secret !== undefined)
      throw new ConfigError(["SOCIAL_PICTURES_S3_URL is missing beside the key of its store"]);
    return undefined;
  }
  if (keyId === undefined || secret === undefined)
    throw new ConfigError([
      "SOCIAL_PICTURES_S3_URL needs SOCIAL_PICTURES_S3_KEY_ID and SOCIAL_PICTURES_S3_SECRET beside it",
    ]);
  return { address: new URL(address), region, keyId, secret };
}
