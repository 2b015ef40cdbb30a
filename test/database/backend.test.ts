import { expect, test } from "vitest";
import { backends } from "../../src/database/backend.ts";
import { emptyDatabaseUrl } from "../harness/database/database.ts";
import { addPerson, connectAccount } from "../harness/people/accounts.ts";
import { draftFor, shareTo } from "../harness/people/shares.ts";
import { startTestService } from "../harness/services/service.ts";

// PostgreSQL accepts the queue's SQL of every backend: what we send is what each of them would get.
test.each(backends)("the queue in the words of %s delivers shares", async (backend) => {
  const service = await startTestService({
    DATABASE_BACKEND: backend,
    DATABASE_URL: await emptyDatabaseUrl(),
  });
  const { runtime } = service;
  const person = await addPerson(runtime);
  const connection = await connectAccount(runtime, person, { platform: "twitter" });
  const [share] = await shareTo(runtime, person, draftFor([connection]));
  expect(share?.status).toBe("posted");
  await service.stop();
});
