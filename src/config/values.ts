/** Schemas for the kinds of values in environment variables. */
import { z } from "zod";

/** Text without blanks at its ends. */
export const trimmed = z.string().trim();
/** Non-empty text that may be missing. */
export const optional = trimmed.min(1).optional();
/** A number between two bounds, inclusive. */
export const number = (least: number, most: number) => {
  const error = `must be a number from ${least} to ${most}`;
  return z.coerce.number(error).min(least, error).max(most, error);
};
/** A whole number of days. @param why the reason for the minimum, shown in the error */
export const days = (least: number, why: string) => {
  const error = `must be a whole number of days, at least ${least}: ${why}`;
  return z.coerce.number(error).int(error).min(least, error).max(36_500, error);
};
/** A port number. @param standard the default */
export const port = (standard: number) => {
  const error = "must be a port number";
  return z.coerce.number(error).int(error).min(0, error).max(65_535, error).default(standard);
};
export const yesOrNo = z
  .enum(["true", "false"], { error: "must be true or false" })
  .default("false")
  .transform((value) => value === "true");

/** A comma-separated list. Empty entries are dropped. */
export const list = trimmed.transform((text) =>
  text
    .split(",")
    .map((entry) => entry.trim())
    .filter(Boolean),
);

export const signUpShape = z.enum(["open", "invitation", "closed"], {
  error: "must be open, invitation or closed",
});

/** Who can sign up. */
export type SignUp = z.infer<typeof signUpShape>;
