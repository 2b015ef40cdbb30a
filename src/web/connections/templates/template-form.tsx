/** The form for the template of an account or a group, with examples of what becomes of it. */
import type { Child } from "hono/jsx";
import type { Connection } from "../../../connections/connection.ts";
import { LONGEST_TEMPLATE, readTemplate } from "../../../sharing/templates/template.ts";
import { say } from "../../../words/words.ts";
import { Banner } from "../../frame/banner.tsx";
import { T } from "../../frame/words.tsx";
import type { WebContext } from "../../guards/context.ts";
import { FieldList, TemplatePreviews } from "./template-previews.tsx";

const saved = say("The template is saved.");
const removed = say("The template is removed.");

/** A template as it was sent. */
export interface SentTemplate {
  readonly written: string;
  /** It was sent to be kept, not only to be looked at. */
  readonly isToKeep: boolean;
}

interface TemplateFormProps {
  readonly c: WebContext;
  readonly kept: string;
  readonly sent?: SentTemplate | undefined;
  /** One account of each network that it is for. */
  readonly accounts: readonly Connection[];
  /** Where its forms are sent. */
  readonly address: string;
  /** The local path to return to, where the page has one. */
  readonly back?: string;
  readonly hint: Child;
}

export function TemplateForm({ c, kept, sent, accounts, address, back, hint }: TemplateFormProps) {
  const written = sent?.written ?? kept;
  const reading = readTemplate(written);
  const problem = "problem" in reading ? reading.problem : undefined;
  const isSaved = sent === undefined && c.req.query("news") === "template";
  return (
    <section class={back === undefined ? "plan" : "card stack"} aria-labelledby="template">
      <h2 id="template">
        <T>Template</T>
      </h2>
      <p class="quiet">{hint}</p>
      {isSaved && <Banner good={kept === "" ? removed : saved} />}
      <Banner bad={sent?.isToKeep ? problem : undefined} />
      <form class="form" method="post" action={address}>
        {back !== undefined && <input type="hidden" name="return" value={back} />}
        <label>
          <T>What a post says when you write nothing, or around your message</T>
          <textarea
            dir="auto"
            name="template"
            rows={4}
            maxlength={LONGEST_TEMPLATE}
            placeholder={"{message}\n\n{title}\n{tags}"}
            aria-invalid={problem === undefined ? undefined : "true"}
          >
            {written}
          </textarea>
        </label>
        <details class="more">
          <summary>
            <T>What you can use in it</T>
          </summary>
          <FieldList />
          <p class="note quiet">
            <T field="{message}">
              {
                "A field that is empty leaves no gap. A template without {field} gives way to a message that you write. A different text for one account goes out as it is."
              }
            </T>
          </p>
        </details>
        <div class="actions">
          <button class="button primary" type="submit">
            <T>Save the template</T>
          </button>
          <button class="button" type="submit" formaction={`${address}preview/#template`}>
            <T>Preview</T>
          </button>
        </div>
        <TemplatePreviews
          c={c}
          // What is wrong is told once, above.
          reading={sent?.isToKeep && problem !== undefined ? { template: "" } : reading}
          accounts={accounts}
          address={address}
        />
      </form>
    </section>
  );
}
