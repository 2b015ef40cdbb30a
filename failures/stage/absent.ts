/** A failure cannot be played here because a program is missing; the message says which one and what installs it. */
export class Absent extends Error {
  override name = "Absent";
}
