/** A Connect button for each network that is set up, and for each way where it has several. */
import type { ConnectWay, PlatformName } from "../../platforms/platform.ts";
import { aboutPlatform, type PlatformRegistry } from "../../platforms/registry.ts";
import { PlatformMark } from "../frame/icons.tsx";
import { T, useWords } from "../frame/words.tsx";
import { connectPath } from "./connect-path.ts";

/** One thing to connect. */
export interface ConnectOption {
  readonly platform: PlatformName;
  /** Absent where the network has only one. */
  readonly way?: ConnectWay;
}

/** Returns what can be connected here: first the networks that the operator had nothing to set up for. */
export function listConnectOptions(platforms: PlatformRegistry): ConnectOption[] {
  const available = platforms.availablePlatforms().map(({ name }) => name);
  return setUpLast(platforms, available).flatMap((platform): ConnectOption[] => {
    const ways = platforms.getPlatform(platform).ways();
    return ways.length === 0 ? [{ platform }] : ways.map((way) => ({ platform, way }));
  });
}

/** Returns the networks with those first that the operator has nothing to set up for. */
export function setUpLast(platforms: PlatformRegistry, names: readonly PlatformName[]): PlatformName[] {
  return names.toSorted(
    (one, other) => Number(platforms.needsSetUp(one)) - Number(platforms.needsSetUp(other)),
  );
}

interface ConnectLinksProps {
  readonly options: readonly ConnectOption[];
  /** A local path. */
  readonly returnTo: string;
}

/** A list of Connect buttons that return to the given local path. */
export function ConnectLinks({ options, returnTo }: ConnectLinksProps) {
  const { t } = useWords();
  return (
    <ul class="connect-links">
      {options.map(({ platform, way }) => {
        const { label: network } = aboutPlatform(platform);
        return (
          <li>
            <a
              class="button"
              href={connectPath(platform, returnTo, way === undefined ? {} : { way: way.name })}
              title={way === undefined ? undefined : t(way.hint)}
            >
              <PlatformMark platform={platform} />
              {way === undefined ? (
                <T network={network}>{"Connect {network}"}</T>
              ) : (
                <T network={network} way={t(way.label)}>
                  {"Connect {network} ({way})"}
                </T>
              )}
            </a>
          </li>
        );
      })}
    </ul>
  );
}
