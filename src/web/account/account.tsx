/** A person's own settings: who they are, how they sign in, where they are signed in, and what is theirs to take or delete. */
import { z } from "zod";
import { hasPassword } from "../../people/password/password.ts";
import { chooseNotices, keepLanguage, keepTimeZone } from "../../people/preferences.ts";
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
import { Passkeys } from "./passkey-list.tsx";
import { Password } from "./password-form.tsx";
import { Preferences } from "./preferences.tsx";
import { Profile } from "./profile-form.tsx";
import type { RefusedForm } from "./refused-form.tsx";
import { SecondFactor } from "./second-factor-form.tsx";
import { Sessions } from "./session-list.tsx";
import { YourData } from "./your-data.tsx";

const news: Readonly<Record<string, Told>> = {
  name: say("Your name is changed."),
  "mail-asked": say("A link is on its way to the new address. Nothing changes before you open it."),
  "proof-asked": say("A link is on its way to you. Open it in this browser."),
  proved: say("Your mail address is proved."),
  mail: say("Your mail address is changed. Other browsers are signed out."),
  confirmed: say("Thank you. Now go on with what you were about to do."),
  "password-changed": say("Your password is changed. Other browsers are signed out."),
  preferences: say("Your choice is saved."),
  "second-factor-on": say(
    "From now on a code of your app is asked for when you sign in. Other browsers are signed out.",
  ),
  "second-factor-off": say("No code is asked for any more when you sign in. Other browsers are signed out."),
  "passkey-added": say("Your passkey is added. Use it when you sign in next."),
  "passkey-removed": say(
    "The passkey works here no longer. Delete it on your device too. Other browsers are signed out.",
  ),
  "session-ended": say("That browser is signed out."),
};

export async function showAccount(c: WebContext) {
  const { email, name } = takeKeptForm(c);
  const refused: RefusedForm | undefined =
    email === undefined ? undefined : { form: "mail", bad: undefined, typed: email };
  return renderAccount(c, { good: readNews(c, news), refused, passkeyName: name });
}

/** Back to the settings, told what came of it. */
export function returnToAccount(c: WebContext, what: keyof typeof news) {
  return c.redirect(`/account/?news=${what}`, 303);
}

const preferencesShape = z.object({
  notices: z.enum(["none", "problems", "all"]),
  zone: z.string().refine(isTimeZone),
  language: z.union([z.enum(languages), z.literal("").transform(() => undefined)]),
});

export async function submitPreferences(c: WebContext) {
  const form = preferencesShape.safeParse(await c.req.parseBody());
  if (!form.success) {
    c.status(422);
    return renderAccount(c, {
      refused: { form: "preferences", bad: say("Choose from what the form offers.") },
    });
  }
  await chooseNotices(c.var.runtime, c.var.person, form.data.notices);
  await keepTimeZone(c.var.runtime, c.var.person, form.data.zone);
  await keepLanguage(c.var.runtime, c.var.person, form.data.language);
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
        <YourData />
      </div>
    </Layout>,
  );
}
