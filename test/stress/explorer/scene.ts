/** The setting of a schedule: Ana and Ben, their accounts, what they have requested, and what they were told. */

import type { Connection } from "../../../src/connections/connection.ts";
import { type PlatformName, platformNames } from "../../../src/platforms/networks.ts";
import type { OpenRuntime } from "../../../src/service/runtime.ts";
import type { ShareDraft } from "../../../src/sharing/requests/submit.ts";
import { type AccountChoice, connectAccount } from "../../harness/people/accounts.ts";
import { draftFor, submit } from "../../harness/people/shares.ts";
import { type Dice, rollDice } from "../torture/dice.ts";
import type { Kind } from "./kinds.ts";
import type { Laboratory } from "./laboratory.ts";

export interface Scene {
  readonly laboratory: Laboratory;
  readonly seed: number;
  readonly kind: Kind;
  readonly ana: { readonly id: string };
  readonly ben: { readonly id: string } | undefined;
  /** The networks on which Ana has accounts. */
  readonly networks: readonly PlatformName[];
  /** Ana's accounts, as first connected. A reconnected account keeps its id. */
  readonly connections: readonly Connection[];
  /** What Ana requested at the start. */
  readonly requestId: string;
  readonly draft: ShareDraft;
  /** Each action and its result. */
  readonly acts: Act[];
  /** How often a person said of an unconfirmed share that it should be sent again, by its id. */
  readonly anew: Set<string>;
  /** What an action itself found to be wrong. */
  readonly wrongs: Wrong[];
  /** A word that is in no other share's text. */
  nextWord(): string;
}

export interface Wrong {
  /** The broken promise, in the same words each time. */
  readonly what: string;
  readonly details: string;
}

export interface Act {
  readonly verb: string;
  readonly name: string;
  /** Its subject: a share, a request, a connection, a person. */
  readonly subject: string;
  /** Its numbers in the journal. */
  readonly begun: number;
  readonly ended: number;
  readonly outcome: string;
}

/** Only these dice decide what the seed decides here, whatever else runs. */
export interface Chance {
  readonly dice: Dice;
  pick<T>(from: readonly T[]): T;
  /** @param probability from 0 to 1 */
  happens(probability: number): boolean;
}

/** @param about what is decided; each subject has separate dice */
export function chanceOf(seed: number, about: string): Chance {
  let mixed = seed * 7_919 + 13;
  for (const letter of about) mixed = Math.imul(mixed ^ (letter.codePointAt(0) ?? 0), 0x01000193);
  const dice = rollDice(mixed);
  return {
    dice,
    pick: (from) => {
      const picked = from[Math.floor(dice.next() * from.length)];
      if (picked === undefined) throw new Error("There is nothing to pick from.");
      return picked;
    },
    happens: (probability) => dice.next() < probability,
  };
}

/** Kinds with a second active person. */
const withBen: readonly Kind[] = ["leave", "block", "mixed"];
const HOUR_MS = 3_600_000;

export async function setScene(laboratory: Laboratory, kind: Kind, seed: number): Promise<Scene> {
  await laboratory.reset();
  const chance = chanceOf(seed, `${kind} scene`);
  const { A } = laboratory;
  let words = 0;
  const nextWord = () => {
    words += 1;
    return `word${seed}x${String(words).padStart(3, "0")}`;
  };
  const ana = await laboratory.addPerson("Ana");
  const networks = pickSome(chance, platformNames, 1 + Math.floor(chance.dice.next() * 2));
  const connections: Connection[] = [];
  for (const name of networks) connections.push(await connectAccount(A, ana, choiceOf(laboratory, name)));
  // One grant of a person on Facebook gives access to both of their Pages.
  if (networks.includes("facebook") && chance.happens(0.5))
    connections.push(
      await connectAccount(A, ana, { ...choiceOf(laboratory, "facebook"), pick: "Lima Events" }),
    );
  const needsPicture = networks.includes("instagram") || chance.happens(0.5);
  const draft = draftOf(nextWord(), connections, needsPicture ? laboratory.image : undefined);
  const isScheduled = kind === "schedule" || ((kind === "mixed" || kind === "block") && chance.happens(0.35));
  const at = isScheduled ? { at: new Date(A.now().getTime() + HOUR_MS) } : {};
  const requestId = await submit(A, ana, { ...draft, ...at });
  const ben = withBen.includes(kind) ? await addBen(laboratory, { networks, nextWord }) : undefined;
  return {
    ...{ laboratory, seed, kind, ana, ben, networks, connections, requestId, draft, nextWord },
    acts: [],
    anew: new Set(),
    wrongs: [],
  };
}

/** Ben shares something on one of Ana's networks, so that one worker holds shares of both. */
async function addBen(
  laboratory: Laboratory,
  { networks, nextWord }: { readonly networks: readonly PlatformName[]; nextWord(): string },
): Promise<{ readonly id: string }> {
  const { A } = laboratory;
  const ben = await laboratory.addPerson("Ben");
  const [name = "mastodon"] = networks;
  const connection = await connectAccount(A, ben, choiceOf(laboratory, name, "ben"));
  await submit(A, ben, draftOf(nextWord(), [connection], laboratory.image));
  return ben;
}

/** The word is in the message and in the title. The page's address, which is a part of texts, has a different one. */
export function draftOf(
  word: string,
  connections: readonly Connection[],
  image: string | undefined,
): ShareDraft {
  return draftFor(connections, {
    page: {
      url: `https://blog.example.com/${word.replace("word", "page")}`,
      title: `Why ${word}`,
      description: "",
      image,
    },
    message: `Worth ${word}`,
  });
}

export function choiceOf(
  { emulator }: Laboratory,
  platform: PlatformName,
  account: "ana" | "ben" = "ana",
): AccountChoice {
  return {
    platform,
    account,
    ...(platform === "mastodon" ? { server: `mastodon.localhost:${emulator.mastodon.port}` } : {}),
    ...(platform === "instagram" ? { way: "instagram" } : {}),
    ...(platform === "linkedin" ? { way: "profile" } : {}),
  };
}

function pickSome<T>(chance: Chance, from: readonly T[], number: number): readonly T[] {
  const left = [...from];
  return Array.from({ length: number }, () => {
    const picked = chance.pick(left);
    left.splice(left.indexOf(picked), 1);
    return picked;
  });
}

/** One of the two processes. */
export function anyProcess({ laboratory: { A, B } }: Scene, chance: Chance): OpenRuntime {
  return chance.happens(0.5) ? A : B;
}

/** Sorted the same way each time, because ids are random. */
export function inOrder<T extends { readonly connectionId: string; readonly createdAt: Date }>(
  { connections }: Pick<Scene, "connections">,
  shares: readonly T[],
): T[] {
  const place = ({ connectionId }: T) => {
    const found = connections.findIndex(({ id }) => id === connectionId);
    return found === -1 ? connections.length : found;
  };
  return shares.toSorted(
    (one, other) => one.createdAt.getTime() - other.createdAt.getTime() || place(one) - place(other),
  );
}
