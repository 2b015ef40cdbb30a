/** The accounts to share to as checkboxes, grouped by network and with notes about each. */
import { type Connection, handleOf, isEndingSoon } from "../../../connections/connection.ts";
import type { Settings } from "../../../operation/setting-shapes.ts";
import type { PlatformName } from "../../../platforms/platform.ts";
import { aboutPlatform } from "../../../platforms/registry.ts";
import type { EarlierShare } from "../../../sharing/requests/earlier.ts";
import { isChoosable } from "../../../sharing/requests/usable.ts";
import type { DraftProblem } from "../../../sharing/requests/weigh.ts";
import { say } from "../../../words/words.ts";
import { reconnectPath } from "../../connections/connect-path.ts";
import { AccountBadge } from "../../frame/account-badge.tsx";
import { Sign } from "../../frame/icons.tsx";
import { formatDay } from "../../frame/time.tsx";
import { T, useWords } from "../../frame/words.tsx";
import { formatPrice } from "../price.ts";
import { EarlierNote, tellEarlier } from "./earlier-note.tsx";

interface AccountChoiceProps {
  readonly connections: readonly Connection[];
  /** The networks that are set up. */
  readonly available: ReadonlySet<PlatformName>;
  /** The networks among them that accept the page. */
  readonly usable: readonly PlatformName[];
  readonly chosen: readonly string[];
  readonly earlier: ReadonlyMap<string, EarlierShare>;
  /** Whether to ask before sharing again, and the connections where the person agreed. */
  readonly repeat: { readonly ask: boolean; readonly confirmed: readonly string[] };
  readonly problems: readonly DraftProblem[];
  /** The page has a picture, or may have one because it is still being read. */
  readonly hasPicture: boolean;
  readonly now: Date;
  readonly zone: string | undefined;
  /** What networks charge the operator for a post with a link, where the operator entered it. */
  readonly prices: Settings["postPrices"] & object;
  /** Ids of connections with scheduled shares, which can be chosen even if they need reconnecting. */
  readonly waiting?: readonly string[];
  /** The path of this page, to return to after reconnecting. */
  readonly here: string;
}

export function AccountChoice(props: AccountChoiceProps) {
  const platforms = [...new Set(props.connections.map(({ platform }) => platform))];
  return (
    <fieldset class="choice">
      <legend>
        <T>Share to</T>
      </legend>
      {platforms.map((platform) => (
        <fieldset class="choice-group">
          <legend class="unseen">{aboutPlatform(platform).label}</legend>
          <ul>
            {props.connections
              .filter((connection) => connection.platform === platform)
              .map((connection) => (
                <Choice {...props} connection={connection} />
              ))}
          </ul>
        </fieldset>
      ))}
    </fieldset>
  );
}

function Choice({ connection, ...props }: AccountChoiceProps & { connection: Connection }) {
  const { id, platform, account } = connection;
  const words = useWords();
  const { t } = words;
  const { label, isFormer = false, needsPicture = false } = aboutPlatform(platform);
  const isChosen = props.chosen.includes(id);
  const lacksPicture = needsPicture && !props.hasPicture;
  const isUsable = isChoosable(connection, { platforms: props.usable, waiting: props.waiting ?? [] });
  const earlier = props.earlier.get(id);
  const problem = props.problems.find(({ connectionId }) => connectionId === id)?.problem;
  const price = props.prices[platform];
  const notes = `notes-${id}`;
  return (
    <li class="choice-account">
      <label>
        <input
          type="checkbox"
          name="account"
          value={id}
          checked={isChosen && isUsable}
          disabled={!isUsable}
          aria-describedby={notes}
          aria-invalid={problem === undefined ? undefined : "true"}
        />
        <AccountBadge connection={connection} naming="account-and-platform" />
      </label>
      <div class="choice-notes" id={notes}>
        {connection.status === "reconnect" && !isFormer && (
          <p class="note doubt">
            {t(connection.problem ?? say("{network} no longer lets us post here.", { network: label }))}{" "}
            <a href={reconnectPath(connection, props.here)}>
              <T>Reconnect</T>
              <span class="unseen">{` ${handleOf(account)}`}</span>
            </a>
          </p>
        )}
        {lacksPicture && (
          <p class="note quiet">
            {t("{network} posts need a picture, and this page has none.", { network: label })}
          </p>
        )}
        {connection.status === "active" && isEndingSoon(connection, props.now) && (
          <p class="note doubt">
            {t("{network}’s permission to post here ends on {day}.", {
              network: label,
              day: formatDay(words, connection.endsAt ?? props.now, props.zone),
            })}{" "}
            <a href={reconnectPath(connection, props.here)}>
              <T>Reconnect</T>
              <span class="unseen">{` ${handleOf(account)}`}</span>
            </a>
          </p>
        )}
        {price !== undefined && isUsable && (
          <p class="note quiet">
            {t("A post with a link costs {price} there. The operator of this service pays for it.", {
              price: formatPrice(words, price),
            })}
          </p>
        )}
        {!props.available.has(platform) && (
          <p class="note doubt">
            {isFormer ? (
              <T>This network is no longer supported here.</T>
            ) : (
              <T network={label}>{"{network} is currently not set up here."}</T>
            )}
          </p>
        )}
        {problem !== undefined && isUsable && (
          <p class="note bad">
            <Sign name="alert" />
            {t(problem)}
          </p>
        )}
        {earlier !== undefined && props.repeat.ask && isChosen && isUsable ? (
          <label class="repeat">
            <input type="checkbox" name="repeat" value={id} checked={props.repeat.confirmed.includes(id)} />
            <span>{`${tellEarlier(words, earlier, { account: handleOf(account), zone: props.zone })} ${t("Share again?")}`}</span>
          </label>
        ) : (
          earlier !== undefined && <EarlierNote earlier={earlier} zone={props.zone} />
        )}
      </div>
    </li>
  );
}
