/** Chips that tick all accounts or a group of them, and untick them where all are ticked. Without JavaScript they post the form. */
import { z } from "zod";
import type { AccountGroup } from "../../../connections/groups.ts";
import { T } from "../../frame/words.tsx";

const ALL = "all";

interface ToggleChipsProps {
  /** Ids of the connections that can be chosen. */
  readonly all: readonly string[];
  readonly groups: readonly AccountGroup[];
  readonly chosen: readonly string[];
  /** The path that the form is posted to. */
  readonly findAt: string;
}

export function ToggleChips({ all, groups, chosen, findAt }: ToggleChipsProps) {
  const one = (value: string, members: readonly string[]) => ({
    value,
    "data-members": members.join(" "),
    "aria-pressed": members.every((id) => chosen.includes(id)) ? ("true" as const) : ("false" as const),
  });
  const button = { type: "submit", name: "toggle", formaction: findAt, formnovalidate: true } as const;
  return (
    <>
      {all.length > 1 && (
        <button class="chip" {...button} {...one(ALL, all)}>
          <T>All</T>
        </button>
      )}
      {groups.map(({ id, name, connectionIds }) => {
        const members = connectionIds.filter((member) => all.includes(member));
        return (
          members.length > 0 && (
            <button class="chip" {...button} {...one(id, members)}>
              {name}
            </button>
          )
        );
      })}
    </>
  );
}

const shape = z.object({ toggle: z.string().optional().catch(undefined) });

interface Choosable {
  readonly all: readonly string[];
  readonly groups: readonly AccountGroup[];
}

/**
 * Returns the ticked connections after the pressed chip, or as they are if none was pressed.
 * @param body the posted form
 */
export function applyToggle(
  body: Readonly<Record<string, unknown>>,
  chosen: readonly string[],
  { all, groups }: Choosable,
): readonly string[] {
  const { toggle } = shape.parse(body);
  const group = groups.find(({ id }) => id === toggle);
  const members = toggle === ALL ? all : (group?.connectionIds.filter((id) => all.includes(id)) ?? []);
  if (members.every((id) => chosen.includes(id))) return chosen.filter((id) => !members.includes(id));
  return [...new Set([...chosen, ...members])];
}
