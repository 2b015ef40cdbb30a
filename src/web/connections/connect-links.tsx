/** A Connect button for each network that is set up. */
import type { PlatformName } from "../../platforms/platform.ts";
import { aboutPlatform } from "../../platforms/registry.ts";
import { PlatformMark } from "../frame/icons.tsx";
import { T } from "../frame/words.tsx";
import { connectPath } from "./connect-path.ts";

/** A list of Connect buttons that return to the given local path. */
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
