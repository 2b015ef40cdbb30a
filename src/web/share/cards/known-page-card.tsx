/** The page as it describes itself; otherwise as the link describes it, with a note that says so. */
import type { KnownPage } from "../../../pages/known-page.ts";
import { say, type Told } from "../../../words/words.ts";
import { fragmentOnly } from "../../frame/fragment.ts";
import { Say, T } from "../../frame/words.tsx";
import { PageLine } from "./page-line.tsx";

interface KnownPageCardProps {
  readonly known: KnownPage;
  /** The address of this share page, polled while the page is still being read. */
  readonly here: string;
}

export function KnownPageCard({ known, here }: KnownPageCardProps) {
  const { page, metadata, problem, saysLess } = known;
  const isLate = problem === "late";
  const live = {
    "hx-get": here.replace("/social/share/", "/social/share/page/"),
    "hx-trigger": "load delay:700ms",
    "hx-swap": "outerHTML",
    "hx-config": fragmentOnly,
  };
  const picture = page.image === undefined ? undefined : known.previews.get(page.image)?.path;
  return (
    <div class="known-page" {...(isLate ? live : {})}>
      <PageLine page={page} picture={picture}>
        {isLate ? (
          <>
            <Say told={explainUnread(problem)} /> <T>Shown as the link describes it.</T>
          </>
        ) : undefined}
      </PageLine>
      {metadata === undefined && !isLate && (
        <p class="note doubt" role="status">
          <Say told={explainUnread(problem)} /> <T>Shown as the link describes it.</T>
        </p>
      )}
      {metadata !== undefined && saysLess && (
        <p class="note quiet">
          <T>The page itself says little about its content.</T> <T>Shown as the link describes it.</T>
        </p>
      )}
    </div>
  );
}

/** Returns a sentence that says why a page could not be read. */
export function explainUnread(problem: KnownPage["problem"]): Told {
  return reasons[problem ?? "failing"];
}

const reasons = {
  late: say("The page is being read."),
  refused: say("We cannot open this address: the page must be on the public internet, with https."),
  missing: say("The site no longer shows this page to everyone."),
  failing: say("The site is not responding, or is too slow."),
  "not-html": say("This is a file, not a page."),
  unreadable: say("We cannot read this page."),
  login: say("The site shows this page only to people who are signed in."),
  consent: say("The site asks visitors for consent or their age first, so we cannot see the page."),
  challenge: say("The site checks for robots first, so we cannot see the page."),
  elsewhere: say("The site redirects this address to another page."),
  scripted: say("This page has no text until its scripts run, and we do not run scripts."),
} as const;
