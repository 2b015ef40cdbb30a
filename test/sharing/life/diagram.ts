/**
 * The transitions as docs/architecture.md shows them: a diagram of the states, and a table of what each transition
 * does.
 */
import type { TransitionName } from "../../../src/sharing/life/transitions.ts";
import { beginnings, transitions } from "../../../src/sharing/life/transitions.ts";

const names = Object.keys(transitions) as TransitionName[];

/** The whole text, as in the document. */
export function drawLife(): string {
  return [...drawDiagram(), "", ...drawTable()].join("\n");
}

function drawDiagram(): string[] {
  const arrows = new Map<string, Set<string>>();
  for (const name of names)
    for (const { from, to } of transitions[name].routes)
      for (const state of from) {
        const arrow = `${state} --> ${to}`;
        arrows.set(arrow, (arrows.get(arrow) ?? new Set()).add(name));
      }
  return [
    "```mermaid",
    "stateDiagram-v2",
    ...beginnings.map((state) => `  [*] --> ${state}`),
    ...[...arrows].map(([arrow, by]) => `  ${arrow}: ${[...by].join(", ")}`),
    "```",
  ];
}

function drawTable(): string[] {
  const rows = names.map((name) => {
    const { when, gives } = transitions[name];
    const puts = putsOf(name);
    const cleared = [...puts].flatMap(([column, value]) => (value === null ? [column] : []));
    const set = [...gives, ...[...puts].flatMap(([column, value]) => (value === null ? [] : [column]))];
    return `| \`${name}\` | ${when} | ${list(set)} | ${list(cleared)} | ${alsoOf(name)} |`;
  });
  return [
    "| Transition | When | Sets | Clears | In the same transaction |",
    "| --- | --- | --- | --- | --- |",
    ...rows,
  ];
}

function putsOf(name: TransitionName): ReadonlyMap<string, unknown> {
  const { routes, ...transition } = transitions[name];
  const all = [
    "puts" in transition ? transition.puts : {},
    ...routes.map((route) => ("puts" in route ? route.puts : {})),
  ];
  return new Map(all.flatMap((puts) => Object.entries(puts)));
}

function list(columns: readonly string[]): string {
  return [...new Set(columns)].filter((column) => column !== "updatedAt").join(", ");
}

function alsoOf(name: TransitionName): string {
  const transition = transitions[name];
  const job = "enqueues" in transition ? ["a job"] : [];
  const event = "audit" in transition ? [`\`${transition.audit}\` in the audit log`] : [];
  return [...job, ...event].join(", ");
}
