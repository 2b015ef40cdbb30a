/** Keeps what a person typed into a form in an encrypted cookie while they confirm who they are. */
import { z } from "zod";
import { readCookie, writeCookie } from "../../people/sign-in/cookies.ts";
import type { WebContext } from "./context.ts";
import { appendCookies } from "./visitor.ts";

const COOKIE = "kept";
/** Longer than a sign-in link works. */
const LIFETIME_SECONDS = 1_200;
/** The longest value that is kept, in characters: a cookie holds about 4 KB. */
const LONGEST = 1_000;

const fieldsShape = z.record(z.string(), z.unknown());
const keptShape = z.object({
  userId: z.string(),
  path: z.string(),
  fields: z.record(z.string(), z.string()),
});

/** Keeps these fields of the submitted form. @param at the path of the page that the form is on */
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

/** What this person typed on this page before they confirmed who they are. Returned once. */
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
    // Encrypted under a key that was removed, or forged.
    return undefined;
  }
}

async function readBody(c: WebContext): Promise<unknown> {
  if (c.req.header("content-type")?.startsWith("application/json"))
    return await c.req.json().catch(() => ({}));
  return await c.req.parseBody();
}
