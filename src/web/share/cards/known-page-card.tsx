/** The page on the share page: as it describes itself, or as the link does, which is then told. */
import type { KnownPage } from "../../../pages/known-page.ts";
import { say, type Told } from "../../../words/words.ts";
import { fragmentOnly } from "../../frame/fragment.ts";
import { Say, T } from "../../frame/words.tsx";
import { PageCard } from "./page-card.tsx";

interface KnownPageCardProps {
  readonly known: KnownPage;
  /** This share page, which is asked again for a page that is still being read. */
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
  const preview = page.image === undefined ? undefined : known.previews.get(page.image)?.path;
  return (
    <div class="known-page" {...(isLate ? live : {})}>
      <PageCard page={page} preview={preview} />
      {metadata === undefined && (
        <p class="note quiet" role={isLate ? undefined : "status"}>
          <Say told={tellUnread(problem)} /> <T>Shown as the link describes it.</T>
        </p>
      )}
      {metadata !== undefined && saysLess && (
        <p class="note quiet">
          <T>The page itself says little of what is to be seen on it.</T>{" "}
          <T>Shown as the link describes it.</T>
        </p>
      )}
    </div>
  );
}

/** Why a page could not be read, in a sentence. */
export function tellUnread(problem: KnownPage["problem"]): Told {
  return reasons[problem ?? "failing"];
}

const reasons = {
  late: say("The page is being read."),
  refused: say("The page’s address is not open to us: it must be on the public internet, with https."),
  missing: say("Its site shows this page not to everybody, or no longer."),
  failing: say("Its site does not answer at present, or not in time."),
  "not-html": say("This is a file, not a page."),
  unreadable: say("This page is built in a way that we cannot read."),
  login: say("Its site shows this page only to those who sign in there."),
  consent: say("Its site first asks visitors for their consent or their age, and does not show us the page."),
  challenge: say("Its site first checks whether a visitor is a robot, and does not show us the page."),
  elsewhere: say("Its site leads from this address to another page."),
  scripted: say("This page has no words until its scripts run, and we run none."),
} as const;
