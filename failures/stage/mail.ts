/** What email must do whatever is wrong with its server. */
import assert from "node:assert/strict";
import { freePort } from "../../test/harness/networks/networks.ts";
import { type MailServer, startMailServer } from "../../test/harness/people/mail-server.ts";
import { createVisitor } from "../../test/harness/people/visitor.ts";
import { waitFor } from "../../test/harness/wait.ts";
import { withFleet } from "./world.ts";

/** Far below the timeouts of an SMTP session. */
const PAGE_WITHIN_MS = 5_000;

interface Trouble {
  /** Starts the trouble at this port. @returns a function that ends it */
  begin(port: number): Promise<() => Promise<void>>;
}

/** Ten people request a link while email does not work, and get it once it does. */
export async function playMail({ begin }: Trouble, say: (line: string) => void): Promise<void> {
  const port = await freePort();
  const changes = { SOCIAL_MAIL_URL: `smtp://127.0.0.1:${port}`, SOCIAL_MAIL_FROM: "share@example.com" };
  await withFleet({ people: 10, workers: 1, networks: [], changes }, async (fleet) => {
    const end = await begin(port);
    const times: number[] = [];
    for (const { email } of fleet.members) {
      const startedAt = performance.now();
      const page = await createVisitor(fleet).post("/login/link/", { email });
      times.push(performance.now() - startedAt);
      assert.match(await page.text(), /Check your email/);
    }
    const slowest = Math.max(...times);
    say(`the slowest of 10 pages took ${slowest.toFixed(0)} ms`);
    assert.ok(slowest < PAGE_WITHIN_MS, "A page waited for the mail server.");
    await waitFor("a failure in the log", () =>
      fleet.output().includes("a letter could not be sent") ? true : undefined,
    );
    await end();
    const server: MailServer = await startMailServer({ port });
    try {
      const startedAt = performance.now();
      await waitFor("10 letters", () => (server.taken.length >= 10 ? true : undefined), 240_000);
      const seconds = ((performance.now() - startedAt) / 1_000).toFixed(0);
      say(`all 10 links arrived within ${seconds} s of the server being back, ${server.taken.length} in all`);
      const addresses = new Set(server.taken.map(({ to }) => to));
      assert.equal(addresses.size, 10);
      assert.equal(server.taken.length, 10, "A letter came twice.");
      const failures = fleet.output().split("a letter could not be sent").length - 1;
      say(`${failures} lines in the log tell of it`);
    } finally {
      await server.stop();
    }
  });
}
