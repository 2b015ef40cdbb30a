/** Where a person goes after login: always a place of ours, with all its parameters. */
import { z } from "zod";

const HOME = "/social/";
const LONGEST = 8_192;
/** Any origin does: it only shows whether an address leaves it. */
const ORIGIN = "http://here.invalid";

/** @returns the given local path, or the home page where it is anything else */
export function readNext(value: string | undefined): string {
  if (value === undefined || value.length > LONGEST || !isLocalPath(value)) return HOME;
  const url = URL.parse(value, ORIGIN);
  const path = url?.origin === ORIGIN ? `${url.pathname}${url.search}${url.hash}` : HOME;
  return isLocalPath(path) ? path : HOME;
}

/** One slash and no second; browsers read a backslash as a slash, and drop control characters. */
function isLocalPath(value: string): boolean {
  return /^\/(?![/\\])[^\\\p{Cc}]*$/u.test(value);
}

export const nextShape = z.string().optional().catch(undefined).transform(readNext);

/** What a login form that is shown again keeps. */
export const keptShape = z.object({ email: z.string().max(254).catch(""), next: nextShape });

/** What a mailed link carries. */
export const linkShape = z.object({
  token: z
    .string()
    .regex(/^[\w-]{1,64}$/)
    .catch(""),
  next: nextShape,
});

/** The address of a page of login that remembers where to go afterwards. */
export function withNext(path: string, next: string, query: Readonly<Record<string, string>> = {}): string {
  const parameters = new URLSearchParams(next === HOME ? query : { ...query, next }).toString();
  return parameters === "" ? path : `${path}?${parameters}`;
}
