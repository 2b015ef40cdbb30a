/** What `sharewell serve` says once it is up: where it is, and what to do first. */

/** @param isUnused whether nobody has an account yet */
export function tellFirstSteps(baseUrl: URL, isUnused: boolean): string {
  const address = baseUrl.href;
  return isUnused
    ? `Sharewell is up. Open ${address} and create your account: the first one is the operator's.`
    : `Sharewell is up: ${address}`;
}
