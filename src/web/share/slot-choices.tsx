/** The choice of the next free slot of a weekly plan, beside the other choices of when a share goes out. */
import { z } from "zod";
import { listNextSlots, type NextSlot, type SlotChoice } from "../../sharing/slots/next-slot.ts";
import { formatSlot } from "../frame/time.tsx";
import { T, useWords } from "../frame/words.tsx";
import type { WebContext } from "../guards/context.ts";

/** More plans than these are not offered, soonest first. */
const MOST = 4;

const VALUE = /^slot(?:-(.+))?$/;

/** Returns the plan that a form names in `when`; undefined where it names none. */
export function readSlotChoice(when: string, zone: string): SlotChoice | undefined {
  const named = VALUE.exec(when);
  if (named === null) return undefined;
  const [, groupId] = named;
  return groupId === undefined || z.uuid().safeParse(groupId).success ? { groupId, zone } : undefined;
}

/** Returns the value of `when` for a plan. */
function slotValue({ groupId }: Pick<SlotChoice, "groupId">): string {
  return groupId === undefined ? "slot" : `slot-${groupId}`;
}

/** Returns the free slots to offer, soonest first. */
export async function offerSlots({ var: { runtime, person } }: WebContext): Promise<readonly NextSlot[]> {
  const slots = await listNextSlots(runtime, person, person.timeZone ?? "UTC");
  return slots.toSorted((one, other) => one.at.getTime() - other.at.getTime()).slice(0, MOST);
}

interface SlotChoicesProps {
  readonly slots: readonly NextSlot[];
  readonly chosen: SlotChoice | undefined;
  readonly zone: string;
}

export function SlotChoices({ slots, chosen, zone }: SlotChoicesProps) {
  const words = useWords();
  return (
    <>
      {slots.map((slot) => (
        <label>
          <input
            type="radio"
            name="when"
            value={slotValue(slot)}
            checked={chosen !== undefined && slotValue(chosen) === slotValue(slot)}
          />
          <span>
            {slot.name === undefined ? (
              <T moment={formatSlot(words, slot.at, zone)}>{"Next free slot: {moment}"}</T>
            ) : (
              <T group={slot.name} moment={formatSlot(words, slot.at, zone)}>
                {"Next free slot of {group}: {moment}"}
              </T>
            )}
          </span>
        </label>
      ))}
    </>
  );
}
