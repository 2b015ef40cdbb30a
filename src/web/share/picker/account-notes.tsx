/** What there is to say about accounts beyond their chips: what to do about them, what a post costs, earlier posts. */

import { type Connection, handleOf, isEndingSoon } from "../../../connections/connection.ts";
import { aboutPlatform } from "../../../platforms/registry.ts";
import { say } from "../../../words/words.ts";
import { reconnectPath } from "../../connections/connect-path.ts";
import { tellAccount } from "../../frame/account-badge.tsx";
import { breakable } from "../../frame/breakable.tsx";
import { formatDay } from "../../frame/time.tsx";
import { T, useWords } from "../../frame/words.tsx";
import type { AccountChipsProps } from "./account-chips.tsx";
import { Price } from "./price-note.tsx";

interface AccountNotesProps
  extends Pick<
    AccountChipsProps,
    "connections" | "available" | "usable" | "earlier" | "hasPicture" | "now" | "zone" | "prices" | "here"
  > {
  readonly choosable: readonly Connection[];
}

export function AccountNotes(props: AccountNotesProps) {
  const { connections, choosable, earlier, prices } = props;
  const platforms = [...new Set(connections.map(({ platform }) => platform))];
  const priced = [...new Set(choosable.map(({ platform }) => platform))];
  const posts = connections.flatMap((connection) => {
    const address = earlier.get(connection.id)?.postUrl;
    return address === undefined ? [] : [{ connection, address }];
  });
  return (
    <div class="account-notes">
      {connections.map((connection) => (
        <ToReconnect {...props} connection={connection} />
      ))}
      {platforms.map((platform) => (
        <NetworkNote {...props} platform={platform} />
      ))}
      {priced.map((platform) => (
        <Price platform={platform} price={prices[platform]} />
      ))}
      {posts.length > 0 && <EarlierPosts posts={posts} />}
    </div>
  );
}

function ToReconnect({ connection, now, zone, here }: AccountNotesProps & { connection: Connection }) {
  const words = useWords();
  const { t } = words;
  const { label: network, isFormer = false } = aboutPlatform(connection.platform);
  const isBroken = connection.status === "reconnect";
  if (isFormer || (!isBroken && !isEndingSoon(connection, now))) return null;
  return (
    <p class="note doubt">
      <strong>{breakable(tellAccount(connection, t))}</strong>:{" "}
      {isBroken
        ? t(connection.problem ?? say("{network} no longer lets us post here.", { network }))
        : t("{network}’s permission to post here ends on {day}.", {
            network,
            day: formatDay(words, connection.endsAt ?? now, zone),
          })}{" "}
      <a href={reconnectPath(connection, here)}>
        <T>Reconnect</T>
        <span class="unseen">{` ${handleOf(connection.account)}`}</span>
      </a>
    </p>
  );
}

function NetworkNote({
  platform,
  available,
  hasPicture,
}: AccountNotesProps & { platform: Connection["platform"] }) {
  const { label: network, isFormer = false, needsPicture = false } = aboutPlatform(platform);
  if (isFormer)
    return (
      <p class="note quiet">
        <T network={network}>{"{network} is no longer supported here."}</T>
      </p>
    );
  if (!available.has(platform))
    return (
      <p class="note quiet">
        <T network={network}>{"{network} is currently not set up here."}</T>
      </p>
    );
  if (!needsPicture || hasPicture) return null;
  return (
    <p class="note quiet">
      <T network={network}>{"{network} posts need a picture, and this page has none."}</T>
    </p>
  );
}

interface EarlierPostsProps {
  readonly posts: readonly { readonly connection: Connection; readonly address: string }[];
}

function EarlierPosts({ posts }: EarlierPostsProps) {
  const { t } = useWords();
  return (
    <details class="more earlier-posts">
      <summary>
        <T number={posts.length}>{"Posted before: {number, plural, one {# post} other {# posts}}"}</T>
      </summary>
      <ul>
        {posts.map(({ connection, address }) => (
          <li>
            <a href={address} target="_blank" rel="noreferrer">
              {breakable(tellAccount(connection, t))}
              <span class="unseen">
                {" "}
                <T>opens in a new tab</T>
              </span>
            </a>
          </li>
        ))}
      </ul>
    </details>
  );
}
