/** Every share makes only transitions of the table. */
import { type TransitionName, transitions } from "../../../../src/sharing/life/transitions.ts";
import type { Invariant } from "./invariant.ts";

const names = Object.keys(transitions) as TransitionName[];
const ways = new Set(
  names.flatMap((name) =>
    transitions[name].routes.flatMap(({ from, to }) => from.map((state) => `${state} → ${to}`)),
  ),
);

export const life: readonly Invariant[] = [
  {
    wrong: "a share went a way that no transition knows",
    find: ({ journal }) =>
      journal
        .filter(({ about, was, now }) => about === "share" && was !== null && now !== null && was !== now)
        .filter(({ was, now }) => !ways.has(`${was} → ${now}`))
        .map(({ n, subject, was, now }) => `${subject}: ${was} → ${now} in entry ${n}`),
  },
];
