/** Addresses that the simulated networks hand out. */

/** The origin by which a request came, so that links lead back the same way. */
export function originOf(request: Request): string {
  return `http://${request.headers.get("host") ?? new URL(request.url).host}`;
}

/** Where an account's picture is served. */
export function avatarUrl(origin: string, accountId: string): string {
  return `${origin}/_emulator/avatars/${accountId}.jpg`;
}

/** Where a kept picture is served. */
export function pictureUrl(origin: string, pictureId: string): string {
  return `${origin}/_emulator/pictures/${pictureId}`;
}
