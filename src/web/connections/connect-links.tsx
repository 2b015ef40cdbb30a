/** One button per network that an account can be connected on. */
import type { PlatformName } from "../../platforms/platform.ts";
import { aboutPlatform } from "../../platforms/registry.ts";
import { PlatformMark } from "../frame/icons.tsx";
import { T } from "../frame/words.tsx";
import { connectPath } from "./connect-path.ts";

export function ConnectLinks({
  platforms,
  returnTo,
}: {
  platforms: readonly PlatformName[];
  returnTo: string;
}) {
  return (
    <ul class="connect-links">
      {platforms.map((platform) => (
        <li>
          <a class="button" href={connectPath(platform, returnTo)}>
            <PlatformMark platform={platform} />
            <T network={aboutPlatform(platform).label}>{"Connect {network}"}</T>
          </a>
        </li>
      ))}
    </ul>
  );
}
