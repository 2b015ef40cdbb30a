/** The actions for one share, the most useful first. Deleting a post is offered on the page with the details. */
import { aboutPlatform } from "../../../platforms/registry.ts";
import { type Share, secondPostOf } from "../../../sharing/share.ts";
import { say } from "../../../words/words.ts";
import { reconnectPath } from "../../connections/connect-path.ts";
import { tellAccount } from "../../frame/account-badge.tsx";
import { Sign } from "../../frame/icons.tsx";
import { T, useWords } from "../../frame/words.tsx";
import { sharePath } from "../share-path.ts";
import { Confirm, Press } from "./action-forms.tsx";
import { type RefusedLink, Unconfirmed } from "./unconfirmed.tsx";

interface ShareActionsProps {
  readonly share: Share;
  /** Shown on the page with the details; elsewhere there is a link to that page. */
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
      {share.status === "unconfirmed" && !aboutPlatform(connection.platform).isFormer && (
        <Unconfirmed share={share} whose={whose} refusedLink={refusedLink} />
      )}
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

/** Offered with the details, and everywhere after a deletion that failed. */
function mayDelete({ deletion }: Share, isWhole: boolean): boolean {
  if (deletion.state === "failed" || deletion.state === "unclear") return deletion.isRepeatable;
  return isWhole && deletion.state === "possible";
}
