/** Reads the options of posts from the share form. */
import { z } from "zod";
import { platformNames } from "../../../platforms/platform.ts";
import type { ChosenOptions, GivenOptions } from "../../../sharing/requests/options.ts";

/**
 * Returns the name of the form field for an option of one connection or network. A box that may be unchecked needs a hidden empty
 * field of the same name before it, since an absent field leaves the option as it was.
 */
export function optionField(of: string, option: string): string {
  return `option-${of}-${option}`;
}

const value = z.preprocess((given) => [given].flat().at(-1), z.string());
const isNetwork = (name: string) => platformNames.some((platform) => platform === name);

/** Reads the option fields of a form. Ignores fields that are not text, or of something unknown. */
export function readOptionFields(form: Readonly<Record<string, unknown>>): Required<ChosenOptions> {
  const given = new Map<string, GivenOptions>();
  for (const [field, sent] of Object.entries(form)) {
    const [, of = "", option = ""] = /^option-(.+)-([a-z]+)$/.exec(field) ?? [];
    const { data } = value.safeParse(sent);
    if (data !== undefined && option !== "") given.set(of, { ...given.get(of), [option]: data });
  }
  const pick = (isWanted: (of: string) => boolean) =>
    Object.fromEntries([...given].filter(([of]) => isWanted(of)));
  return {
    ownOptions: pick((of) => z.uuid().safeParse(of).success),
    networkOptions: pick(isNetwork),
  };
}
