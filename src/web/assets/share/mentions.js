/** Completes a handle that is typed in a message: "@ab" offers people, whom the keyboard or the pointer takes. */
const form = document.querySelector("form.share");
/** The handle that the cursor is at the end of. */
const BEGUN = /(?:^|[\s(])@([\p{L}\p{N}_][\p{L}\p{N}_.-]+(?:@[\p{L}\p{N}.-]*)?)$/u;
const WAIT_MS = 250;

const sheet = new CSSStyleSheet();
sheet.replaceSync(`
.mentions { position: absolute; z-index: 5; max-width: min(26rem, 92vw);
  border: 1px solid var(--edge); border-radius: var(--round-small); background: var(--card); box-shadow: var(--shadow); }
.mentions [role="option"] { min-height: 2.75rem; padding: 0.375rem 0.75rem; cursor: pointer; overflow-wrap: anywhere; border-radius: var(--round-small); }
.mentions [role="option"] > * { display: block; }
.mentions [aria-selected="true"] { background: var(--accent-soft); outline: 2px solid var(--accent); outline-offset: -2px; }
`);
document.adoptedStyleSheets.push(sheet);

const told = document.createElement("p");
told.className = "unseen";
told.role = "status";
form.append(told);

/** The text area whose list is open, and the list. */
let field;
let list;
let waiting;
let asking;

function begun(area) {
  return BEGUN.exec(area.value.slice(0, area.selectionStart))?.[1];
}

function close() {
  clearTimeout(waiting);
  asking?.abort();
  list?.remove();
  list = undefined;
  told.textContent = "";
  for (const name of ["aria-controls", "aria-activedescendant"]) field?.removeAttribute(name);
}

function choose(option) {
  for (const each of list.children) each.ariaSelected = String(each === option);
  field.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

function take(option) {
  const end = field.selectionStart;
  const start = end - begun(field).length - 1;
  const space = /^\s/.test(field.value.slice(end)) ? "" : " ";
  const area = field;
  close();
  area.setRangeText(option.dataset.handle + space, start, end, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

async function ask(area, words) {
  asking = new AbortController();
  const { signal } = asking;
  const body = new FormData(form);
  body.set("mention", words);
  const [, own] = /^message-([\da-f-]{36})$/.exec(area.name) ?? [];
  // A text for one account goes nowhere else.
  if (own !== undefined) {
    for (const name of ["account", "accounts", "group", "as", "all"]) body.delete(name);
    body.set("account", own);
  }
  const answer = await fetch("/social/share/mentions/", {
    method: "POST",
    body: new URLSearchParams([...body].filter(([, value]) => typeof value === "string")),
    headers: { "hx-request": "true" },
    redirect: "error",
    signal,
  }).catch(() => undefined);
  const html = answer?.status === 200 ? await answer.text() : "";
  if (signal.aborted || html === "" || begun(area) !== words || document.activeElement !== area) return;
  open(area, html);
}

function open(area, html) {
  list?.remove();
  field = area;
  const place = area.closest("label") ?? area;
  place.insertAdjacentHTML("afterend", html);
  list = place.nextElementSibling;
  list.style.top = `${area.offsetTop + area.offsetHeight}px`;
  list.style.left = `${area.offsetLeft}px`;
  area.setAttribute("aria-autocomplete", "list");
  area.setAttribute("aria-controls", list.id);
  told.textContent = list.dataset.found;
  choose(list.firstElementChild);
  // The field keeps the focus.
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option !== null) take(option);
  });
}

form.addEventListener("input", (event) => {
  if (!event.target.matches("textarea")) return;
  close();
  const words = event.isComposing ? undefined : begun(event.target);
  if (words !== undefined) waiting = setTimeout(ask, WAIT_MS, event.target, words);
});

form.addEventListener(
  "keydown",
  (event) => {
    if (list === undefined || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const options = [...list.children];
    const at = options.findIndex(({ ariaSelected }) => ariaSelected === "true");
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in steps) choose(options.at((at + steps[event.key]) % options.length));
    else if (event.key === "Enter" || (event.key === "Tab" && !event.shiftKey)) take(options[at]);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  },
  true,
);
form.addEventListener("focusout", close);

// It is loaded at the first "@", which is typed already.
document.activeElement?.dispatchEvent(new Event("input", { bubbles: true }));
