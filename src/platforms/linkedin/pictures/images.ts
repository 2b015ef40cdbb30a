/** Fits and uploads pictures for posts and cards (docs/networks/linkedin.md, section 6). Publishes nothing. */
import { z } from "zod";
import { measurePicture } from "../../../pictures/open.ts";
import { say } from "../../../words/words.ts";
import { bearer } from "../../call/oauth2.ts";
import { callSafely } from "../../call/request.ts";
import { type Picture, PlatformError, type Tokens } from "../../platform.ts";
import { fitPicture, picturesWait } from "../../posts/pictures.ts";
import { callApi, type Parts, persist, unreadable } from "../call.ts";
import { type Circumstances, toError } from "../errors.ts";

const TAKEN = ["image/jpeg", "image/png", "image/gif"];
const MOST_BYTES = 5 * 1_024 * 1_024;
const MOST_PIXELS = 36_152_320;
const MOST_FRAMES = 250;

const addressShape = z.object({ value: z.object({ uploadUrl: z.url(), image: z.string().min(1) }) });

export interface Upload {
  readonly parts: Parts;
  readonly tokens: Tokens;
  /** The URN of the author who will post it. */
  readonly owner: string;
  readonly circumstances: Circumstances;
}

/** Returns the image’s URN. @throws {PlatformError} */
export async function uploadImage(upload: Upload, picture: Picture): Promise<string> {
  const fitting = await makeFit(picture);
  return await persist(upload.parts, () => uploadOnce(upload, fitting));
}

async function makeFit(picture: Picture): Promise<Picture> {
  const facts = await measurePicture(picture.bytes);
  if (facts === "later") throw picturesWait();
  const isModest =
    facts !== "unusable" && facts.width * facts.height < MOST_PIXELS && facts.frames <= MOST_FRAMES;
  return await fitPicture(picture, { types: isModest ? TAKEN : [], maxBytes: MOST_BYTES });
}

async function uploadOnce(
  { parts, tokens, owner, circumstances }: Upload,
  { bytes }: Picture,
): Promise<string> {
  const asked = await callApi(parts, tokens, {
    method: "POST",
    path: "/rest/images?action=initializeUpload",
    json: { initializeUploadRequest: { owner } },
  });
  if (asked.status !== 200) throw toError(asked, circumstances);
  const address = addressShape.safeParse(asked.body).data?.value;
  if (address === undefined || !isLinkedins(address.uploadUrl, parts)) throw unreadable(asked);
  const headers = bearer(tokens);
  const { status } = await callSafely(parts.world.fetch, {
    method: "PUT",
    url: address.uploadUrl,
    headers,
    bytes,
  });
  if (status === 201 || status === 200) return address.image;
  if (status === 413 || status === 415) {
    const message = say("LinkedIn did not accept this picture.");
    throw new PlatformError("rejected", { code: "picture-refused", message, status });
  }
  throw toError({ ...asked, status, body: undefined }, circumstances);
}

/** Whether the upload address is LinkedIn’s: we send the token nowhere else, whatever an answer says. */
function isLinkedins(address: string, { origin, apiOrigin }: Parts): boolean {
  const url = new URL(address);
  const isOurs = url.origin === origin || url.origin === apiOrigin;
  return isOurs || (url.protocol === "https:" && url.hostname.endsWith(".linkedin.com"));
}
