/** Form fields for the privacy page: who runs the service, and the operator's own text. */
import type { PrivacyDetails } from "../../../operation/setting-shapes.ts";
import { FieldProblem, markField, type Problems } from "../../frame/field-problem.tsx";
import { T } from "../../frame/words.tsx";

/** What is shown before the operator has written anything. */
export const noDetails: PrivacyDetails = { operator: "", email: "", text: "", replaces: false };

export function PrivacyFields({ values, problems }: { values: PrivacyDetails; problems: Problems }) {
  const mark = (field: string) => markField({ problems, name: field });
  return (
    <>
      <label>
        <T>Who runs this service</T>
        <small>
          <T>Name and postal address, as your country’s law asks for them.</T>
        </small>
        <textarea name="operator" maxlength={500} rows={3} {...mark("operator")}>
          {values.operator}
        </textarea>
      </label>
      <FieldProblem problems={problems} name="operator" />
      <label>
        <T>Email address for questions about data</T>
        <input type="email" name="email" value={values.email} maxlength={254} {...mark("email")} />
      </label>
      <FieldProblem problems={problems} name="email" />
      <label>
        <T>Your own text</T>
        <small>
          <T>Shown in every language as you write it. Leave an empty line between paragraphs.</T>
        </small>
        <textarea name="text" maxlength={20_000} rows={5} {...mark("text")}>
          {values.text}
        </textarea>
      </label>
      <FieldProblem problems={problems} name="text" />
      <label class="tick">
        <input type="checkbox" name="replaces" value="yes" checked={values.replaces} />
        <span>
          <T>Show only my text</T>
          <small>
            <T>Without what this service says about itself, which follows its settings and updates.</T>
          </small>
        </span>
      </label>
      <FieldProblem problems={problems} name="replaces" />
    </>
  );
}
