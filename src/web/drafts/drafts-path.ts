/** Paths of the page that lists drafts. */
export const DRAFTS = "/social/drafts/";

/** The path that deletes a draft, or brings it back. */
export function draftPath(id: string, act: "delete" | "restore"): string {
  return `${DRAFTS}${id}/${act}/`;
}
