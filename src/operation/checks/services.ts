/** The servers of others that we need: email, networks, sign-in, pictures. */
import { callbackAddress } from "../../connections/oauth/authorize.ts";
import { platformNames } from "../../platforms/platform.ts";
import { aboutPlatform } from "../../platforms/registry.ts";
import { inEnglish, part, say } from "../../words/words.ts";
import { mailState } from "../trouble/mail-state.ts";
import { type Check, type ChecksRuntime, reasonOf } from "./check.ts";

/** Whether the mail server accepts our login. */
export async function checkMail({ mailer, database }: ChecksRuntime): Promise<Check> {
  const check = { id: "mail", what: say("Email") };
  if (!mailer.available)
    return {
      ...check,
      verdict: "unsure",
      words: say(
        "Off: there are no sign-in links, password resets or notifications, and you pass invitations on yourself. To turn email on, set SOCIAL_MAIL_URL.",
      ),
    };
  const problem = await mailer.check();
  // There are no tables before the first start.
  const state = database && (await mailState(database).catch(() => undefined));
  const { lastFailure, waiting = 0 } = state ?? {};
  if (problem === undefined && lastFailure !== undefined && waiting > 0)
    return {
      ...check,
      verdict: "unsure",
      words: say(
        "The mail server accepts the login. {waiting, plural, one {# email is} other {# emails are}} still waiting; the last failure was {code}.",
        { waiting, code: lastFailure.code },
      ),
    };
  if (problem === undefined)
    return {
      ...check,
      verdict: "good",
      words: say("The mail server accepts the login. Send yourself a test email to check that it arrives."),
    };
  return {
    ...check,
    verdict: "bad",
    words: say(
      "The mail server refused the login ({problem}). Compare SOCIAL_MAIL_URL with your provider’s settings.",
      { problem },
    ),
  };
}

/** Which networks are configured, completely or in part. */
export async function checkNetworks({ platforms }: ChecksRuntime): Promise<Check> {
  const check = { id: "networks", what: say("Networks") };
  const there = platforms.availablePlatforms().map(({ about }) => about.label);
  const missing = platformNames.filter((name) => platforms.missingSettings(name).length > 0);
  const notices = platforms.availablePlatforms().flatMap((platform) => platform.operatorNotice() ?? []);
  const forgotten = platformNames.flatMap((name) => platforms.forgottenSettings(name));
  if (forgotten.length > 0)
    return {
      ...check,
      verdict: "bad",
      words: say("Missing, although the other setting of the pair is set: {forgotten}.", { forgotten }),
    };
  const [notice] = notices;
  if (notice !== undefined) return { ...check, verdict: "unsure", words: notice };
  const rest = missing.map((name) => aboutPlatform(name).label);
  return {
    ...check,
    verdict: there.length > 1 || missing.length === 0 ? "good" : "unsure",
    words:
      rest.length === 0
        ? say("Set up: {there}.", { there })
        : say("Set up: {there}. Not yet: {rest}.", { there, rest }),
  };
}

/** Only if a provider is configured. */
export async function checkProvider({ people: { openid } }: ChecksRuntime): Promise<Check[]> {
  if (openid === undefined) return [];
  const { name, issuer } = openid.settings;
  const check = { id: "provider", what: say("Sign-in at {name}", { name }) };
  try {
    await openid.check();
    return [
      {
        ...check,
        verdict: "good",
        words: say(
          "{host} provides its sign-in configuration. Only a sign-in shows whether the secret is right: try it once.",
          {
            host: issuer.host,
          },
        ),
      },
    ];
  } catch (error) {
    return [
      {
        ...check,
        verdict: "bad",
        words: say("{host} does not provide its sign-in configuration: {reasonOf}. Check OIDC_ISSUER.", {
          host: issuer.host,
          reasonOf: reasonOf(error),
        }),
      },
    ];
  }
}

/** Only if pictures are kept outside the database. */
export async function checkPictures({ pictures }: ChecksRuntime): Promise<Check[]> {
  if (pictures.host === undefined) return [];
  const check = { id: "pictures", what: say("Picture store") };
  try {
    await pictures.check();
    return [
      {
        ...check,
        verdict: "good",
        words: say("Pictures can be stored at {host} and removed again.", { host: pictures.host }),
      },
    ];
  } catch (error) {
    return [
      {
        ...check,
        verdict: "bad",
        words: say("{problem} Check the SOCIAL_PICTURES_S3 settings.", {
          problem: error instanceof Error ? error.message : String(error),
        }),
      },
    ];
  }
}

/** Tests our credentials at each configured network that has them. */
export async function testApps({ platforms, config }: ChecksRuntime): Promise<Check[]> {
  const names = platformNames.filter(
    (name) => platforms.missingSettings(name).length === 0 && aboutPlatform(name).server === undefined,
  );
  const tested = await Promise.all(
    names.map(async (name) => {
      const { label } = aboutPlatform(name);
      const apps = await platforms.testApp(name, callbackAddress({ config }, name, undefined));
      return apps.map(({ way, verdict, words }) => ({
        id: way === undefined ? name : `${name}: ${inEnglish(way)}`,
        what: way === undefined ? label : say("{label}, {way}", { label, way: part(way) }),
        verdict,
        words,
      }));
    }),
  );
  return tested.flat();
}
