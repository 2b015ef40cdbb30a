/** What a person can do about one share. */
import { handleOf } from "../../connections/connection.ts";
import { aboutPlatform } from "../../platforms/registry.ts";
import type { Share } from "../../sharing/share.ts";
import { reconnectPath } from "../connect-path.ts";
import { Sign } from "./icons.tsx";

interface ShareActionsProps {
  readonly share: Share;
  readonly withDetails: boolean;
}

export function ShareActions({ share, withDetails }: ShareActionsProps) {
  const { connection, remedy, deletion } = share;
  const postUrl = deletion.state === "deleted" ? undefined : share.postUrl;
  const whose = ` ${handleOf(connection.account)} on ${aboutPlatform(connection.platform).label}`;
  return (
    <div class="outcome-actions">
      {postUrl !== undefined && (
        <a class="button small" href={postUrl} target="_blank" rel="noopener">
          See the post
          <span class="unseen">{` of${whose}, in a new tab`}</span>
          <Sign name="out" />
        </a>
      )}
      {remedy === "reconnect" && (
        <a class="button small primary" href={reconnectPath(connection, `/social/share/${share.requestId}/`)}>
          Reconnect
          <span class="unseen">{whose}</span>
        </a>
      )}
      {(remedy === "retry" || remedy === "check") && (
        <Press action={`/social/retry/${share.id}/`} whose={whose} isFirst>
          {remedy === "retry" ? "Retry" : "Check again"}
        </Press>
      )}
      {share.isOverdue && (
        <Press action={`/social/now/${share.id}/`} whose={whose} isFirst>
          Share now
        </Press>
      )}
      {share.status === "unconfirmed" && <Doubt share={share} whose={whose} />}
      {share.isCancellable && (
        <Confirm label="Cancel" whose={whose} action={`/social/cancel/${share.id}/`} answer="Yes, cancel">
          {`Do not share this to${whose}?`}
        </Confirm>
      )}
      {deletion.state === "possible" && (
        <Confirm
          label="Delete"
          whose={` the post of${whose}`}
          action={`/social/delete/${share.id}/`}
          answer="Yes, delete"
        >
          {`Delete the post of${whose}? It is gone there for everybody, with its replies and likes.`}
        </Confirm>
      )}
      {deletion.state === "hindered" && (
        <details class="confirm">
          <summary class="button small">
            Delete<span class="unseen">{` the post of${whose}`}</span>
          </summary>
          <p class="note">{deletion.hindrance}</p>
        </details>
      )}
      {withDetails && (
        <a class="button small plain" href={`/social/shares/${share.id}/`}>
          Details<span class="unseen">{` of${whose}`}</span>
        </a>
      )}
    </div>
  );
}

/** Only the person can tell by now: they look there, and say what they see. */
function Doubt({ share, whose }: { share: Share; whose: string }) {
  const { postLinkExample } = aboutPlatform(share.connection.platform);
  const field = `link-${share.id}`;
  return (
    <>
      <details class="confirm">
        <summary class="button small">
          It is there<span class="unseen">{`, at${whose}`}</span>
        </summary>
        <form method="post" action={`/social/resolve/${share.id}/there/`}>
          <label for={field}>Link of the post</label>
          <p class="quiet" id={`${field}-hint`}>
            {`Copy it there: ${postLinkExample}`}
          </p>
          <input
            id={field}
            type="text"
            inputmode="url"
            name="link"
            maxlength={2_000}
            aria-describedby={`${field}-hint`}
            autocomplete="off"
            required
          />
          <button class="button small primary" type="submit">
            That is it
          </button>
        </form>
      </details>
      {share.remedy === "check" && (
        <Confirm
          label="It is not: share again"
          whose={whose}
          action={`/social/resolve/${share.id}/again/`}
          answer="Yes, share again"
        >
          {`Share again to${whose}? If the first one shows up after all, it is there twice.`}
        </Confirm>
      )}
    </>
  );
}

interface PressProps {
  readonly action: string;
  readonly whose: string;
  readonly isFirst?: boolean;
  readonly children: string;
}

function Press({ action, whose, isFirst = false, children }: PressProps) {
  return (
    <form method="post" action={action}>
      <button class={isFirst ? "button small primary" : "button small"} type="submit">
        {children}
        <span class="unseen">{whose}</span>
      </button>
    </form>
  );
}

interface ConfirmProps {
  readonly label: string;
  readonly whose: string;
  readonly action: string;
  readonly answer: string;
  readonly children: string;
}

/** Asked once more before it is done. */
function Confirm({ label, whose, action, answer, children }: ConfirmProps) {
  return (
    <details class="confirm">
      <summary class="button small">
        {label}
        <span class="unseen">{whose}</span>
      </summary>
      <form method="post" action={action}>
        <p>{children}</p>
        <button class="button small danger" type="submit">
          {answer}
        </button>
      </form>
    </details>
  );
}
