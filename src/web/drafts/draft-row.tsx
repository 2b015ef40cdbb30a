/** One draft in the list: its page, its first words, how many accounts it is for, and what can be done. */
import { type KeptDraft, writtenWords } from "../../sharing/drafts/draft.ts";
import { Moment } from "../frame/time.tsx";
import { T } from "../frame/words.tsx";
import { continuePath } from "./continue-draft.ts";
import { draftPath } from "./drafts-path.ts";

/** More of a message is not shown in a row. */
const FIRST_WORDS = 200;

interface DraftRowProps {
  readonly draft: KeptDraft;
  /** The path of the page's picture on this service. */
  readonly picture: string | undefined;
  readonly zone: string | undefined;
}

export function DraftRow({ draft, picture, zone }: DraftRowProps) {
  const { id, link, fields, updatedAt } = draft;
  const host = new URL(link.url).host.replace(/^www\./, "");
  const title = link.title === "" ? host : link.title;
  const accounts = fields.filter(([name]) => name === "account").length;
  return (
    <li class="card shared draft">
      {picture !== undefined && <img class="shared-picture" src={picture} alt="" loading="lazy" />}
      <div class="shared-words">
        <h2 class="one-line">
          <a href={continuePath(draft)}>{title}</a>
        </h2>
        <p class="one-line" dir="auto">
          {writtenWords(fields).slice(0, FIRST_WORDS)}
        </p>
        <p class="quiet">
          {host}
          {" · "}
          <Moment at={updatedAt} zone={zone} />
          {accounts > 0 && (
            <>
              {" · "}
              <T number={accounts}>{"for {number, plural, one {# account} other {# accounts}}"}</T>
            </>
          )}
        </p>
      </div>
      <div class="shared-actions">
        <a class="button small primary" href={continuePath(draft)}>
          <T>Continue writing</T>
          <span class="unseen">{`: ${title}`}</span>
        </a>
        <form method="post" action={draftPath(id, "delete")}>
          <button class="button small" type="submit">
            <T>Delete</T>
            <span class="unseen">{`: ${title}`}</span>
          </button>
        </form>
      </div>
    </li>
  );
}
