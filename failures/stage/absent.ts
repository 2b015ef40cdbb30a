/** A program is missing, so a failure cannot be played here. The message says which one and how to install it. */
export class Absent extends Error {
  override name = "Absent";
}
