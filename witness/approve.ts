/** Acts as a person on a server's pages: signs in and authorizes an app, whatever the forms are called, over plain HTTP. */
import { Parser } from "htmlparser2";

export interface Login {
  readonly name: string;
  readonly password: string;
}

/** More pages than any server shows before it redirects back. */
const MOST_PAGES = 12;
const YES = /allow|approve|authori[sz]e|accept|consent|continue|log ?in|sign ?in/i;
const NO = /deny|cancel|reject|refuse|register|sign ?up|lost|search/i;

/**
 * @param back the start of the redirect address
 * @returns the full redirect address
 * @throws with the last page, if none of its forms leads further
 */
export async function approve(authorizeUrl: string, login: Login, back: string): Promise<string> {
  const cookies = new Map<string, string>();
  let step: Step = { url: authorizeUrl };
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const answer = await fetch(step.url, {
      ...(step.form === undefined ? {} : { method: "POST", body: step.form }),
      redirect: "manual",
      headers: {
        accept: "text/html",
        origin: new URL(step.url).origin,
        cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join("; "),
      },
    });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      cookies.set(name, value);
    }
    const location = answer.headers.get("location");
    const html = await answer.text();
    if (location !== null) {
      const url = new URL(location, step.url).href;
      if (url.startsWith(back)) return url;
      step = { url };
      continue;
    }
    const next = chooseForm(readForms(html), login);
    if (next === undefined)
      throw new Error(`No form leads on from ${step.url} (${answer.status}): ${html.slice(0, 1_500)}`);
    step = nextStep(next, step.url);
  }
  throw new Error(
    `The server did not send the person back within ${MOST_PAGES} pages; the last was ${step.url}.`,
  );
}

interface Step {
  readonly url: string;
  readonly form?: URLSearchParams;
}

interface Form {
  readonly action: string;
  readonly isPost: boolean;
  readonly fields: [string, string][];
  /** The names of the fields for the user and the password. */
  name?: string;
  password?: string;
  readonly buttons: { readonly name: string; readonly value: string; text: string }[];
}

function readForms(html: string): Form[] {
  const forms: Form[] = [];
  let button: Form["buttons"][number] | undefined;
  const parser = new Parser({
    onopentag(tag, { type = "", name = "", value = "", action = "", method = "", ...rest }) {
      if (tag === "form") forms.push({ action, isPost: /post/i.test(method), fields: [], buttons: [] });
      const form = forms.at(-1);
      if (form === undefined) return;
      if (tag === "button" || (tag === "input" && type === "submit")) {
        button = { name, value, text: value };
        form.buttons.push(button);
      } else if (tag === "input" && type === "password") form.password = name;
      else if (
        tag === "input" &&
        (type === "hidden" || ((type === "checkbox" || type === "radio") && "checked" in rest))
      )
        form.fields.push([name, value]);
      else if (tag === "input" && /^(|text|email)$/.test(type)) form.name = name;
    },
    ontext(text) {
      if (button !== undefined) button.text += text;
    },
    onclosetag(tag) {
      if (tag === "button" || tag === "input") button = undefined;
    },
  });
  parser.end(html);
  return forms;
}

/** Prefers a login form, else the form with an affirmative button. */
function chooseForm(forms: Form[], login: Login): { form: Form; entries: [string, string][] } | undefined {
  for (const form of forms) {
    if (form.password === undefined) continue;
    const who: [string, string][] = form.name === undefined ? [] : [[form.name, login.name]];
    return { form, entries: [...form.fields, ...who, [form.password, login.password], ...press(form)] };
  }
  for (const form of forms) {
    const pressed = press(form);
    if (form.isPost && form.buttons.length > 0 && (pressed.length > 0 || form.buttons.some(saysYes)))
      return { form, entries: [...form.fields, ...pressed] };
  }
  return undefined;
}

function saysYes({ name, text }: Form["buttons"][number]): boolean {
  return YES.test(`${name} ${text}`) && !NO.test(`${name} ${text}`);
}

function press({ buttons }: Form): [string, string][] {
  const yes = buttons.find(saysYes);
  return yes === undefined || yes.name === "" ? [] : [[yes.name, yes.value]];
}

function nextStep({ form, entries }: { form: Form; entries: [string, string][] }, from: string): Step {
  const url = new URL(form.action, from);
  const filled = new URLSearchParams(entries);
  if (form.isPost) return { url: url.href, form: filled };
  url.search = filled.toString();
  return { url: url.href };
}
