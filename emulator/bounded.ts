/** Adds to a list of a memory and drops its oldest, so that a long-lived emulator does not grow for ever. */
export function keepBounded<T>(list: T[], item: T, most: number): void {
  list.push(item);
  if (list.length > most) list.splice(0, list.length - most);
}
