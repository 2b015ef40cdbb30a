/** What a name, a mail address and a password must look like; each complaint says what to do. */
import { z } from "zod";

export const PASSWORD_MINIMUM = 10;
export const PASSWORD_MAXIMUM = 128;

export const emailShape = z
  .string("Enter your mail address.")
  .trim()
  .toLowerCase()
  .max(254, "This mail address is too long.")
  .pipe(z.email("Enter a mail address like ana@example.com."));

export const nameShape = z
  .string("Enter your name.")
  .trim()
  .min(1, "Enter your name.")
  .max(100, "Use a name of at most 100 characters.");

export const newPasswordShape = z
  .string("Choose a password.")
  .min(PASSWORD_MINIMUM, `Choose a password with at least ${PASSWORD_MINIMUM} characters.`)
  .max(PASSWORD_MAXIMUM, `Choose a password with at most ${PASSWORD_MAXIMUM} characters.`);
