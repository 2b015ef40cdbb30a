/** The mail address that a command is about. */
import { emailShape } from "../people/details.ts";
import { UsageError } from "./command.ts";

/** @throws {UsageError} */
export function readMail(command: string, [mail]: readonly string[]): string {
  if (mail === undefined) throw new UsageError(`Say whom: \`sharewell ${command} alice@example.com\`.`);
  const address = emailShape.safeParse(mail);
  if (!address.success) throw new UsageError(`"${mail}" is not a mail address.`);
  return address.data;
}
