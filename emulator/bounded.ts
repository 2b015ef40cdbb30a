/** Adds an item to a list and drops the oldest above `most`, so that a long-running emulator does not grow without limit. */
export function keepBounded<T>(list: T[], item: T, most: number): void {
  list.push(item);
  if (list.length > most) list.splice(0, list.length - most);
}
