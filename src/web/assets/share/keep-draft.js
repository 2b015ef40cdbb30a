/** Keeps the draft on the server: a moment after the last change, and when the page is left. Loaded once somebody writes. */
const WAIT_MS = 1_500;
/** Browsers send no more than 64 KiB after the page is gone. */
const MOST_AFTERWARDS = 60_000;
const form = document.querySelector("form[data-keep]");
const key = `sharewell-draft ${form.getAttribute("action")} ${form.elements.url.value}`;
const note = Object.assign(document.createElement("p"), { className: "draft-note quiet", role: "status" });
let timer;
let isChanged = true;

form.querySelector(".send").append(note);
form.addEventListener("input", wait);
wait();
addEventListener("visibilitychange", () => document.hidden && keep());
addEventListener("pagehide", () => keep());
// Before the form is marked as busy, which could then not be sent again.
addEventListener("submit", leave, true);
// From now on there is something to lose without a connection.
navigator.serviceWorker?.register("/service-worker.js").catch(() => {});

function wait() {
  isChanged = true;
  clearTimeout(timer);
  timer = setTimeout(keep, WAIT_MS);
}

/** What is sent is kept by that. A person who signs out keeps the draft first, while they still may. */
function leave(event) {
  const action = event.submitter?.getAttribute("formaction") ?? event.target.getAttribute("action");
  if (event.target === form && action === form.getAttribute("action")) stop();
  else if (action === "/logout/" && isChanged) {
    event.preventDefault();
    keep().finally(() => event.target.requestSubmit());
  }
}

function stop() {
  clearTimeout(timer);
  isChanged = false;
}

async function keep() {
  if (!isChanged) return;
  stop();
  const entries = [...new FormData(form)].filter(([, value]) => typeof value === "string");
  const answer = await send(entries);
  if (answer === undefined) tell(form.dataset.unkept);
  else if (answer.status === 204) note.replaceChildren();
  else settle(await answer.text());
}

/** Sends fields of the form. Exported for those that were written in this tab before, and give way to a newer draft. */
export async function send(entries) {
  const body = new URLSearchParams(entries);
  body.set("written_at", Date.now());
  const keepalive = body.toString().length < MOST_AFTERWARDS;
  const options = { method: "POST", body, keepalive, redirect: "error", headers: { "hx-request": "true" } };
  const answer = await fetch("/social/drafts/", options).catch(() => undefined);
  return answer?.ok ? answer : undefined;
}

function settle(html) {
  const told = new DOMParser().parseFromString(html, "text/html").body.firstElementChild;
  const { stand } = told.dataset;
  // That there are two drafts now stays, whatever is saved afterwards.
  const isTold = note.querySelector("[data-lasting]") !== null && stand !== undefined;
  if (!isTold && note.innerHTML !== told.outerHTML) note.replaceChildren(told);
  if (stand === undefined) return;
  const field =
    form.elements.draft ?? Object.assign(document.createElement("input"), { type: "hidden", name: "draft" });
  field.value = stand;
  form.prepend(field);
  const kept = JSON.parse(sessionStorage.getItem(key) ?? "[]").filter(([name]) => name !== "draft");
  sessionStorage.setItem(
    key,
    JSON.stringify([...kept, ["draft", stand], ...(isChanged ? [] : [["kept", ""]])]),
  );
}

function tell(words) {
  isChanged = true;
  note.textContent = words;
}
