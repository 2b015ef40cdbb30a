/** Pictures for tests: one for a page, and a public address for what a network fetches. */
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import sharp from "sharp";
import type { Picture } from "../../../src/platforms/platform.ts";

const drawn = new Map<string, Promise<Uint8Array>>();

/** A PNG of this size in one colour. */
export async function drawPicture(width: number, height: number, background = "teal"): Promise<Uint8Array> {
  const key = `${width} ${height} ${background}`;
  const bytes =
    drawn.get(key) ??
    sharp({ create: { width, height, channels: 3, background } })
      .png()
      .toBuffer();
  drawn.set(key, bytes);
  return await bytes;
}

/** The picture of the page that `makePost` shares. */
export async function pagePicture(): Promise<Picture> {
  return { bytes: await drawPicture(1_200, 630), type: "image/png", alt: "A house by the sea" };
}

const hosted = new Map<string, Picture>();

const server = createServer((request, response) => {
  const picture = hosted.get(request.url ?? "");
  if (picture === undefined) response.writeHead(404).end();
  else response.writeHead(200, { "content-type": picture.type }).end(picture.bytes);
}).unref();

let listening: Promise<number> | undefined;

/** Serves the picture on this machine until the process ends. @returns its address */
export async function hostPicture(picture: Picture): Promise<string> {
  listening ??= new Promise((done, fail) => {
    server.once("error", fail).listen(0, "127.0.0.1", () => {
      const address = server.address();
      done(address !== null && typeof address === "object" ? address.port : 0);
    });
  });
  const path = `/${randomUUID()}.jpg`;
  hosted.set(path, picture);
  return `http://127.0.0.1:${await listening}${path}`;
}
