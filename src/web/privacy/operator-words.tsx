/** What the operator wrote for the privacy page. */
import type { PrivacyDetails } from "../../operation/setting-shapes.ts";
import { T } from "../frame/words.tsx";

/** Shows a text with its paragraphs and lines as they were written. */
export function Paragraphs({ text }: { text: string }) {
  return (
    <>
      {text.split(/\n{2,}/).map((paragraph) => (
        <p class="as-written" dir="auto">
          {paragraph}
        </p>
      ))}
    </>
  );
}

/** Says who runs the service, and how to reach them. */
export function Contact({ details }: { details: PrivacyDetails | undefined }) {
  const { operator = "", email = "" } = details ?? {};
  return (
    <section class="stack" aria-labelledby="contact">
      <h2 id="contact">
        <T>Who runs this service</T>
      </h2>
      {operator !== "" && <Paragraphs text={operator} />}
      {email !== "" && (
        <p>
          <T mail={<a href={`mailto:${email}`}>{email}</a>}>{"Questions about your data: {mail}"}</T>
        </p>
      )}
      {operator === "" && email === "" && (
        <p>
          <T>The person or organisation whose site sent you here, or who invited you.</T>
        </p>
      )}
    </section>
  );
}
