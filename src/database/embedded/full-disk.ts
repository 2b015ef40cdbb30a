/** What is said where the disk is full. */

/** What PostgreSQL's programs write then, among hints that frighten without need. */
const DISK_FULL = /No space left on device|Disk quota exceeded/;

/** @param words what a program wrote before it ended */
export function isDiskFull(words: string): boolean {
  return DISK_FULL.test(words);
}

/** @param path a file or folder on that disk */
export function explainFullDisk(path: string): string {
  return `The disk is full (the one that holds ${path}). Make room on it, then start again: nothing is lost, and no backup is needed.`;
}
