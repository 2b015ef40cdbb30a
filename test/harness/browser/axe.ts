/** Checks a page for accessibility problems. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

const axePath = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

/** The problems that axe-core finds, as rule and element. */
export async function findFaults(on: Page): Promise<string[]> {
  // The page's policy blocks foreign scripts, so axe runs in an isolated world.
  const client = await on.context().newCDPSession(on);
  const { frameTree } = await client.send("Page.getFrameTree");
  const { executionContextId } = await client.send("Page.createIsolatedWorld", {
    frameId: frameTree.frame.id,
  });
  await client.send("Runtime.evaluate", {
    expression: await readFile(axePath, "utf8"),
    contextId: executionContextId,
  });
  const { result } = await client.send("Runtime.evaluate", {
    expression:
      "axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'], resultTypes: ['violations'] }).then((found) => found.violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => id + ': ' + target)))",
    contextId: executionContextId,
    awaitPromise: true,
    returnByValue: true,
  });
  await client.detach();
  return result.value as string[];
}
