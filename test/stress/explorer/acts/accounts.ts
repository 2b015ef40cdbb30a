/** What happens to Ana's accounts: actions by her, by Ben, and by the networks. */
import { randomUUID } from "node:crypto";
import { eq } from "drizzle-orm";
import { signRequest } from "../../../../emulator/meta/signed-request.ts";
import { demoSecret } from "../../../../src/cli/demo/demo-apps.ts";
import { keepGroup } from "../../../../src/connections/change-groups.ts";
import { type ConnectionRow, parsePlatformName } from "../../../../src/connections/connection.ts";
import { disconnect as endConnection } from "../../../../src/connections/disconnect.ts";
import { rotateKeys } from "../../../../src/connections/keys/rotate-keys.ts";
import { deauthorize, forgetOwner } from "../../../../src/connections/owner-calls/owner-calls.ts";
import { verifyConnection } from "../../../../src/connections/verify.ts";
import { socialConnections } from "../../../../src/database/schema.ts";
import { releaseShares } from "../../../../src/sharing/delivery/release.ts";
import { connectAccount, dance, NotConnected } from "../../../harness/people/accounts.ts";
import { endTokenAt } from "../networks.ts";
import { anyProcess, type Chance, choiceOf, type Scene } from "../scene.ts";
import { act, type Play } from "./act.ts";

/** Acts on one of Ana's accounts, as it is now, if it still exists. */
function aboutOne(
  { verb, name }: { readonly verb: string; readonly name: string },
  work: (scene: Scene, chance: Chance, account: ConnectionRow) => Promise<string>,
): Play {
  return async (scene, chance) => {
    const { id } = chance.pick(scene.connections);
    const account = await readAccount(scene, id);
    if (account === undefined) return;
    await act(scene, { by: "ana", verb, name: `Ana ${name} ${account.platform}`, subject: id }, () =>
      work(scene, chance, account),
    );
  };
}

async function readAccount({ laboratory: { A } }: Scene, id: string): Promise<ConnectionRow | undefined> {
  const [row] = await A.database.select().from(socialConnections).where(eq(socialConnections.id, id));
  return row;
}

export const disconnect = aboutOne({ verb: "disconnect", name: "disconnects" }, (scene, chance, { id }) =>
  endConnection(anyProcess(scene, chance), scene.ana, id),
);

export const reconnect = aboutOne(
  { verb: "reconnect", name: "connects again:" },
  async (scene, chance, account) => {
    const connected = await connectAgain(scene, chance, account);
    if ("refused" in connected) return connected.refused;
    await releaseShares(anyProcess(scene, chance), [connected.id]);
    return "connected";
  },
);

/** The process ends after it stored the account, and before it released the shares that wait for it. */
export const reconnectInAProcessThatDies = aboutOne(
  { verb: "reconnectInAProcessThatDies", name: "connects again, in a process that dies then," },
  async (scene, chance, account) => {
    const connected = await connectAgain(scene, chance, account);
    return "refused" in connected ? connected.refused : "connected";
  },
);

/** Refused with words that a page shows: the network failed her, or she left meanwhile. */
async function connectAgain(
  { laboratory, ana, connections }: Scene,
  chance: Chance,
  { id, platform }: ConnectionRow,
): Promise<{ readonly id: string } | { readonly refused: string }> {
  const { A, B } = laboratory;
  const choice = choiceOf(laboratory, parsePlatformName(platform));
  // With its original name, because we may have been made to forget it.
  const name = connections.find((connection) => connection.id === id)?.account.displayName;
  const pick = platform === "facebook" && name !== undefined ? { pick: name } : {};
  try {
    return await connectAccount(chance.happens(0.5) ? A : B, ana, { ...choice, ...pick });
  } catch (error) {
    if (error instanceof NotConnected) return { refused: `refused: ${error.message}` };
    throw error;
  }
}

/** Authorises us for her Pages, but never chooses any of them. */
export const neverChoose: Play = async (scene, chance) => {
  const { laboratory, ana } = scene;
  await act(
    scene,
    { by: "ana", verb: "neverChoose", name: "Ana connects and never chooses facebook", subject: ana.id },
    async () => {
      const dancer = { person: ana, sessionId: randomUUID() };
      return await danceOnly(anyProcess(scene, chance), dancer, choiceOf(laboratory, "facebook"));
    },
  );
};

async function danceOnly(...how: Parameters<typeof dance>): Promise<string> {
  try {
    return (await dance(...how)).outcome;
  } catch (error) {
    if (error instanceof NotConnected) return `refused: ${error.message}`;
    throw error;
  }
}

