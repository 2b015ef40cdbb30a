/** Words for one account alone, in the place of the message for all. */
import { type Connection, handleOf } from "../../connections/connection.ts";
import { aboutPlatform } from "../../platforms/registry.ts";
import { type Draft, LONGEST_MESSAGE, ownMessageField } from "../share-draft.tsx";
import { PlatformMark } from "./icons.tsx";
import { T, useWords } from "./words.tsx";

interface OwnMessagesProps {
  readonly connections: readonly Connection[];
  readonly draft: Draft;
  /** The accounts whose words were cut to fit. */
  readonly offered: ReadonlySet<string>;
}

export function OwnMessages({ connections, draft, offered }: OwnMessagesProps) {
  const { t } = useWords();
  const isOpen = Object.keys(draft.ownMessages).length > 0;
  return (
    <details class="more own-messages" open={isOpen}>
      <summary>
        <T>Other words for one account</T>
      </summary>
      <ul>
        {connections.map(({ id, platform, account }) => (
          <li data-account={id}>
            <label>
              <span class="own-name">
                <PlatformMark platform={platform} />
                {`${aboutPlatform(platform).label}, ${handleOf(account)}`}
              </span>
              <textarea
                dir="auto"
                name={ownMessageField(id)}
                rows={draft.ownMessages[id] === undefined ? 1 : 4}
                maxlength={LONGEST_MESSAGE}
                placeholder={t("As above")}
                aria-describedby={offered.has(id) ? `offered-${id}` : undefined}
              >
                {draft.ownMessages[id] ?? ""}
              </textarea>
            </label>
            {offered.has(id) && (
              <p class="note doubt" id={`offered-${id}`}>
                <T>Cut to what fits. Change it as you like, then share again.</T>
              </p>
            )}
          </li>
        ))}
      </ul>
    </details>
  );
}
