/** A person on a simulated network's consent page, over plain HTTP. */
import { Parser } from "htmlparser2";
import { emulatedFetch } from "./emulated-fetch.ts";

/**
 * Opens the network's authorization page, chooses an account by its name and presses a button.
 * @returns the address to which the network sends the browser
 */
export async function approve(
  authorizeUrl: string,
  choice: {
    readonly account?: string;
    readonly refuse?: boolean;
    /** The values of permissions and pages to leave out. */
    readonly untick?: readonly string[];
  } = {},
): Promise<string> {
  const page = await emulatedFetch(authorizeUrl);
  const html = await page.text();
  if (!page.ok) throw new Error(`The consent page answered ${page.status}: ${html.slice(0, 500)}`);
  const { action, fields, accounts, ticks } = readForm(html);
  const wanted = choice.account ?? "ana";
  const account = accounts.find(({ handle }) => new RegExp(`@${wanted}(@|\\.|\\s|$)`).test(handle));
  if (account === undefined)
    throw new Error(`No account ${wanted} among ${accounts.map(({ handle }) => handle).join(", ")}.`);
  const answer = await emulatedFetch(new URL(action, page.url || authorizeUrl), {
    method: "POST",
    body: new URLSearchParams([
      ...Object.entries(fields),
      ...ticks.filter(([, value]) => !choice.untick?.includes(value)),
      ["account", account.id],
      ["decision", choice.refuse ? "refuse" : "approve"],
    ]),
    redirect: "manual",
  });
  const location = answer.headers.get("location");
  if (location === null)
    throw new Error(`The network did not send us back: ${answer.status} ${await answer.text()}`);
  return location;
}

interface ConsentForm {
  action: string;
  fields: Record<string, string>;
  accounts: { id: string; handle: string }[];
  /** Names and values of ticked boxes. */
  ticks: [string, string][];
}

function readForm(html: string): ConsentForm {
  const form: ConsentForm = { action: "", fields: {}, accounts: [], ticks: [] };
  let handleOf: { id: string; handle: string } | undefined;
  const parser = new Parser({
    onopentag(name, attributes) {
      const { type = "", name: field = "", value = "", action = "" } = attributes;
      if (name === "form") form.action = action;
      if (name === "input" && type === "hidden") form.fields[field] = value;
      if (name === "input" && type === "checkbox" && "checked" in attributes) form.ticks.push([field, value]);
      if (name === "input" && type === "radio") {
        handleOf = { id: value, handle: "" };
        form.accounts.push(handleOf);
      }
    },
    ontext(text) {
      if (handleOf !== undefined) handleOf.handle += text.toLowerCase();
    },
    onclosetag(name) {
      if (name === "label") handleOf = undefined;
    },
  });
  parser.end(html);
  return form;
}
