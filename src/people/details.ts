/** Validates a name, an email address and a new password; each message says what to do. */
import { z } from "zod";
import { tidyName } from "../words/names.ts";
import { say } from "../words/words.ts";
import { writtenLine } from "../words/written.ts";

export const NAME_MAXIMUM = 100;
export const PASSWORD_MINIMUM = 10;
export const PASSWORD_MAXIMUM = 128;

export const emailShape = z
  .string(say("Enter your email address."))
  .trim()
  .toLowerCase()
  .max(254, say("This email address is too long."))
  .pipe(z.email(say("Enter an email address like ana@example.com.")));

export const nameShape = z
  .string(say("Enter your name."))
  .overwrite(writtenLine)
  .trim()
  .min(1, say("Enter your name."))
  .max(NAME_MAXIMUM, say("Use a name of at most 100 characters."))
  .transform((name) => tidyName(name, NAME_MAXIMUM))
  .pipe(z.string().min(1, say("Enter your name.")));

export const newPasswordShape = z
  .string(say("Choose a password."))
  .min(PASSWORD_MINIMUM, say("Choose a password with at least 10 characters."))
  .max(PASSWORD_MAXIMUM, say("Choose a password with at most 128 characters."));