/** Ben signs in at the network as Ana, whose account belongs to her here. */
export const takeAnothersAccount: Play = async (scene, chance) => {
  const { laboratory, ben, networks } = scene;
  if (ben === undefined) return;
  const name = chance.pick(networks);
  await act(
    scene,
    {
      by: "ben",
      verb: "takeAnothersAccount",
      name: `Ben connects Ana's account on ${name}`,
      subject: ben.id,
    },
    async () => {
      const dancer = { person: ben, sessionId: randomUUID() };
      return await danceOnly(anyProcess(scene, chance), dancer, choiceOf(laboratory, name));
    },
  );
};

export const verify = aboutOne({ verb: "verify", name: "has checked" }, async (scene, chance, { id }) => {
  const { outcome } = await verifyConnection(anyProcess(scene, chance), scene.ana, id);
  return outcome;
});

export const group: Play = async (scene, chance) => {
  const { ana, draft } = scene;
  await act(scene, { by: "ana", verb: "group", name: "Ana makes a group", subject: ana.id }, async () => {
    const connectionIds = [...draft.connectionIds];
    const problem = await keepGroup(anyProcess(scene, chance), ana, { name: "All", connectionIds });
    return problem === undefined ? "kept" : "refused";
  });
};

export const endToken = aboutOne(
  { verb: "endToken", name: "loses a token at" },
  async (scene, chance, account) => {
    const how = chance.happens(0.5) ? "expired" : "revoked";
    endAtNetwork(scene, account, how);
    return how;
  },
);

function endAtNetwork(
  { laboratory: { A, emulator } }: Scene,
  { platform, accessTokenEnc }: ConnectionRow,
  how: "expired" | "revoked",
): void {
  if (accessTokenEnc === null) return;
  endTokenAt(emulator, parsePlatformName(platform), { token: A.vault.decrypt(accessTokenEnc), how });
}

/** The networks that notify us themselves. */
const meta: readonly string[] = ["facebook", "instagram", "threads"];

/** By its signed call: the person, and when it was made. */
function signed(account: ConnectionRow, issuedAt: Date): { readonly signed_request: string } {
  const userId = account.grantedBy?.split(":")[1] ?? account.platformUserId;
  return {
    signed_request: signRequest(demoSecret, { userId, issuedAt: Math.floor(issuedAt.getTime() / 1_000) }),
  };
}

/** Ana removes the app there; the network ends the tokens and notifies us. */
export const removeApp = aboutOne(
  { verb: "removeApp", name: "removes the app at" },
  async (scene, chance, account) => {
    const runtime = anyProcess(scene, chance);
    const platform = parsePlatformName(account.platform);
    endAtNetwork(scene, account, "revoked");
    if (!meta.includes(platform)) return "removed there, and nobody told us";
    const form = signed(account, runtime.now());
    return (await deauthorize(runtime, { platform, form })) ? "told" : "not believed";
  },
);

const FORTY_DAYS_MS = 40 * 86_400_000;

/** A call from before Ana connected, repeated. */
export const hearOldNews = aboutOne(
  { verb: "hearOldNews", name: "is said, long ago, to have removed the app at" },
  async (scene, chance, account) => {
    const runtime = anyProcess(scene, chance);
    const platform = parsePlatformName(account.platform);
    if (!meta.includes(platform)) return "no such call";
    const form = signed(account, new Date(runtime.now().getTime() - FORTY_DAYS_MS));
    await deauthorize(runtime, { platform, form });
    const after = await readAccount(scene, account.id);
    const wasEnded = after?.errorCode === "removed-there" && account.errorCode !== "removed-there";
    if (wasEnded && account.accessTokenEnc !== null)
      scene.wrongs.push({
        what: "a call of long ago ended an account that was connected since",
        details: platform,
      });
    return "heard";
  },
);

export const forget = aboutOne(
  { verb: "forget", name: "wants to be forgotten, as says" },
  async (scene, chance, account) => {
    const runtime = anyProcess(scene, chance);
    const platform = parsePlatformName(account.platform);
    if (!meta.includes(platform)) return "no such call";
    endAtNetwork(scene, account, "revoked");
    const form = signed(account, runtime.now());
    return (await forgetOwner(runtime, { platform, form })) === undefined ? "not believed" : "forgotten";
  },
);

export const changeKeys: Play = async (scene, chance) => {
  await act(
    scene,
    { by: "process", verb: "changeKeys", name: "The operator changes keys", subject: scene.ana.id },
    async () => {
      const { changed } = await rotateKeys(anyProcess(scene, chance));
      return `${changed} changed`;
    },
  );
};
