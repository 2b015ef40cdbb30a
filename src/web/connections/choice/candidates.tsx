/** The list of accounts that a network gave access to, when there are too many for one page. */
import { z } from "zod";
import type { Candidate } from "../../../connections/oauth/choose.ts";
import { T, useWords } from "../../frame/words.tsx";
import { type Find, readSelection, writePage } from "../../share/picker/selection-fields.ts";
import { CandidateRow } from "./candidate-row.tsx";

/** Longer lists are paged and searched. */
export const MANY_CANDIDATES = 60;
const PAGE_SIZE = 25;

type Body = Readonly<Record<string, unknown>>;

const shape = z.object({
  account: z
    .unknown()
    .default([])
    .transform((values) => [values].flat().filter((value) => typeof value === "string")),
  /** The accounts ticked on earlier pages: a bit set in the order of the candidates, as base64url. */
  kept: z.string().optional().catch(undefined),
  everything: z.literal("yes").optional().catch(undefined),
  shown: z.string().catch(""),
});

/** The ids of the ticked accounts, on this page of the list and on earlier ones. */
export function readChosen(body: Body, candidates: readonly Candidate[]): string[] {
  const { account, kept, everything, shown } = shape.parse(body);
  if (everything !== undefined) return candidates.map((candidate) => candidate.account.id);
  if (kept === undefined) return account;
  const bits = Buffer.from(kept, "base64url");
  const onPage = new Set(shown.split(" "));
  const before = candidates.flatMap((candidate, index) => {
    const isKept = ((bits[index >> 3] ?? 0) >> (index & 7)) & 1;
    return isKept === 1 && !onPage.has(String(index)) ? [candidate.account.id] : [];
  });
  return [...new Set([...before, ...account])];
}

function writeKept(chosen: ReadonlySet<string>, candidates: readonly Candidate[]): string {
  const bits = Buffer.alloc(Math.ceil(candidates.length / 8));
  for (const [index, { account }] of candidates.entries())
    if (chosen.has(account.id)) bits[index >> 3] = (bits[index >> 3] ?? 0) | (1 << (index & 7));
  return bits.toString("base64url");
}

interface ManyCandidatesProps {
  readonly candidates: readonly Candidate[];
  /** The form as submitted: the search and the ticked accounts. */
  readonly sent: Body | undefined;
  /** The path that the form is sent to for another search or page. */
  readonly findAt: string;
}

export function ManyCandidates({ candidates, sent, findAt }: ManyCandidatesProps) {
  const { t } = useWords();
  const find: Find = readSelection(sent ?? {}).find;
  const renewed = candidates.filter(({ connected }) => connected).map(({ account }) => account.id);
  const chosen = new Set(sent === undefined ? renewed : readChosen(sent, candidates));
  const words = find.words.toLowerCase().split(/\s+/);
  const found = [...candidates.entries()].filter(([, { account }]) => {
    const name = `${account.displayName} @${account.username}`.toLowerCase();
    return words.every((word) => name.includes(word));
  });
  const pages = Math.max(1, Math.ceil(found.length / PAGE_SIZE));
  const page = Math.min(find.page, pages);
  const shown = found.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE);
  const usable = candidates.filter(({ hindrance }) => hindrance === undefined).length;
  return (
    <>
      <input type="hidden" name="kept" value={writeKept(chosen, candidates)} />
      <input type="hidden" name="shown" value={shown.map(([index]) => index).join(" ")} />
      <input type="hidden" name="page" value={writePage({ ...find, page })} />
      <div class="find">
        <label>
          <T>Find accounts</T>
          <input
            type="search"
            name="find"
            value={find.words}
            maxlength={100}
            autocomplete="off"
            placeholder={t("Name or handle")}
          />
        </label>
        <button class="button" type="submit" formaction={findAt}>
          <T>Find</T>
        </button>
      </div>
      <p role="status">
        {t(
          "{chosen, plural, =0 {Nothing is ticked} one {# is ticked} other {# are ticked}} of {all, number}.",
          {
            chosen: chosen.size,
            all: candidates.length,
          },
        )}
      </p>
      <label class="tick">
        <input type="checkbox" name="everything" value="yes" />
        <T number={usable}>{"All {number, number} that can be connected"}</T>
      </label>
      <ul class="candidates">
        {shown.map(([index, candidate]) => (
          <CandidateRow candidate={candidate} index={index} isChosen={chosen.has(candidate.account.id)} />
        ))}
      </ul>
      <p class="turning">
        {page > 1 && <Turn to={page - 1} findAt={findAt} label={t("Previous")} />}
        <span class="quiet">
          <T page={page} pages={pages}>
            {"Page {page, number} of {pages, number}"}
          </T>
        </span>
        {page < pages && <Turn to={page + 1} findAt={findAt} label={t("Next")} />}
      </p>
    </>
  );
}

function Turn({ to, findAt, label }: { to: number; findAt: string; label: string }) {
  return (
    <button class="button small" type="submit" name="turn" value={String(to)} formaction={findAt}>
      {label}
    </button>
  );
}
