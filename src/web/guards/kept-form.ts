/** What somebody had typed into a form, sealed in their browser while they prove who they are. */
import { z } from "zod";
import { readCookie, writeCookie } from "../../people/sign-in/cookies.ts";
import type { WebContext } from "./context.ts";
import { appendCookies } from "./visitor.ts";

const COOKIE = "kept";
/** Longer than a mailed link to sign in works. */
const LIFETIME_SECONDS = 1_200;
/** What a cookie takes; no field that is kept is longer than an address. */
const LONGEST = 1_000;

const fieldsShape = z.record(z.string(), z.unknown());
const keptShape = z.object({
  userId: z.string(),
  path: z.string(),
  fields: z.record(z.string(), z.string()),
});

/** @param at the page of the form @param names of the fields that are kept */
export async function keepForm(c: WebContext, at: string, names: readonly string[]): Promise<void> {
  const sent = fieldsShape.parse(await readBody(c));
  const fields = Object.fromEntries(
    names.flatMap((name) => {
      const value = sent[name];
      return typeof value === "string" && value.length <= LONGEST ? [[name, value]] : [];
    }),
  );
  if (Object.keys(fields).length === 0) return;
  const { runtime, person } = c.var;
  const [path] = at.split("?");
  const value = runtime.vault.encrypt(JSON.stringify({ userId: person.id, path, fields }));
  appendCookies(c, [writeCookie(runtime.config, { name: COOKIE, value, seconds: LIFETIME_SECONDS })]);
}

/** What was typed on this page before; given once, and to nobody else. */
export function takeKeptForm(c: WebContext): Readonly<Record<string, string>> {
  const { config } = c.var.runtime;
  const sealed = readCookie(config, c.req.raw.headers, COOKIE);
  if (sealed === undefined) return {};
  const kept = open(c, sealed);
  if (kept !== undefined && (kept.userId !== c.var.person.id || kept.path !== c.req.path)) return {};
  appendCookies(c, [writeCookie(config, { name: COOKIE, value: "", seconds: 0 })]);
  return kept?.fields ?? {};
}

function open(c: WebContext, sealed: string): z.infer<typeof keptShape> | undefined {
  try {
    return keptShape.parse(JSON.parse(c.var.runtime.vault.decrypt(sealed)));
  } catch {
    // Sealed under a key that is gone, or not by us: then there is nothing to show.
    return undefined;
  }
}

async function readBody(c: WebContext): Promise<unknown> {
  if (c.req.header("content-type")?.startsWith("application/json"))
    return await c.req.json().catch(() => ({}));
  return await c.req.parseBody();
}
