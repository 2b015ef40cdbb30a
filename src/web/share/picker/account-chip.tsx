/** One account as a chip to tick: its picture with the network's mark, its name, and its handle or what is the matter. */
import { type Connection, handleOf } from "../../../connections/connection.ts";
import { aboutPlatform } from "../../../platforms/registry.ts";
import type { Words } from "../../../words/words.ts";
import { AccountPicture, tellHandle } from "../../frame/account-badge.tsx";
import { Sign, type SignName } from "../../frame/icons.tsx";
import { useWords } from "../../frame/words.tsx";
import { accountField } from "../problem-summary.tsx";
import type { AccountChipsProps } from "./account-chips.tsx";
import { tellEarlierBriefly } from "./earlier-note.tsx";

interface AccountChipProps
  extends Pick<
    AccountChipsProps,
    "chosen" | "earlier" | "problems" | "available" | "hasPicture" | "zone" | "waiting"
  > {
  readonly connection: Connection;
  readonly isUsable: boolean;
  /** The first thing to mend, which gets the focus. */
  readonly isFocused: boolean;
}

export function AccountChip({ connection, isUsable, isFocused, ...props }: AccountChipProps) {
  const words = useWords();
  const { id, platform, account } = connection;
  const hasProblem = props.problems.some(({ connectionId }) => connectionId === id);
  const matter = tellMatter(words, connection, props);
  const name = account.displayName || account.username;
  const handle = handleOf(account);
  return (
    <li>
      <label
        class="account-chip"
        title={[`${name} (${tellHandle(words, account, platform)})`, matter?.whole]
          .filter(Boolean)
          .join(" · ")}
      >
        <input
          type="checkbox"
          id={accountField(id)}
          name="account"
          value={id}
          checked={props.chosen.includes(id) && isUsable}
          disabled={!isUsable}
          aria-describedby={hasProblem ? `problem-${id}` : undefined}
          aria-invalid={hasProblem ? "true" : undefined}
          autofocus={isFocused}
        />
        <AccountPicture account={account} platform={platform} />
        <span class="chip-words">
          <strong>{name}</strong>
          <span class="unseen">{` ${tellHandle(words, account, platform)} `}</span>
          {matter === undefined ? (
            <small aria-hidden="true">{handle === name ? aboutPlatform(platform).label : handle}</small>
          ) : (
            <small class={matter.kind}>
              <Sign name={matter.sign} />
              <span aria-hidden={matter.whole === undefined ? undefined : "true"}>{matter.words}</span>
              {matter.whole !== undefined && <span class="unseen">{matter.whole}</span>}
            </small>
          )}
        </span>
      </label>
    </li>
  );
}

interface Matter {
  readonly kind: "quiet" | "doubt";
  readonly sign: SignName;
  /** As much as a chip has room for on a phone. */
  readonly words: string;
  /** The same as a sentence, where the words alone say too little without the sign. */
  readonly whole?: string;
}

/** Returns what a chip says in place of the handle; undefined where nothing is the matter. */
function tellMatter(
  words: Words,
  { id, platform, status }: Connection,
  {
    available,
    hasPicture,
    earlier,
    zone,
  }: Pick<AccountChipProps, "available" | "hasPicture" | "earlier" | "zone">,
): Matter | undefined {
  const { t } = words;
  const { isFormer = false, needsPicture = false } = aboutPlatform(platform);
  const doubt = { kind: "doubt", sign: "alert" } as const;
  if (isFormer || !available.has(platform)) return { ...doubt, words: t("Not available") };
  if (status === "reconnect") return { ...doubt, words: t("Needs reconnecting") };
  if (needsPicture && !hasPicture) return { ...doubt, words: t("Needs a picture") };
  const before = earlier.get(id);
  return before && { kind: "quiet", ...tellEarlierBriefly(words, before, { zone }) };
}
