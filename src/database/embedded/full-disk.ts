/** Recognises and explains a full disk. */

/** What PostgreSQL's programs write then, among alarming hints that do not apply. */
const DISK_FULL = /No space left on device|Disk quota exceeded/;

/** @param words the output of a program that failed */
export function isDiskFull(words: string): boolean {
  return DISK_FULL.test(words);
}

/** @param path a file or folder on that disk @returns what to tell the operator */
export function explainFullDisk(path: string): string {
  return `The disk is full (the one that holds ${path}). Free some space on it, then start again: nothing is lost, and no backup is needed.`;
}
