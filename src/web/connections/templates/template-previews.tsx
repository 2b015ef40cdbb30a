/** What a template makes of an example page, on each network that it is for. Updated while the person types. */
import type { Connection } from "../../../connections/connection.ts";
import type { SharedPage } from "../../../pages/page.ts";
import { drawLinkCard } from "../../../platforms/registry.ts";
import { fitText } from "../../../sharing/requests/compose.ts";
import { fieldNames, namesField, type TemplateReading } from "../../../sharing/templates/template.ts";
import { fragmentOnly } from "../../frame/fragment.ts";
import { Sign } from "../../frame/icons.tsx";
import { Say, T, useWords } from "../../frame/words.tsx";
import type { WebContext } from "../../guards/context.ts";
import { PostPreview } from "../../share/cards/link-card.tsx";
import { toCardSource } from "../../share/cards/link-cards.ts";

interface TemplatePreviewsProps {
  readonly c: WebContext;
  /** As it is written in the form. */
  readonly reading: TemplateReading;
  /** One account of each network. */
  readonly accounts: readonly Connection[];
  /** Where the form is sent for them. */
  readonly address: string;
}

/** htmx posts the surrounding form here on every change. */
export function TemplatePreviews({ c, reading, accounts, address }: TemplatePreviewsProps) {
  const { t } = useWords();
  const template = "template" in reading ? reading.template : "";
  const messages = namesField(template, "message") ? [t("Worth a read!"), ""] : [""];
  return (
    <div
      id="template-previews"
      hx-post={`${address}preview/`}
      hx-trigger="input from:'closest form' delay:300ms"
      hx-sync="this:replace"
      hx-swap="outerMorph"
      hx-config={fragmentOnly}
    >
      {"problem" in reading ? (
        <p class="note bad" role="status">
          <Sign name="alert" />
          <Say told={reading.problem} />
        </p>
      ) : (
        template !== "" &&
        messages.map((message) => (
          <>
            <h3>
              {message === "" ? (
                <T>Example: a post without a message</T>
              ) : (
                <T message={message}>{"Example: a post with the message “{message}”"}</T>
              )}
            </h3>
            <ul class="post-previews">
              {accounts.map((connection) => (
                <li>
                  <Example c={c} connection={connection} template={template} message={message} />
                </li>
              ))}
            </ul>
          </>
        ))
      )}
    </div>
  );
}

interface ExampleProps {
  readonly c: WebContext;
  readonly connection: Connection;
  readonly template: string;
  readonly message: string;
}

function Example({ c, connection, template, message }: ExampleProps) {
  const { t } = useWords();
  const page: SharedPage = {
    url: "https://blog.example.com/lighthouse",
    title: t("A walk to the lighthouse"),
    description: t("Twelve kilometres along the coast, with a café at the end."),
    image: undefined,
    siteName: t("The coast blog"),
    keywords: [t("coast"), t("day trips"), "2026"],
  };
  const templates = { page, byConnection: new Map([[connection.id, template]]) };
  const { text, url } = fitText(c.var.runtime, connection, { message, url: page.url, templates });
  const source = toCardSource({
    ...{ page, metadata: undefined, problem: undefined, saysLess: false, previews: new Map() },
  });
  const { platform, account } = connection;
  const { unsure: _unsure, ...card } = { ...drawLinkCard(platform, source), warnings: [] };
  return (
    <PostPreview platform={platform} author={{ account, others: 0 }} text={text} url={url} card={card} />
  );
}

/** Names what a template can contain. */
export function FieldList() {
  const { t } = useWords();
  const meanings = {
    title: t("the page’s title"),
    description: t("its description, shortened where the post would be too long"),
    url: t("its address; without it, the link is added as usual"),
    site: t("the name of its site"),
    tags: t("its keywords as hashtags, as many as the network allows"),
    message: t("the message that you write for the share"),
  };
  return (
    <dl class="facts">
      {fieldNames.map((field) => (
        <div>
          <dt>
            <code>{`{${field}}`}</code>
          </dt>
          <dd>{meanings[field]}</dd>
        </div>
      ))}
    </dl>
  );
}
