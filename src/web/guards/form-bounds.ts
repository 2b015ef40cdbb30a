/** Refuses forms that are too large: in bytes, and in number of fields. */
import { bodyLimit } from "hono/body-limit";
import { createMiddleware } from "hono/factory";
import { say } from "../../words/words.ts";
import { showProblem } from "../frame/errors.tsx";
import type { WebEnv } from "./context.ts";

const LARGEST_BODY = 256 * 1_024;
/** Room for a logo. It is more than a logo may have, so that the form itself can say what is wrong. */
const LARGEST_LOGO_FORM = 8 * 1_024 * 1_024;
const LOGO_FORMS: readonly string[] = ["/admin/settings/look/", "/admin/welcome/"];
/** Room for several pictures. Each may be smaller only, so that the form itself can say which is too large. */
const LARGEST_PICTURE_FORM = 48 * 1_024 * 1_024;
const PICTURE_FORM = /^\/social\/share\/(?:[\w-]+\/edit\/)?pictures\/$/;
/** Enough for several fields for each of several hundred accounts. */
const MOST_FIELDS = 2_000;

/** Refuses larger bodies than any of our forms sends. */
export const boundBodies = createMiddleware<WebEnv>(async (c, next) =>
  LOGO_FORMS.includes(c.req.path)
    ? await boundLogoForm(c, next)
    : await (PICTURE_FORM.test(c.req.path) ? boundPictureForm : boundForm)(c, next),
);

const boundForm = bodyLimit({
  maxSize: LARGEST_BODY,
  onError: (c) =>
    showProblem(c, 413, {
      title: say("This is too large"),
      problem: say("Nothing was changed. Shorten your text and try again."),
    }),
});

const boundLogoForm = bodyLimit({
  maxSize: LARGEST_LOGO_FORM,
  onError: (c) =>
    showProblem(c, 413, {
      title: say("This is too large"),
      problem: say("Nothing was changed. Use a logo of at most 4 MB."),
    }),
});

const boundPictureForm = bodyLimit({
  maxSize: LARGEST_PICTURE_FORM,
  onError: (c) =>
    showProblem(c, 413, {
      title: say("This is too large"),
      problem: say(
        "The pictures were not added. Go back, where your text still is, and add fewer at a time, each of at most 15 MB.",
      ),
    }),
});

/** Refuses forms with too many fields before they are parsed, except those with pictures: these count fields after sign-in. */
export const boundFields = createMiddleware<WebEnv>(async (c, next) =>
  LOGO_FORMS.includes(c.req.path) || PICTURE_FORM.test(c.req.path)
    ? await next()
    : await boundAllFields(c, next),
);

/** The same for all forms. Counts fields in the raw bytes. */
export const boundAllFields = createMiddleware<WebEnv>(async (c, next) => {
  const marker = fieldMarker(c.req.header("content-type") ?? "");
  // Hono caches the body, so that handlers can still parse it.
  if (marker !== undefined && countMarkers(Buffer.from(await c.req.arrayBuffer()), marker) > MOST_FIELDS)
    return showProblem(c, 413, {
      title: say("This is too large"),
      problem: say("Nothing was changed. The form has too many fields. Open the page again."),
    });
  await next();
  return undefined;
});

/** The text that each field of a form contains once; undefined if the body is not a form. */
function fieldMarker(type: string): string | undefined {
  if (/^\s*application\/x-www-form-urlencoded\b/i.test(type)) return "&";
  return /^\s*multipart\/form-data\b/i.test(type) ? "content-disposition" : undefined;
}

function countMarkers(bytes: Buffer, marker: string): number {
  const text = bytes.toString("latin1").toLowerCase();
  let count = 0;
  for (let at = text.indexOf(marker); at >= 0 && count <= MOST_FIELDS; at = text.indexOf(marker, at + 1))
    count += 1;
  return count;
}
