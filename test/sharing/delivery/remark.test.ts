/** A post that is there, but without something that belongs to it: the share is posted, and its person is told what is missing. */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { getShareRequest } from "../../../src/sharing/record/history.ts";
import { inEnglish } from "../../../src/words/words.ts";
import { control } from "../../harness/networks/networks.ts";
import { drawPicture } from "../../harness/networks/pictures.ts";
import { addPerson } from "../../harness/people/accounts.ts";
import { draftFor, submit } from "../../harness/people/shares.ts";
import { startTwoWorkers, type TwoWorkers } from "../../harness/services/two-workers.ts";

let workers: TwoWorkers;
let site: Server;
let image: string;

beforeAll(async () => {
  workers = await startTwoWorkers();
  const picture = await drawPicture(1_200, 630);
  site = createServer((_request, response) =>
    response.writeHead(200, { "content-type": "image/png" }).end(picture),
  );
  await once(site.listen(0, "127.0.0.1"), "listening");
  const bound = site.address();
  if (bound === null || typeof bound === "string") throw new Error("The site has no port.");
  image = `http://127.0.0.1:${bound.port}/hero.png`;
});
afterAll(async () => {
  site.close().closeAllConnections();
  await workers.stop();
});

test.each([
  [
    "a comment that is refused",
    "permission-missing",
    /^It was posted without the comment that holds the link\./,
  ],
  ["nothing where the comment is there", undefined, undefined],
])("%s is told", async (_what, problem, told) => {
  await workers.reset();
  const { runtime } = workers.a;
  const ana = await addPerson(runtime);
  const instagram = await workers.connect(ana, "instagram");
  if (problem !== undefined)
    await control(workers.emulator.instagram, "POST", "problems", {
      endpoint: "POST /:version/:id/comments",
      problem,
    });
  const draft = draftFor([instagram], { ownOptions: { [instagram.id]: { comment: true } } });
  const requestId = await submit(runtime, ana, { ...draft, page: { ...draft.page, image } });
  const [waiting] = (await getShareRequest(runtime, ana, requestId))?.shares ?? [];
  await workers.carryOn(workers.a, waiting?.id ?? "");
  const [share] = (await getShareRequest(runtime, ana, requestId))?.shares ?? [];
  expect(share).toMatchObject({ status: "posted", text: "Worth a read" });
  expect(share?.problem && inEnglish(share.problem)).toEqual(
    told === undefined ? undefined : expect.stringMatching(told),
  );
});
