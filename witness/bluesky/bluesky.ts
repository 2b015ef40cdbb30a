/**
 * The reference server of Bluesky's protocol: each exchange beside that of the simulated one, and the journey of an account
 * through the product.
 */
import { writeFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { startEmulator } from "../../emulator/server.ts";
import type { BlueskyPlace } from "../../test/harness/networks/bluesky/app.ts";
import { type Exchange, playExchanges } from "../../test/harness/networks/bluesky/exchanges.ts";
import { approve } from "../../test/harness/networks/consent.ts";
import { control } from "../../test/harness/networks/networks.ts";
import type { Finding, Report } from "../findings.ts";
import { decideAtReference } from "./consent.ts";
import { playJourney } from "./journey.ts";
import { createAccount, packages, type ReferenceServer, setStatus, startReference } from "./server.ts";

/** The simulated account whose server also signs people in, as on the reference server. */
const simulated = { did: "did:plc:carla23runs4her5server22", handle: "carla.bsky.test" };

/** @throws {Absent} */
export async function askBluesky(record?: string): Promise<Report> {
  const server = await startReference();
  try {
    return await ask(server, record);
  } finally {
    await server.stop();
  }
}

async function ask(server: ReferenceServer, record: string | undefined): Promise<Report> {
  const reference = await playReference(server);
  if (record !== undefined) writeFileSync(record, `${JSON.stringify(reference, null, 2)}\n`);
  return {
    witness: `Bluesky's @atproto/pds ${packages["@atproto/pds"]}`,
    findings: [...compare(reference, await playEmulator()), ...(await playJourney(server))],
  };
}

async function playReference(server: ReferenceServer): Promise<Exchange[]> {
  const account = await createAccount(server, "ana");
  return await playExchanges({
    ...{ issuer: server.address, server: server.address, did: account.did, handle: account.handle },
    decide: (address, decision) => decideAtReference(address, account, decision),
    setStatus: (status) => setStatus(server, account, status),
  });
}

async function playEmulator(): Promise<Exchange[]> {
  const emulator = await startEmulator();
  const { origin } = emulator.bluesky;
  const place: BlueskyPlace = {
    ...{ issuer: origin, server: origin, ...simulated },
    decide: (address, decision) => approve(address, { account: "carla", refuse: decision === "refuse" }),
    setStatus: async (status) => {
      await control(emulator.bluesky, "POST", "accounts", { username: "carla", status });
    },
  };
  return await playExchanges(place).finally(() => emulator.stop());
}

function compare(reference: readonly Exchange[], emulated: readonly Exchange[]): Finding[] {
  const differences = reference.flatMap((right, index): Finding[] => {
    const ours = emulated[index];
    if (isDeepStrictEqual(right, ours)) return [];
    const seen = `${JSON.stringify(right)}, but simulated ${JSON.stringify(ours)}`;
    return [{ tried: right.name, seen, isBroken: true }];
  });
  const same = reference.length - differences.length;
  return [
    { tried: "each exchange", seen: `${same} of ${reference.length} alike`, isBroken: false },
    ...differences,
  ];
}
