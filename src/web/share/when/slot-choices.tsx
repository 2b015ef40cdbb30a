/** The choice of the next free slot of a weekly plan, beside the other choices of when a share goes out. */
import type { SlotChoice } from "../../../sharing/requests/schedule.ts";
import { listNextSlots, type NextSlot } from "../../../sharing/slots/next-slot.ts";
import { formatSlot } from "../../frame/time.tsx";
import { T, useWords } from "../../frame/words.tsx";
import type { WebContext } from "../../guards/context.ts";

/** More plans than these are not offered, soonest first. */
const MOST = 4;

/** The value of `when` for a plan: "slot", or "slot-" and the id of its group. */
export const SLOT_VALUE = /^slot(?:-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}))?$/;

/** Returns the plan that a form names in `when`; undefined if it names none. */
export function readSlotChoice(when: string, zone: string): SlotChoice | undefined {
  const named = SLOT_VALUE.exec(when);
  return named === null ? undefined : { groupId: named[1], zone };
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
  readonly zone: string | undefined;
}

export function SlotChoices({ slots, chosen, zone }: SlotChoicesProps) {
  const words = useWords();
  return (
    <>
      {slots.map((slot) => (
        <label class="chip">
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
