/** Form fields for what people without an account are offered when they press Share. */
import { z } from "zod";
import { listShareWays } from "../../../platforms/registry.ts";
import { Mark } from "../../frame/icons.tsx";
import { T, useWords } from "../../frame/words.tsx";

export interface VisitorRules {
  readonly isOffered: boolean;
  /** The names of the ways that are not offered. */
  readonly without: readonly string[];
}

export function VisitorFields({ values }: { values: VisitorRules }) {
  const { t } = useWords();
  return (
    <fieldset class="visitor-rules">
      <legend>
        <T>People without an account</T>
      </legend>
      <label class="tick">
        <input type="checkbox" name="visitors" value="yes" checked={values.isOffered} />
        <span>
          <T>Offer them other ways to share a page</T>
          <small>
            <T>
              Copying the link, their device’s share sheet, and the pages below. Nothing about them is kept.
            </T>
          </small>
        </span>
      </label>
      <ul class="way-ticks">
        {listShareWays().map(({ name, label, icon }) => (
          <li>
            <label class="tick">
              <input type="checkbox" name="way" value={name} checked={!values.without.includes(name)} />
              <span class="way-name">
                <Mark icon={icon} /> {t(label)}
              </span>
            </label>
          </li>
        ))}
      </ul>
    </fieldset>
  );
}

const fieldsShape = z.object({
  visitors: z.literal("yes").optional().catch(undefined),
  way: z
    .unknown()
    .default([])
    .transform((ticked) => [ticked].flat()),
});

/** Reads these fields of the form. */
export function readVisitorRules(body: Readonly<Record<string, unknown>>): VisitorRules {
  const { visitors, way } = fieldsShape.parse(body);
  return {
    isOffered: visitors !== undefined,
    without: listShareWays().flatMap(({ name }) => (way.includes(name) ? [] : [name])),
  };
}
