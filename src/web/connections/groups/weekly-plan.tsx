/** A weekly plan: its times, each with a button that removes it, and a form that adds one on several days at once. */
import type { Slot } from "../../../sharing/slots/plans.ts";
import type { Told } from "../../../words/words.ts";
import { listWeekdays, nameWeekday } from "../../calendar/calendar-days.ts";
import { Banner } from "../../frame/banner.tsx";
import { Sign } from "../../frame/icons.tsx";
import { T, useWords } from "../../frame/words.tsx";

interface WeeklyPlanProps {
  readonly slots: readonly Slot[];
  /** Where its forms are sent. */
  readonly address: string;
  /** The time zone in which the times are meant. */
  readonly zone: string;
  readonly bad?: Told | undefined;
}

export function WeeklyPlan({ slots, address, zone, bad }: WeeklyPlanProps) {
  const { t, locale } = useWords();
  const weekdays = listWeekdays(locale);
  return (
    <section class="plan" aria-labelledby="plan">
      <h2 id="plan">
        <T>Weekly plan</T>
      </h2>
      <p class="quiet">
        <T zone={zone.replaceAll("_", " ")}>
          {
            "The times of the week at which you want to share, in your time zone, {zone}. When you share, “Next free slot” takes the first one at which nothing is scheduled yet."
          }
        </T>
      </p>
      <Banner bad={bad} />
      {slots.length > 0 && (
        <ul class="plan-days">
          {weekdays
            .filter((weekday) => slots.some((slot) => slot.weekday === weekday))
            .map((weekday) => (
              <li>
                <strong>{nameWeekday(weekday, locale, "long")}</strong>
                <ul>
                  {slots
                    .filter((slot) => slot.weekday === weekday)
                    .map((slot) => (
                      <li>
                        <form method="post" action={`${address}remove/`}>
                          <input type="hidden" name="weekday" value={String(weekday)} />
                          <input type="hidden" name="time" value={slot.time} />
                          <button class="chip" type="submit" title={t("Remove")}>
                            {nameTime(slot.time, locale)}
                            <Sign name="cross" />
                            <span class="unseen">
                              <T day={nameWeekday(weekday, locale, "long")}>{"on {day}: remove"}</T>
                            </span>
                          </button>
                        </form>
                      </li>
                    ))}
                </ul>
              </li>
            ))}
        </ul>
      )}
      <form class="form plan-form" method="post" action={`${address}#plan`}>
        <fieldset>
          <legend>
            <T>Days</T>
          </legend>
          <div class="plan-weekdays">
            {weekdays.map((weekday) => (
              <label class="chip">
                <input type="checkbox" name="weekday" value={String(weekday)} />
                {nameWeekday(weekday, locale)}
              </label>
            ))}
          </div>
        </fieldset>
        <label>
          <T>Time</T>
          <input type="time" name="time" required />
        </label>
        <button class="button" type="submit">
          <T>Add to the plan</T>
        </button>
      </form>
    </section>
  );
}

function nameTime(time: string, locale: string): string {
  const shape = { hour: "2-digit", minute: "2-digit", timeZone: "UTC" } as const;
  return new Date(`2024-01-01T${time}:00Z`).toLocaleTimeString(locale, shape);
}
