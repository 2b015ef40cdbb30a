/** Blocking and leaving. Ana and Ben are both operators. */
import { block, deletePerson } from "../../../../src/people/standing.ts";
import { anyProcess, type Chance, type Scene } from "../scene.ts";
import { act, type Play } from "./act.ts";

const visitor = { headers: new Headers(), ipAddress: undefined };

type Person = { readonly id: string };

/** As the page *People* does it. */
async function blockSomebody(scene: Scene, chance: Chance, actor: Person, other: Person): Promise<string> {
  const runtime = anyProcess(scene, chance);
  const blocked = await block(runtime, actor, visitor, other.id);
  return typeof blocked === "string" ? blocked : "refused";
}

export const blockAna: Play = async (scene, chance) => {
  const { ana, ben } = scene;
  if (ben === undefined) return;
  await act(scene, { by: "ben", verb: "blockAna", name: `Ben blocks Ana ${ana.id}`, subject: ana.id }, () =>
    blockSomebody(scene, chance, ben, ana),
  );
};

export const blockBen: Play = async (scene, chance) => {
  const { ana, ben } = scene;
  if (ben === undefined) return;
  await act(scene, { by: "ana", verb: "blockBen", name: `Ana blocks Ben ${ben.id}`, subject: ben.id }, () =>
    blockSomebody(scene, chance, ana, ben),
  );
};

/** As the account page does it. */
async function leaveForGood(scene: Scene, chance: Chance, person: Person): Promise<string> {
  const left = await deletePerson(anyProcess(scene, chance), person, visitor);
  if (left === "not-found") return left;
  return "problem" in left ? "refused" : "done";
}

export const leave: Play = async (scene, chance) => {
  const { ana } = scene;
  await act(scene, { by: "ana", verb: "leave", name: `Ana leaves ${ana.id}`, subject: ana.id }, () =>
    leaveForGood(scene, chance, ana),
  );
};

export const benLeaves: Play = async (scene, chance) => {
  const { ben } = scene;
  if (ben === undefined) return;
  await act(scene, { by: "ben", verb: "benLeaves", name: `Ben leaves ${ben.id}`, subject: ben.id }, () =>
    leaveForGood(scene, chance, ben),
  );
};
