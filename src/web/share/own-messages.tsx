/** Words for one account alone, or for one network, in the place of the message for all. */
import { type Connection, handleOf } from "../../connections/connection.ts";
import type { PlatformName } from "../../platforms/platform.ts";
import { aboutPlatform } from "../../platforms/registry.ts";
import { LONGEST_MESSAGE } from "../../sharing/requests/message-length.ts";
import { PlatformMark } from "../frame/icons.tsx";
import { T, useWords } from "../frame/words.tsx";
import type { Picker } from "./picker/picker.ts";
import { type Draft, ownMessageField } from "./share-draft.tsx";

/** Whose words they are. */
interface Speaker {
  /** A connection's id, or a network's name. */
  readonly of: string;
  readonly platform: PlatformName;
  readonly handle?: string;
}

export function speakersOf(connections: readonly Connection[]): Speaker[] {
  return connections.map(({ id, platform, account }) => ({ of: id, platform, handle: handleOf(account) }));
}

/** Beyond that nobody writes for each of them. */
const MOST_SPEAKERS = 20;

/** Among many accounts: the networks, and those accounts that were chosen one by one or have words of their own. */
export function speakersAmong({ networks, named, found, selection, written }: Picker): Speaker[] {
  const ticked = found
    .map(({ connection }) => connection)
    .filter(({ id }) => selection.connectionIds.includes(id));
  const single = [...named, ...ticked];
  const known = new Set(written.map(({ id }) => id));
  const more = single.length > MOST_SPEAKERS ? [] : single.filter(({ id }) => !known.has(id));
  return [
    ...networks.map(({ platform }) => ({ of: platform, platform })),
    ...speakersOf([...written, ...more]),
  ];
}

interface OwnMessagesProps {
  readonly speakers: readonly Speaker[];
  readonly draft: Draft;
  /** The accounts whose words were cut to fit. */
  readonly offered: ReadonlySet<string>;
  /** They come with a fragment of a page that has them already, and take their place. */
  readonly isAnew?: boolean;
}

export function OwnMessages({ speakers, draft, offered, isAnew }: OwnMessagesProps) {
  const { t } = useWords();
  const own: Readonly<Record<string, string>> = { ...draft.networkMessages, ...draft.ownMessages };
  const isOpen = Object.keys(own).length > 0;
  return (
    <details
      class="more own-messages"
      id="own-messages"
      open={isOpen}
      hx-swap-oob={isAnew ? "outerMorph" : undefined}
    >
      <summary>
        {speakers.some(({ handle }) => handle === undefined) ? (
          <T>Different text for a network or account</T>
        ) : (
          <T>Different text for an account</T>
        )}
      </summary>
      <ul>
        {speakers.map(({ of, platform, handle }) => (
          <li data-account={of}>
            <label>
              <span class="own-name">
                <PlatformMark platform={platform} />
                {handle === undefined
                  ? aboutPlatform(platform).label
                  : `${aboutPlatform(platform).label}, ${handle}`}
              </span>
              <textarea
                dir="auto"
                name={ownMessageField(of)}
                rows={own[of] === undefined ? 1 : 4}
                maxlength={LONGEST_MESSAGE}
                placeholder={t("Same as above")}
                aria-describedby={offered.has(of) ? `offered-${of}` : undefined}
              >
                {own[of] ?? ""}
              </textarea>
            </label>
            {offered.has(of) && (
              <p class="note doubt" id={`offered-${of}`}>
                <T>Shortened to fit. Edit it if you like, then share again.</T>
              </p>
            )}
          </li>
        ))}
      </ul>
    </details>
  );
}
