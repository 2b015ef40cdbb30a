/** The email address in the arguments of a command. */
import { emailShape } from "../people/details.ts";
import { UsageError } from "./command.ts";

/** Parses the email address. @throws {UsageError} if it is missing or invalid */
export function readMail(command: string, [mail]: readonly string[]): string {
  if (mail === undefined)
    throw new UsageError(`Name an email address: \`sharewell ${command} alice@example.com\`.`);
  const address = emailShape.safeParse(mail);
  if (!address.success) throw new UsageError(`"${mail}" is not an email address.`);
  return address.data;
}
