/** The privacy page, which the networks demand of every service that asks them for access. Everyone can read it. */
import { z } from "zod";
import { platformNames } from "../../platforms/platform.ts";
import { aboutPlatform } from "../../platforms/registry.ts";
import { languageNames, languages } from "../../words/languages.ts";
import { say, wordsOf } from "../../words/words.ts";
import { readPageValues } from "../frame/branding.ts";
import { Layout } from "../frame/layout.tsx";
import { PageContext } from "../frame/page-values.ts";
import { show } from "../frame/show.tsx";
import { T } from "../frame/words.tsx";
import type { WebContext } from "../guards/context.ts";
import { Contact, Paragraphs } from "./operator-words.tsx";
import { Statement } from "./statement.tsx";

const languageShape = z.enum(languages).optional().catch(undefined);

/** GET /privacy/: what the service stores and hands on, in the reader's language or in the one of `?language=`. */
export function showPrivacy(c: WebContext) {
  const { config, settings, platforms, mailer, people } = c.var.runtime;
  const usual = readPageValues(c);
  const asked = languageShape.parse(c.req.query("language"));
  const values = asked === undefined ? usual : { ...usual, words: wordsOf(asked) };
  const details = settings.current().privacy;
  const offered = platformNames
    .filter((name) => platforms.missingSettings(name).length === 0)
    .map(aboutPlatform);
  return show(
    c,
    <PageContext.Provider value={values}>
      <Layout title={say("Privacy")} shape="sheet">
        <nav class="languages" aria-label={values.words.t("Language")}>
          {languages.map((language) => (
            <a
              href={`/privacy/?language=${language}`}
              lang={language}
              aria-current={language === values.words.language ? "page" : undefined}
            >
              {languageNames[language]}
            </a>
          ))}
        </nav>
        <h1>
          <T>Privacy</T>
        </h1>
        {details?.replaces !== true && (
          <Statement
            networks={offered.map(({ label }) => label)}
            deletingNetworks={offered.filter((about) => about.callsAboutOwners).map(({ label }) => label)}
            provider={people.openid?.settings.name}
            publicCounts={config.publicCounts}
            keepDays={config.keepDays}
            backups={config.backups?.keep}
            hasMail={mailer.available}
          />
        )}
        {details !== undefined && details.text !== "" && (
          <section class="stack">
            {details.replaces || (
              <h2>
                <T>From the operator</T>
              </h2>
            )}
            <Paragraphs text={details.text} />
          </section>
        )}
        <Contact details={details} />
      </Layout>
    </PageContext.Provider>,
  );
}
