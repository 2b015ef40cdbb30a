/** What somebody sees who presses Share and is not signed in: the page, Sign in, and other ways to share it. */
import type { PageLink } from "../../pages/page.ts";
import { say } from "../../words/words.ts";
import { assetPath } from "../assets.ts";
import { Layout } from "../frame/layout.tsx";
import { T } from "../frame/words.tsx";
import type { WebContext } from "../guards/context.ts";
import { withNext } from "../guards/next.ts";
import { PageCard } from "../share/cards/page-card.tsx";
import { JoinLink } from "../sign-in/join-link.tsx";
import { type SignInDraft, SignInForm, signInHead } from "../sign-in/sign-in-form.tsx";
import { OtherWays } from "./other-ways.tsx";
import type { SharedLink } from "./shared-link.ts";

interface VisitorShareProps extends SharedLink {
  readonly c: WebContext;
  readonly draft: SignInDraft;
}

/** Shows the page that is about to be shared, with Sign in folded until somebody presses it or was refused. */
export function VisitorShare({ c, link, ways, draft }: VisitorShareProps) {
  const isSigningIn = draft.email !== "" || draft.bad !== undefined;
  return (
    <Layout
      title={say("How do you want to share?")}
      shape="dialog"
      address={withNext("/login/", draft.next)}
      head={
        <>
          {signInHead}
          <script src={assetPath("share-sheet.js")} type="module" />
        </>
      }
    >
      <h1>
        <T>How do you want to share?</T>
      </h1>
      <LinkCard link={link} />
      <details class="sign-in" open={isSigningIn}>
        <summary class="button primary">
          <T>Sign in to share it to your accounts</T>
        </summary>
        <SignInForm c={c} {...draft} />
      </details>
      <JoinLink c={c} next={draft.next} />
      <OtherWays link={link} ways={ways} />
    </Layout>
  );
}

/** The page as its link describes it. Its picture is not loaded, since the site would then see the visitor. */
export function LinkCard({ link }: { link: PageLink }) {
  const page = { ...link, image: undefined, title: link.title || new URL(link.url).host };
  return (
    <div class="known-page">
      <PageCard page={page} picture={undefined} />
      {link.title !== "" && (
        <p class="note quiet">
          <T>Shown as the link describes it.</T>
        </p>
      )}
    </div>
  );
}
