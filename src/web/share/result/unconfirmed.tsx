/** The actions for a share that its network did not confirm. */
import { aboutPlatform } from "../../../platforms/registry.ts";
import type { Share } from "../../../sharing/share.ts";
import type { Told } from "../../../words/words.ts";
import { say } from "../../../words/words.ts";
import { Banner } from "../../frame/banner.tsx";
import { T, useWords } from "../../frame/words.tsx";
import { Confirm } from "./action-forms.tsx";

/** A link that the person gave and that is no post of the account. */
export interface RefusedLink {
  readonly shareId: string;
  readonly link: string;
  readonly problem: Told;
}

interface UnconfirmedProps {
  readonly share: Share;
  readonly whose: string;
  readonly refusedLink: RefusedLink | undefined;
}

/** Asks the person to check their profile and say whether the post is there. */
export function Unconfirmed({ share, whose, refusedLink }: UnconfirmedProps) {
  const { t } = useWords();
  const { postLinkExample } = aboutPlatform(share.connection.platform);
  const field = `link-${share.id}`;
  const refused = refusedLink?.shareId === share.id ? refusedLink : undefined;
  return (
    <>
      <details class="confirm" id={`there-${share.id}`} open={refused !== undefined}>
        <summary class="button small">
          <T>It is there</T>
          <span class="unseen">{`, ${t("for {account}", { account: whose.trim() })}`}</span>
        </summary>
        <form method="post" action={`/social/resolve/${share.id}/there/`}>
          <label for={field}>
            <T>Link to the post</T>
          </label>
          <p class="quiet" id={`${field}-hint`}>
            {t("Copy the link on the network, for example {example}", { example: postLinkExample })}
          </p>
          <Banner bad={refused?.problem} />
          <input
            id={field}
            value={refused?.link}
            aria-invalid={refused === undefined ? undefined : "true"}
            type="text"
            inputmode="url"
            name="link"
            maxlength={2_000}
            aria-describedby={`${field}-hint`}
            autofocus={refused !== undefined}
            autocomplete="off"
            required
          />
          <button class="button small primary" type="submit">
            <T>This is the post</T>
          </button>
        </form>
      </details>
      {share.remedy === "check" && (
        <Confirm
          label={say("It isn’t there: share again")}
          whose={whose}
          id={`again-${share.id}`}
          action={`/social/resolve/${share.id}/again/`}
          answer={say("Yes, share again")}
        >
          {say("Share again to {account}? If the first post turns up after all, it will be there twice.", {
            account: whose.trim(),
          })}
        </Confirm>
      )}
    </>
  );
}
