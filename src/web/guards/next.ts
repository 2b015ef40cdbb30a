/** The `next` parameter: the local path, with its query, that a person returns to after signing in. */
import { z } from "zod";

const HOME = "/social/";
const LONGEST = 8_192;
/** An arbitrary origin, to tell whether an address leaves it. */
const ORIGIN = "http://here.invalid";

/** @returns the given path if it is local, otherwise the home page */
export function readNext(value: string | undefined): string {
  if (value === undefined || value.length > LONGEST || !isLocalPath(value)) return HOME;
  const url = URL.parse(value, ORIGIN);
  const path = url?.origin === ORIGIN ? `${url.pathname}${url.search}${url.hash}` : HOME;
  return isLocalPath(path) ? path : HOME;
}

/** Starts with exactly one slash. Browsers treat a backslash as a slash and drop control characters. */
function isLocalPath(value: string): boolean {
  return /^\/(?![/\\])[^\\\p{Cc}]*$/u.test(value);
}

/** Parses a `next` parameter by `readNext`. */
export const nextShape = z.string().optional().catch(undefined).transform(readNext);

/** The fields that a sign-in form keeps when it is shown again. */
export const keptShape = z.object({ email: z.string().max(254).catch(""), next: nextShape });

/** The query parameters of a mailed link. */
export const linkShape = z.object({
  token: z
    .string()
    .regex(/^[\w-]{1,64}$/)
    .catch(""),
  next: nextShape,
});

/** The path of a sign-in page that returns to `next` afterwards. */
export function withNext(path: string, next: string, query: Readonly<Record<string, string>> = {}): string {
  const parameters = new URLSearchParams(next === HOME ? query : { ...query, next }).toString();
  return parameters === "" ? path : `${path}?${parameters}`;
}
