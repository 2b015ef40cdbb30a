/** What can be done about one share: the one next step first; deleting its post stands with the details. */
import { aboutPlatform } from "../../../platforms/registry.ts";
import { type Share, secondPostOf } from "../../../sharing/share.ts";
import type { Told } from "../../../words/words.ts";
import { say } from "../../../words/words.ts";
import { reconnectPath } from "../../connections/connect-path.ts";
import { tellAccount } from "../../frame/account-badge.tsx";
import { Notice } from "../../frame/form.tsx";
import { Sign } from "../../frame/icons.tsx";
import { Say, T, useWords } from "../../frame/words.tsx";
import { sharePath } from "../share-path.ts";

/** A link that is not one of a post of the account. */
export interface RefusedLink {
  readonly shareId: string;
  readonly link: string;
  readonly problem: Told;
}

interface ShareActionsProps {
  readonly share: Share;
  /** Beside all that is known of it; elsewhere there is a link to it. */
  readonly isWhole: boolean;
  readonly refusedLink: RefusedLink | undefined;
}

export function ShareActions({ share, isWhole, refusedLink }: ShareActionsProps) {
  const { connection, remedy, deletion } = share;
  const postUrl = deletion.state === "deleted" ? undefined : share.postUrl;
  const secondUrl = secondPostOf(share);
  const { t } = useWords();
  const account = tellAccount(connection, t);
  const whose = ` ${account}`;
  return (
    <div class="outcome-actions">
      {postUrl !== undefined && (
        <a
          class={isWhole ? "button small" : "button small plain"}
          href={postUrl}
          target="_blank"
          rel="noreferrer"
        >
          <T>See the post</T>
          <span class="unseen">{` ${t("of {account}, opens in a new tab", { account })}`}</span>
          <Sign name="out" />
        </a>
      )}
      {secondUrl !== undefined && (
        <a class="button small" href={secondUrl} target="_blank" rel="noreferrer">
          <T>See the second post</T>
          <span class="unseen">{` ${t("of {account}, opens in a new tab", { account })}`}</span>
          <Sign name="out" />
        </a>
      )}
      {remedy === "reconnect" && (
        <a class="button small primary" href={reconnectPath(connection, `/social/share/${share.requestId}/`)}>
          <T>Reconnect</T>
          <span class="unseen">{whose}</span>
        </a>
      )}
      {(remedy === "retry" || remedy === "check") && (
        <Press action={`/social/retry/${share.id}/`} whose={whose} isFirst>
          {remedy === "retry" ? say("Retry") : say("Check again")}
        </Press>
      )}
      {remedy === "rewrite" && (
        <a
          class={share.status === "rejected" ? "button small primary" : "button small"}
          href={`${sharePath(share.page)}&of=${share.id}`}
        >
          <T>Change and share</T>
          <span class="unseen">{whose}</span>
        </a>
      )}
      {share.isOverdue && (
        <Press action={`/social/now/${share.id}/`} whose={whose} isFirst>
          {say("Share now")}
        </Press>
      )}
      {share.status === "unconfirmed" && <Doubt share={share} whose={whose} refusedLink={refusedLink} />}
      {share.isCancellable && (
        <Confirm
          label={say("Cancel")}
          whose={whose}
          id={`cancel-${share.id}`}
          action={`/social/cancel/${share.id}/`}
          answer={say("Yes, cancel")}
        >
          {say("Cancel sharing to {account}?", { account })}
        </Confirm>
      )}
      {deletion.state === "deleting" && (
        <Confirm
          label={say("Stop waiting")}
          whose={whose}
          id={`stop-${share.id}`}
          action={`/social/delete/${share.id}/stop/`}
          answer={say("Yes, stop")}
        >
          {say(
            "Stop deleting the post of {account}? If we have already asked the network, it may still disappear.",
            {
              account,
            },
          )}
        </Confirm>
      )}
      {mayDelete(share, isWhole) && (
        <Confirm
          label={say("Delete")}
          whose={` ${t("the post of {account}", { account })}`}
          id={`delete-${share.id}`}
          action={`/social/delete/${share.id}/`}
          answer={say("Yes, delete")}
        >
          {say("Delete the post of {account}? Its replies and likes go with it. This cannot be undone.", {
            account,
          })}
        </Confirm>
      )}
      {isWhole && deletion.state === "hindered" && (
        <details class="confirm">
          <summary class="button small">
            <T>Delete</T>
            <span class="unseen">{` ${t("the post of {account}", { account })}`}</span>
          </summary>
          <p class="note">{t(deletion.hindrance)}</p>
        </details>
      )}
      {!isWhole && (
        <a class="button small plain" href={`/social/shares/${share.id}/`}>
          <T>Details</T>
          <span class="unseen">{` ${t("of {account}", { account })}`}</span>
        </a>
      )}
    </div>
  );
}

/** Beside the details; where it came to nothing, everywhere. */
function mayDelete({ deletion }: Share, isWhole: boolean): boolean {
  if (deletion.state === "failed" || deletion.state === "unclear") return deletion.isRepeatable;
  return isWhole && deletion.state === "possible";
}

interface DoubtProps {
  readonly share: Share;
  readonly whose: string;
  readonly refusedLink: RefusedLink | undefined;
}

/** Only the person can tell by now: they look there, and say what they see. */
function Doubt({ share, whose, refusedLink }: DoubtProps) {
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
          <Notice bad={refused?.problem} />
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

interface PressProps {
  readonly action: string;
  readonly whose: string;
  readonly isFirst?: boolean;
  readonly children: Told;
}

function Press({ action, whose, isFirst = false, children }: PressProps) {
  return (
    <form method="post" action={action}>
      <button class={isFirst ? "button small primary" : "button small"} type="submit">
        <Say told={children} />
        <span class="unseen">{whose}</span>
      </button>
    </form>
  );
}

interface ConfirmProps {
  /** Of its own, so that it stays unfolded only as what it was. */
  readonly id: string;
  readonly label: Told;
  readonly whose: string;
  readonly action: string;
  readonly answer: Told;
  readonly children: Told;
}

/** Asked once more before it is done. */
function Confirm({ id, label, whose, action, answer, children }: ConfirmProps) {
  return (
    <details class="confirm" id={id}>
      <summary class="button small">
        <Say told={label} />
        <span class="unseen">{whose}</span>
      </summary>
      <form method="post" action={action}>
        <p>
          <Say told={children} />
        </p>
        <button class="button small danger" type="submit">
          <Say told={answer} />
        </button>
      </form>
    </details>
  );
}
