/** A few accounts to share to: a row of chips, with chips beside them that tick all or a group, and what there is to say. */
import type { Connection } from "../../../connections/connection.ts";
import type { AccountGroup } from "../../../connections/groups.ts";
import type { Settings } from "../../../operation/setting-shapes.ts";
import type { PlatformName } from "../../../platforms/platform.ts";
import type { EarlierShare } from "../../../sharing/requests/earlier.ts";
import { isChoosable } from "../../../sharing/requests/usable.ts";
import type { DraftProblem } from "../../../sharing/requests/weigh.ts";
import { T } from "../../frame/words.tsx";
import { AccountChip } from "./account-chip.tsx";
import { AccountNotes } from "./account-notes.tsx";
import { ToggleChips } from "./toggle-chips.tsx";

export interface AccountChipsProps {
  readonly connections: readonly Connection[];
  readonly groups: readonly AccountGroup[];
  /** The networks that are set up. */
  readonly available: ReadonlySet<PlatformName>;
  /** The networks among them that accept the page. */
  readonly usable: readonly PlatformName[];
  readonly chosen: readonly string[];
  readonly earlier: ReadonlyMap<string, EarlierShare>;
  readonly problems: readonly DraftProblem[];
  /** The connection whose chip gets the focus, where it is the first thing to mend. */
  readonly focusOn?: string | undefined;
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
  /** The path that the form is posted to in order to tick a group without JavaScript. */
  readonly findAt: string;
  /** Shown beside the chips. */
  readonly children?: unknown;
}

export function AccountChips({ children, ...props }: AccountChipsProps & { children?: object }) {
  const { connections, usable, waiting = [], chosen, groups } = props;
  const choosable = connections.filter((one) => isChoosable(one, { platforms: usable, waiting }));
  return (
    <fieldset class="accounts" id="account-chips">
      <legend class="unseen">
        <T>Share to</T>
      </legend>
      <div class="account-toggles">
        <span class="title" aria-hidden="true">
          <T>Share to</T>
        </span>
        <ToggleChips
          all={choosable.map(({ id }) => id)}
          groups={groups}
          chosen={chosen}
          findAt={props.findAt}
        />
        {children}
      </div>
      <ul class="account-chips">
        {connections.map((connection) => (
          <AccountChip
            {...props}
            connection={connection}
            isUsable={choosable.includes(connection)}
            isFocused={connection.id === props.focusOn}
          />
        ))}
      </ul>
      <AccountNotes {...props} choosable={choosable} />
    </fieldset>
  );
}
