/** The account settings page: profile, preferences, ways to sign in, sessions and data. */
import { z } from "zod";
import { hasPassword } from "../../people/password/password.ts";
import { savePreferences } from "../../people/preferences.ts";
import { canUsePasskeys, listPasskeys } from "../../people/second-factor/passkeys.ts";
import { listSessions } from "../../people/sign-in/sessions.ts";
import { isTimeZone } from "../../sharing/requests/schedule.ts";
import { languages } from "../../words/languages.ts";
import { say, type Told } from "../../words/words.ts";
import { assetPath } from "../assets.ts";
import { Banner } from "../frame/banner.tsx";
import { readNews } from "../frame/flash.ts";
import { Layout } from "../frame/layout.tsx";
import { show } from "../frame/show.tsx";
import { T } from "../frame/words.tsx";
import type { WebContext } from "../guards/context.ts";
import { takeKeptForm } from "../guards/kept-form.ts";
import { HashtagsLink } from "./hashtags.tsx";
import { Passkeys } from "./passkey-list.tsx";
import { Password } from "./password-form.tsx";
import { Preferences } from "./preferences.tsx";
import { Profile } from "./profile-form.tsx";
import type { RefusedForm } from "./refused-form.tsx";
import { SecondFactor } from "./second-factor-form.tsx";
import { Sessions } from "./session-list.tsx";
import { YourData } from "./your-data.tsx";

const news: Readonly<Record<string, Told>> = {
  name: say("Your name has been changed."),
  "mail-asked": say("We sent a link to the new address. Nothing changes until you open it."),
  "proof-asked": say("We sent you a link. Open it in this browser."),
  proved: say("Your email address is verified."),
  mail: say("Your email address has been changed. Other browsers are signed out."),
  confirmed: say("Thank you. You can now continue."),
  "password-changed": say("Your password has been changed. Other browsers are signed out."),
  preferences: say("Your preferences are saved."),
  "second-factor-on": say("Two-step sign-in is on. Other browsers are signed out."),
  "second-factor-off": say("Two-step sign-in is off. Other browsers are signed out."),
  "passkey-added": say("Passkey added. You can use it the next time you sign in."),
  "passkey-removed": say("Passkey removed. Delete it from your device too. Other browsers are signed out."),
  "session-ended": say("That browser is signed out."),
};

/** GET /account/: the account settings. */
export async function showAccount(c: WebContext) {
  const { email, name } = takeKeptForm(c);
  const refused: RefusedForm | undefined =
    email === undefined ? undefined : { form: "mail", bad: undefined, typed: email };
  return renderAccount(c, { good: readNews(c, news), refused, passkeyName: name });
}

/** Redirects to the account settings, which show the named message. */
export function returnToAccount(c: WebContext, what: keyof typeof news) {
  return c.redirect(`/account/?news=${what}`, 303);
}

const preferencesShape = z.object({
  notices: z.enum(["none", "problems", "all"]),
  zone: z.string().refine(isTimeZone),
  language: z.union([z.enum(languages), z.literal("").transform(() => undefined)]),
});

/** POST /account/preferences/: saves mail notices, time zone and language. */
export async function submitPreferences(c: WebContext) {
  const form = preferencesShape.safeParse(await c.req.parseBody());
  if (!form.success) {
    c.status(422);
    return renderAccount(c, {
      refused: { form: "preferences", bad: say("Choose one of the options in the form.") },
    });
  }
  const { notices: mailNotices, zone: timeZone, language } = form.data;
  await savePreferences(c.var.runtime, c.var.person, { mailNotices, timeZone, language });
  return returnToAccount(c, "preferences");
}

interface AccountNews {
  readonly good?: Told | undefined;
  readonly refused?: RefusedForm | undefined;
  readonly passkeyName?: string | undefined;
}

export async function renderAccount(c: WebContext, { good, refused, passkeyName }: AccountNews) {
  const { runtime, person, sessionId } = c.var;
  const [ownsPassword, passkeys, sessions] = await Promise.all([
    hasPassword(runtime, person),
    listPasskeys(runtime, person),
    listSessions(runtime, person),
  ]);
  return show(
    c,
    <Layout
      title={say("Your account")}
      person={person}
      current="account"
      address="/account/"
      head={<script src={assetPath("passkey.js")} type="module" blocking="render" />}
    >
      <h1>
        <T>Your account</T>
      </h1>
      <Banner good={good} />
      <div class="settings">
        <Profile person={person} canMail={runtime.mailer.available} refused={refused} />
        <Preferences person={person} canMail={runtime.mailer.available} refused={refused} />
        <Password email={person.email} hasPassword={ownsPassword} refused={refused} />
        <SecondFactor
          isOn={person.hasSecondFactor}
          hasPassword={ownsPassword}
          isProven={person.isProven}
          refused={refused}
        />
        <Passkeys
          passkeys={passkeys}
          typed={passkeyName}
          zone={person.timeZone}
          isPossible={canUsePasskeys(runtime.config.baseUrl)}
          isProven={person.isProven}
        />
        <Sessions sessions={sessions} here={sessionId} zone={person.timeZone} />
        <HashtagsLink />
        <YourData />
      </div>
    </Layout>,
  );
}
