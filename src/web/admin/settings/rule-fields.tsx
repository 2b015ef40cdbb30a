/** Form fields for sign-up, public counts, link parameters and the prices of networks. */
import { type PlatformName, platformNames } from "../../../platforms/platform.ts";
import { aboutPlatform } from "../../../platforms/registry.ts";
import { say } from "../../../words/words.ts";
import { FieldProblem, markField, type Problems } from "../../frame/field-problem.tsx";
import { Say, T } from "../../frame/words.tsx";
import { VisitorFields, type VisitorRules } from "./visitor-fields.tsx";

export const chargingPlatforms = platformNames.filter((name) => aboutPlatform(name).chargesForPosts);

const signUps = [
  ["invitation", say("People you invite")],
  ["open", say("Everyone")],
  ["closed", say("Nobody new")],
] as const;

export interface TypedPrice {
  readonly amount: string;
  readonly currency: string;
}

export interface RuleValues {
  readonly signUp: string;
  readonly publicCounts: boolean;
  readonly linkParameters: string;
  readonly invitationContact: string;
  readonly visitors: VisitorRules;
  readonly prices: ReadonlyMap<PlatformName, TypedPrice>;
}

export function RuleFields({ values, problems }: { values: RuleValues; problems: Problems }) {
  const mark = (field: string) => markField({ problems, name: field });
  return (
    <>
      <fieldset class="when">
        <legend>
          <T>Who may sign up</T>
        </legend>
        <div class="when-choice">
          {signUps.map(([value, words]) => (
            <label class="chip">
              <input type="radio" name="signUp" value={value} checked={values.signUp === value} />
              <Say told={words} />
            </label>
          ))}
        </div>
        <FieldProblem problems={problems} name="signUp" />
      </fieldset>
      <label>
        <T>Where people ask for an invitation</T>
        <small>
          <T>An email address or a page. Shown to people without an account; leave empty to hide.</T>
        </small>
        <input
          type="text"
          name="invitationContact"
          value={values.invitationContact}
          placeholder="hello@example.com"
          autocapitalize="none"
          autocorrect="off"
          spellcheck={false}
          maxlength={300}
          {...mark("invitationContact")}
        />
      </label>
      <FieldProblem problems={problems} name="invitationContact" />
      <VisitorFields values={values.visitors} />
      <label class="tick">
        <input type="checkbox" name="publicCounts" value="yes" checked={values.publicCounts} />
        <span>
          <T>Anyone can look up how often a page was shared</T>
          <small>
            <T>Counted per network, without naming anyone. Share buttons can show it.</T>
          </small>
        </span>
      </label>
      <label>
        <T>Added to the links of posts</T>
        <small>
          <T mark="{network}">
            {"Shows you where readers come from. {mark} is replaced by the network’s name."}
          </T>
        </small>
        <input
          type="text"
          name="linkParameters"
          value={values.linkParameters}
          placeholder="utm_source={network}&utm_medium=social"
          maxlength={300}
          {...mark("linkParameters")}
        />
      </label>
      <FieldProblem problems={problems} name="linkParameters" />
      {chargingPlatforms.map((name) => {
        const price = values.prices.get(name);
        return (
          <fieldset class="price">
            <legend>
              {
                <T network={aboutPlatform(name).label}>
                  {"What {network} charges you for a post with a link"}
                </T>
              }
            </legend>
            <label>
              <T>Amount</T>
              <input
                type="text"
                inputmode="decimal"
                name={`price-${name}`}
                value={price?.amount ?? ""}
                placeholder="0.20"
                maxlength={9}
                {...mark(`price-${name}`)}
              />
            </label>
            <label>
              <T>Currency</T>
              <input
                type="text"
                name={`currency-${name}`}
                value={price?.currency ?? "USD"}
                maxlength={3}
                {...mark(`currency-${name}`)}
              />
            </label>
            <FieldProblem problems={problems} name={`price-${name}`} />
            <FieldProblem problems={problems} name={`currency-${name}`} />
            <small>
              <T>Shown before people share; leave empty to hide.</T>
            </small>
          </fieldset>
        );
      })}
    </>
  );
}
