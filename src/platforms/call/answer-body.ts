/** Reads the body of an answer: limited in size, and without our secrets. */
import { redactText } from "../../net/redact.ts";
import { writtenLines } from "../../words/written.ts";
import type { Call } from "./request.ts";

/** In characters: five times a page of 40 long posts. People name servers, which may send anything. */
const LONGEST_ANSWER = 1_000_000;
/** In one answer: visiting each value costs more than parsing it. */
const MOST_VALUES = 50_000;

/** The fields of a form or query string that contain secrets. */
const SECRET_FIELDS = [
  ...["code", "code_verifier", "client_secret", "refresh_token", "token"],
  ...["access_token", "fb_exchange_token", "client_assertion"],
];

/** @returns the text, or "" if it is too long to be an answer that we asked for */
export async function readText(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  // Returning cancels the stream.
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > LONGEST_ANSWER) return "";
  }
  return text + decoder.decode();
}

/** The secrets that we sent: in the authorization header, the query string or the form. */
export function secretsOf(
  url: string | URL,
  authorization: string | undefined,
  form: Call["form"],
): string[] {
  const fields: Call["form"] = { ...Object.fromEntries(new URL(url).searchParams), ...form };
  const sent = [authorization?.split(" ").at(-1), ...SECRET_FIELDS.map((field) => fields[field])];
  return sent.filter((secret) => secret !== undefined);
}

/** @returns the parsed JSON with the secrets redacted; undefined if it is not JSON or has too many values */
export function parseJson(text: string, secrets: readonly string[]): unknown {
  if (!isModest(text)) return undefined;
  try {
    return JSON.parse(text, (_field, value: unknown) => {
      if (typeof value !== "string") return value;
      return writtenLines(secrets.length > 0 ? redactText(value, secrets) : value);
    });
  } catch {
    return undefined;
  }
}

/** Counts the characters that precede a value. Those in strings count too, which does no harm. */
function isModest(text: string): boolean {
  let values = 0;
  for (let at = 0; at < text.length && values <= MOST_VALUES; at += 1) {
    const sign = text.charCodeAt(at);
    // , [ {
    if (sign === 0x2c || sign === 0x5b || sign === 0x7b) values += 1;
  }
  return values <= MOST_VALUES;
}
