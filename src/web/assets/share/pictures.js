/** Adds pictures to a form without leaving its page: from files, by pasting, by dropping, and from the shared page. */
const form = document.querySelector("form.share");
/** A larger file is not sent at all: the service would only refuse it. */
const LARGEST_BYTES = 15_000_000;
const MOST_BYTES = 40_000_000;
/** From this part of the longest text on, it is shown how much is left. */
const NEAR = 0.7;

const part = () => document.getElementById("pictures");

/** Pictures are sent one after another, so that each answer knows those before it. */
let sending = Promise.resolve();

function send(files, button) {
  const small = files.filter(({ size }) => size <= LARGEST_BYTES);
  for (const batch of small.length > 0 || button ? inBatches(small) : [])
    sending = sending.then(() => post(batch, button));
  if (files.length === 0 && !button) sending = sending.then(() => post([]));
  sending = sending.then(() => {
    for (const { name, size } of files)
      if (size > LARGEST_BYTES) tell(part().dataset.large.replace("{name}", name));
  });
}

/** The service takes no more at a time. */
function inBatches(files) {
  const batches = [[]];
  for (const file of files) {
    const sum = batches.at(-1).reduce((total, { size }) => total + size, file.size);
    if (sum > MOST_BYTES) batches.push([]);
    batches.at(-1).push(file);
  }
  return batches;
}

/** Posts the form as it is, with files or the pressed button, and shows the parts that it changed. */
async function post(files, button) {
  const body = new FormData(form);
  body.delete("file");
  if (button?.name) body.append(button.name, button.value);
  for (const file of files) body.append("file", file);
  const { at, unsent } = part().dataset;
  // Nothing is shared meanwhile (submit.js).
  for (const element of [form, part()]) element.ariaBusy = "true";
  try {
    const answer = await fetch(at, {
      ...{ method: "POST", body, headers: { "hx-request": "true" }, redirect: "error" },
    });
    const text = await answer.text();
    if (answer.ok || answer.status === 422) show(text);
    // Too many at once: the service says how long to wait.
    else tell(answer.status === 429 ? text : unsent);
  } catch {
    tell(unsent);
  } finally {
    for (const element of [form, part()]) element.ariaBusy = null;
  }
}

function show(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  for (const fresh of [...template.content.children]) {
    const old = document.getElementById(fresh.id);
    if (old === null) continue;
    if ("open" in old) fresh.open = old.open;
    // What was typed meanwhile.
    const typed = [...old.querySelectorAll("textarea")].map(({ name, value }) => [name, value]);
    const { name: focused } = old.contains(document.activeElement) ? document.activeElement : {};
    old.replaceWith(fresh);
    for (const [name, value] of typed) {
      const field = fresh.querySelector(`[name="${name}"]`);
      if (field !== null) field.value = value;
    }
    if (focused?.startsWith("alt-")) fresh.querySelector(`[name="${focused}"]`)?.focus();
  }
  if (!part().contains(document.activeElement)) part().querySelector("[autofocus]")?.focus();
  // Updates the previews, the counts and the draft that is kept in this tab.
  for (const name of ["change", "input"]) form.dispatchEvent(new Event(name, { bubbles: true }));
}

/** Says what is wrong with something that was not sent. */
function tell(problem) {
  const list = part().querySelector("[role=alert]") ?? document.createElement("div");
  list.className = "note bad";
  list.role = "alert";
  list.append(Object.assign(document.createElement("p"), { textContent: problem }));
  if (list.parentNode === null) part().prepend(list);
}

/** The files of a paste or a drop. A text that brings a picture of itself stays a text. */
function filesOf(event) {
  const given = event.clipboardData ?? event.dataTransfer;
  return given.types.includes("text/plain") ? [] : [...given.files];
}

function take(event) {
  const files = filesOf(event);
  if (files.length === 0) return;
  event.preventDefault();
  send(files);
}

form.addEventListener("paste", take);
form.addEventListener("drop", take);
form.addEventListener("dragover", (event) => {
  if (event.dataTransfer.types.includes("Files")) event.preventDefault();
});
form.addEventListener("change", ({ target }) => {
  if (target.name === "file" && target.files.length > 0) send([...target.files]);
});
form.addEventListener("click", (event) => {
  const button = event.target.closest("#pictures button");
  if (button === null) return;
  event.preventDefault();
  send([], button);
});
form.addEventListener("input", ({ target }) => {
  // After an answer, the form itself is the target.
  if (!target.name?.startsWith?.("alt-")) return;
  const left = target.parentNode.querySelector("[data-left]");
  left.textContent = `${target.textLength} / ${target.maxLength}`;
  left.hidden = target.textLength < target.maxLength * NEAR;
});
// What was given before this script arrived.
form.addEventListener("pictures", ({ detail }) => send(detail?.files ?? [], detail?.button));
