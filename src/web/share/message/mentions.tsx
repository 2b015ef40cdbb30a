/** The list of people that completes a handle while it is typed. */
import { z } from "zod";
import { findMentions } from "../../../sharing/requests/mentions.ts";
import { show } from "../../frame/show.tsx";
import { useWords } from "../../frame/words.tsx";
import type { WebContext } from "../../guards/context.ts";
import { readDraft } from "../share-draft.tsx";

const askedShape = z.object({ mention: z.string().trim().catch("") });

/** POST /social/share/mentions/: people whose handle begins with `mention`, as options; 204 if there are none. */
export async function showMentions(c: WebContext) {
  const { draft } = await readDraft(c);
  const { mention } = askedShape.parse(await c.req.parseBody());
  const people = await findMentions(c.var.runtime, c.var.person, { selection: draft, words: mention });
  return people.length === 0 ? c.body(null, 204) : show(c, <MentionOptions people={people} />);
}

/** The field keeps the focus, and names the option that is chosen. */
const option = { role: "option", "aria-selected": "false" } as const;

function MentionOptions({ people }: { people: Awaited<ReturnType<typeof findMentions>> }) {
  const { t } = useWords();
  const found = t(
    "{found, plural, one {# person} other {# people}}: arrow keys choose, Enter takes, Escape closes.",
    {
      found: people.length,
    },
  );
  return (
    <div class="mentions" role="listbox" id="mentions" aria-label={t("People to mention")} data-found={found}>
      {people.map(({ handle, displayName }, index) => (
        <div {...option} id={`mention-${index}`} data-handle={handle}>
          {displayName !== "" && <strong dir="auto">{displayName}</strong>} <span>{handle}</span>
        </div>
      ))}
    </div>
  );
}
