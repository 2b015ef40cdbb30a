/** The string formats of the protocol. */
import { format } from "./shapes.ts";

const recordKey = /^[a-zA-Z0-9_~.:-]{1,512}$/;
const language =
  /^(?:[a-z]{2,3}(?:-[A-Za-z]{3}){0,3}(?:-[A-Za-z]{4})?(?:-(?:[A-Za-z]{2}|\d{3}))?(?:-(?:[A-Za-z0-9]{5,8}|\d[A-Za-z0-9]{3}))*(?:-[0-9A-WY-Za-wy-z](?:-[A-Za-z0-9]{2,8})+)*(?:-[xX](?:-[A-Za-z0-9]{1,8})+)?|[xX](?:-[A-Za-z0-9]{1,8})+|i-(?:ami|bnn|default|enochian|hak|klingon|lux|mingo|navajo|pwn|tao|tay|tsu))$/;
const did = /^did:[a-z]+:[a-zA-Z0-9._:%-]*[a-zA-Z0-9._-]$/;
const atUri = /^at:\/\/[a-zA-Z0-9._:%-]+(?:\/[a-zA-Z0-9.-]+(?:\/[a-zA-Z0-9_~.:-]+)?)?$/;
const cid = /^b[a-z2-7]{20,}$/;
const zoned = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,20})?(?:Z|[+-]\d{2}:\d{2})$/;

export const timestampId = /^[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}$/;

export function isRecordKey(value: string): boolean {
  return recordKey.test(value) && value !== "." && value !== "..";
}

/** With a time zone, which must not be "-00:00". */
function isDatetime(value: string): boolean {
  return zoned.test(value) && !value.endsWith("-00:00") && !Number.isNaN(Date.parse(value));
}

export const formats = {
  uri: format("uri", (value) => /^\w+:(?:\/\/)?[^\s/]\S*$/.test(value)),
  language: format("language", (value) => language.test(value)),
  datetime: format("datetime", isDatetime),
  did: format("DID", (value) => did.test(value)),
  atUri: format("at-uri", (value) => atUri.test(value)),
  cid: format("CID string", (value) => cid.test(value)),
};
