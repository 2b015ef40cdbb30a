/** Addresses that the simulated networks hand out. */

/** The origin of a request, so that links use the same one. */
export function originOf(request: Request): string {
  return `http://${request.headers.get("host") ?? new URL(request.url).host}`;
}

/** The address of an account's picture. */
export function avatarUrl(origin: string, accountId: string): string {
  return `${origin}/_emulator/avatars/${accountId}.jpg`;
}

/** The address of a kept picture. */
export function pictureUrl(origin: string, pictureId: string): string {
  return `${origin}/_emulator/pictures/${pictureId}`;
}
