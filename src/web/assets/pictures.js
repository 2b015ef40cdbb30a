/** Adds pictures to a form without leaving its page: from files, by pasting, by dropping, and from the shared page. */
const form = document.querySelector("form.share");
/** What the network needs for one; the service says it too. */
const LARGEST_BYTES = 15_000_000;
/** From this part of the longest text on, it is shown how much is left. */
const NEAR = 0.7;

const part = () => document.getElementById("pictures");

/** Posts the form as it is, with files or the pressed button, and shows the parts that it changed. */
async function send(files, button) {
  const body = new FormData(form);
  body.delete("file");
  if (button?.name) body.append(button.name, button.value);
  for (const file of files.filter(({ size }) => size <= LARGEST_BYTES)) body.append("file", file);
  const { at, unsent } = part().dataset;
  part().ariaBusy = "true";
  try {
    const answer = await fetch(at, {
      method: "POST",
      body,
      headers: { "hx-request": "true" },
      redirect: "error",
    });
    const isPart = answer.ok || answer.status === 422;
    if (!isPart) throw new Error(await answer.text());
    show(await answer.text());
  } catch (error) {
    tell(error.name === "Error" && !error.message.includes("<") ? error.message : unsent);
  } finally {
    part().ariaBusy = null;
  }
  for (const { name, size } of files)
    if (size > LARGEST_BYTES) tell(part().dataset.large.replace("{name}", name));
}

function show(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  for (const fresh of [...template.content.children]) {
    const old = document.getElementById(fresh.id);
    if (old === null) continue;
    if ("open" in old) fresh.open = old.open;
    old.replaceWith(fresh);
  }
  part().querySelector("[autofocus]")?.focus();
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
  const left = target.parentNode?.querySelector("[data-left]");
  if (!left) return;
  left.textContent = `${target.textLength} / ${target.maxLength}`;
  left.hidden = target.textLength < target.maxLength * NEAR;
});
// What was given before this script arrived.
form.addEventListener("pictures", ({ detail }) => send(detail?.files ?? [], detail?.button));
