/** What all of Bluesky’s code works with. */

import type { PlatformWorld } from "../platform.ts";
import type { Kept } from "./identity/kept.ts";
import type { Nonces } from "./oauth/nonces.ts";
import type { Settings } from "./settings.ts";

export interface Parts {
  readonly world: PlatformWorld;
  readonly settings: Settings;
  readonly nonces: Nonces;
  readonly kept: Kept;
}
