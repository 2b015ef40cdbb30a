/** Whether everything is set up: the checks of the set-up assistant and of `sharewell doctor`. */
import { checkBaseUrl, checkReach } from "./checks/address.ts";
import type { Check, ChecksRuntime } from "./checks/check.ts";
import { checkClock } from "./checks/clock.ts";
import { checkMail, checkNetworks, checkPictures, checkProvider, testApps } from "./checks/services.ts";
import { checkDatabase, checkKeys, checkPlaces, checkStorage } from "./checks/storage.ts";

/** Runs all checks at once. They change nothing and never throw. */
export async function runChecks(runtime: ChecksRuntime): Promise<Check[]> {
  const checks = await Promise.all([
    checkBaseUrl(runtime),
    checkReach(runtime),
    checkDatabase(runtime),
    checkPlaces(runtime),
    checkKeys(runtime),
    checkClock(runtime),
    checkStorage(runtime),
    checkMail(runtime),
    checkProvider(runtime),
    checkPictures(runtime),
    checkNetworks(runtime),
    testApps(runtime),
  ]);
  return checks.flat();
}
