/** One network on the accounts page: its connected accounts, and a button to connect another. */
import type { Connection } from "../../connections/connection.ts";
import type { PlatformName } from "../../platforms/platform.ts";
import { aboutPlatform } from "../../platforms/registry.ts";
import type { Told } from "../../words/words.ts";
import { PlatformMark, Sign } from "../frame/icons.tsx";
import { Say, T } from "../frame/words.tsx";
import type { WebContext } from "../guards/context.ts";
import { ACCOUNTS } from "./account-filter.ts";
import { connectPath } from "./connect-path.ts";
import { ConnectedAccount } from "./connected-account.tsx";

interface NetworkCardProps {
  readonly platform: PlatformName;
  readonly connections: readonly Connection[];
  /** Settings that are missing. */
  readonly missing: readonly string[];
  readonly isOperator: boolean;
  /** What the operator has to do soon, if anything. */
  readonly notice: Told | undefined;
  readonly now: Date;
}

/** What the operator has to do soon about this network, if anything. */
export function findNotice(
  { platforms }: WebContext["var"]["runtime"],
  name: PlatformName,
): Told | undefined {
  return platforms
    .availablePlatforms()
    .find((platform) => platform.name === name)
    ?.operatorNotice();
}

export function NetworkCard({ platform, connections, missing, isOperator, notice, now }: NetworkCardProps) {
  const { label, summary, isFormer = false } = aboutPlatform(platform);
  const isAvailable = missing.length === 0 && !isFormer;
  return (
    <section class="card platform" aria-labelledby={`platform-${platform}`}>
      <header>
        <PlatformMark platform={platform} />
        <div>
          <h2 id={`platform-${platform}`}>{label}</h2>
          <p class="quiet">
            <Say told={summary} />
          </p>
        </div>
      </header>
      {notice !== undefined && (
        <p class="note doubt">
          <Say told={notice} />
        </p>
      )}
      {connections.length > 0 && (
        <ul class="connected">
          {connections.map((connection) => (
            <li>
              <ConnectedAccount connection={connection} isAvailable={isAvailable} now={now} here={ACCOUNTS} />
            </li>
          ))}
        </ul>
      )}
      {isAvailable ? (
        <a
          class={connections.length === 0 ? "button primary" : "button"}
          href={connectPath(platform, ACCOUNTS)}
        >
          <Sign name="plus" />
          {connections.length === 0 ? <T>Connect</T> : <T>Connect another</T>}
          <span class="unseen">{` ${label}`}</span>
        </a>
      ) : (
        !isFormer && <NotAvailable platform={platform} missing={isOperator ? missing : []} />
      )}
    </section>
  );
}

function NotAvailable({ platform, missing }: { platform: PlatformName; missing: readonly string[] }) {
  const { label } = aboutPlatform(platform);
  return (
    <>
      <p class="note quiet">
        <T label={label}>{"{label} is not available here yet."}</T>
        {missing.length > 0 && (
          <>
            {" "}
            <T settings={<code>{missing.join(", ")}</code>}>{"Missing settings: {settings}."}</T>
          </>
        )}
      </p>
      {missing.length > 0 && (
        <a class="button" href={`/admin/setup/${platform}/`}>
          <Sign name="tools" />
          <T>Set it up</T>
          <span class="unseen">{` ${label}`}</span>
        </a>
      )}
    </>
  );
}
