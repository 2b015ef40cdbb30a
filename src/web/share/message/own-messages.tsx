/** The fields for a different message on a single account or network. */

import { type Connection, handleOf } from "../../../connections/connection.ts";
import type { PlatformName } from "../../../platforms/platform.ts";
import { aboutPlatform } from "../../../platforms/registry.ts";
import { LONGEST_MESSAGE } from "../../../sharing/requests/message-length.ts";
import { breakable } from "../../frame/breakable.tsx";
import { PlatformMark } from "../../frame/icons.tsx";
import { T, useWords } from "../../frame/words.tsx";
import type { Picker } from "../picker/picker.ts";
import { type Draft, ownMessageField } from "../share-draft.tsx";
import { CutText, SeenBox } from "./cut-text.tsx";

/** An account or a network that can have its own message. */
interface MessageTarget {
  /** The connection's id or the network's name. */
  readonly of: string;
  readonly platform: PlatformName;
  readonly handle?: string;
}

export function targetsOf(connections: readonly Connection[]): MessageTarget[] {
  return connections.map(({ id, platform, account }) => ({ of: id, platform, handle: handleOf(account) }));
}

/** More fields than this are not shown. */
const MOST_FIELDS = 20;

/** Returns the targets among many accounts: the networks, and accounts chosen individually or with a message already. */
export function targetsAmong({ networks, named, found, selection, written }: Picker): MessageTarget[] {
  const ticked = found
    .map(({ connection }) => connection)
    .filter(({ id }) => selection.connectionIds.includes(id));
  const single = [...named, ...ticked];
  const known = new Set(written.map(({ id }) => id));
  const more = single.length > MOST_FIELDS ? [] : single.filter(({ id }) => !known.has(id));
  return [
    ...networks.map(({ platform }) => ({ of: platform, platform })),
    ...targetsOf([...written, ...more]),
  ];
}

interface OwnMessagesProps {
  readonly targets: readonly MessageTarget[];
  readonly draft: Draft;
  /** The targets whose text was shortened to fit: the first of them has the focus. */
  readonly offered: ReadonlySet<string>;
  /** Sent with an htmx fragment, to replace the fields on the page. */
  readonly isReplacement?: boolean;
}

export function OwnMessages({ targets, draft, offered, isReplacement }: OwnMessagesProps) {
  const isOpen = Object.keys({ ...draft.networkMessages, ...draft.ownMessages }).length > 0;
  const cut = targets.filter(({ of }) => offered.has(of));
  return (
    <details
      class="more own-messages"
      id="own-messages"
      open={isOpen}
      hx-swap-oob={isReplacement ? "outerMorph" : undefined}
    >
      <summary>
        {targets.some(({ handle }) => handle === undefined) ? (
          <T>Different text for a network or account</T>
        ) : (
          <T>Different text for an account</T>
        )}
      </summary>
      {cut.length > 0 && (
        <>
          <ul>
            {cut.map((target) => (
              <OwnMessage {...target} draft={draft} isCut isFocused={target === cut[0]} />
            ))}
          </ul>
          <SeenBox cut={cut.map(({ of }) => of)} isSeen={cut.every(({ of }) => draft.seen.includes(of))} />
        </>
      )}
      <ul>
        {targets
          .filter((target) => !cut.includes(target))
          .map((target) => (
            <OwnMessage {...target} draft={draft} isCut={false} isFocused={false} />
          ))}
      </ul>
    </details>
  );
}

interface OwnMessageProps extends MessageTarget {
  readonly draft: Draft;
  /** The text was shortened to fit. */
  readonly isCut: boolean;
  readonly isFocused: boolean;
}

function OwnMessage({ of, platform, handle, draft, isCut, isFocused }: OwnMessageProps) {
  const { t } = useWords();
  const written: Readonly<Record<string, string>> = { ...draft.networkMessages, ...draft.ownMessages };
  const own = written[of];
  const { label } = aboutPlatform(platform);
  return (
    <li data-account={of}>
      <label>
        <span class="own-name">
          <PlatformMark platform={platform} />
          {breakable(handle === undefined ? label : `${label}, ${handle}`)}
        </span>
        <textarea
          dir="auto"
          id={ownMessageField(of)}
          name={ownMessageField(of)}
          rows={own === undefined ? 1 : 4}
          maxlength={LONGEST_MESSAGE}
          placeholder={t("Same as above")}
          aria-describedby={isCut ? `offered-${of}` : undefined}
          autofocus={isFocused}
        >
          {own ?? ""}
        </textarea>
      </label>
      {isCut && <CutText id={`offered-${of}`} whole={draft.message.trim()} kept={own ?? ""} />}
    </li>
  );
}
