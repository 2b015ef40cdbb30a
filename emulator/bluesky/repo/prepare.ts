/** Checks a record before it is written. */
import type { BlueskyWorld } from "../memory.ts";
import { invalidRequest, refusal } from "../problems.ts";
import { cidOfRecord } from "./cid.ts";
import { isRecordKey, timestampId } from "./lexicon/formats.ts";
import { complainAboutRecord, isKnownCollection } from "./lexicon/records.ts";
import { asBlob, type BlobReference, isObject } from "./lexicon/shapes.ts";

export interface Sent {
  readonly collection: string;
  readonly record: Readonly<Record<string, unknown>>;
  readonly validate?: boolean | undefined;
}

/** @throws {Refusal} 400 */
export function prepareRecord({ collection, record, validate }: Sent, rkey: string) {
  const { $type = collection } = record;
  if ($type !== collection) throw invalidRequest(`Invalid $type: expected ${collection}, got ${$type}`);
  if (!isRecordKey(rkey)) throw invalidRequest(`Invalid record key: ${rkey}`);
  const value = { ...record, $type };
  const validationStatus = checkRecord(collection, rkey, value, validate);
  return { rkey, value, cid: cidOfRecord(value), validationStatus };
}

function checkRecord(
  collection: string,
  rkey: string,
  value: object,
  validate: boolean | undefined,
): "valid" | "unknown" | undefined {
  if (validate === false) return undefined;
  if (!isKnownCollection(collection)) {
    if (validate) throw invalidRequest(`Unknown lexicon type: ${collection}`);
    return "unknown";
  }
  if (!timestampId.test(rkey))
    throw invalidRequest(
      `Invalid record key for ${collection}: Invalid TID string (got ${JSON.stringify(rkey)}) at $`,
    );
  const complaint = complainAboutRecord(collection, value);
  if (complaint !== undefined) throw invalidRequest(`Invalid ${collection} record: ${complaint}`);
  return "valid";
}

/** Every file of a record must have been uploaded; at its first use, with the type and size that the record names. @throws {Refusal} 400 */
export function checkBlobs(world: BlueskyWorld, did: string, value: object): void {
  for (const reference of blobsIn(value)) {
    const blob = world.memory.blobs.find((each) => each.did === did && each.cid === reference.cid);
    if (!blob) throw refusal(400, "BlobNotFound", `Could not find blob: ${reference.cid}`);
    if (!blob.used && blob.size !== reference.size)
      throw refusal(
        400,
        "InvalidSize",
        `Referenced Size does not match stored blob. Expected: ${blob.size}, Got: ${reference.size}`,
      );
    if (!blob.used && blob.mimeType !== reference.mimeType)
      throw refusal(
        400,
        "InvalidMimeType",
        `Referenced Mimetype does not match stored blob. Expected: ${blob.mimeType}, Got: ${reference.mimeType}`,
      );
    blob.used = true;
  }
}

function blobsIn(value: unknown): BlobReference[] {
  const blob = asBlob(value);
  if (blob) return [blob];
  const parts = Array.isArray(value) ? value : isObject(value) ? Object.values(value) : [];
  return parts.flatMap(blobsIn);
}
