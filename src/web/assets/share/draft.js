/**
 * Keeps the draft in this tab until it is shared, so that it survives a reload, a sign-in, a lost connection and the Back
 * button.
 */
const SENT = "sharewell-sent";
const CHOSEN = /^(accounts?|group|as|all|without)$/;
/** Their empty values are choices too. */
const OPTION = /^option-/;
/** The server renders them, as soon as the form names any. */
const PICTURES = /^(picture|alt-.*|no_picture)$/;
const WRITTEN =
  /^(message.*|option-.*|when|at|zone|tracking|earlier)$|^(accounts?|group|as|all|without)$|^(draft|idempotency_key)$|^(picture|alt-.*|no_picture)$/;
/** The accounts that could be ticked when the draft was kept. */
const KNOWN = "known";
/** What the server set stays where nothing else is known. */
const LASTING = /^(option-.*|draft|idempotency_key)$/;
/** Without them the server does not know what a draft is about. */
const PAGE = /^(url|title|description|image)$/;
const form = document.querySelector("form[data-draft]");

if (form !== null) {
  // Not FormData, which forces a layout.
  const key = `sharewell-draft ${form.getAttribute("action")} ${form.elements.url.value}`;
  const kept = sessionStorage.getItem(key);
  sessionStorage.removeItem(SENT);
  form.addEventListener("input", () => {
    const isWritten = ([name, value]) => WRITTEN.test(name) && (value !== "" || OPTION.test(name));
    // An account that is not among these was connected since, and stays as the server ticked it.
    const known = boxes().map((box) => [KNOWN, box.value]);
    sessionStorage.setItem(key, JSON.stringify([...[...new FormData(form)].filter(isWritten), ...known]));
  });
  // At each change, since the file may not load without a connection.
  if (form.dataset.keep !== undefined)
    form.addEventListener("input", () => import(form.dataset.keep).catch(() => {}));
  // What was typed before this script arrived is newer than all; after a refusal, the form from the server is.
  if (isTyped()) {
    if (kept !== null) giveWay(JSON.parse(kept));
    tellChange();
  } else if (kept !== null && form.dataset.draft === "new") resume(JSON.parse(kept));
  else if (isTicked()) tellChange();
  form.addEventListener("submit", () => sessionStorage.setItem(SENT, key));
} else if (document.querySelector("[data-shared]") !== null) {
  sessionStorage.removeItem(sessionStorage.getItem(SENT) ?? "");
  sessionStorage.removeItem(SENT);
}

function boxes() {
  return [...form.querySelectorAll('input[name="account"]:enabled')];
}

function isTyped() {
  return [...form.querySelectorAll("textarea")].some((field) => field.value !== field.defaultValue);
}

/** Shows the newer one of what this tab and what the server has kept. What is only in the tab is never dropped. */
function resume(kept) {
  const keptOf = (name) => kept.find(([keptName]) => keptName === name)?.[1];
  const [id = keptOf("idempotency_key"), revision = 0] = keptOf("draft")?.split(" ") ?? [];
  const isKept = keptOf("kept") !== undefined;
  const [shown, shownRevision] = form.elements.draft?.value.split(" ") ?? [];
  const offered = document.querySelector(`[data-draft-of^="${id} "]`);
  const isOlder = offered !== null && Number(offered.dataset.draftOf.split(" ")[1]) > revision;
  if (shown !== undefined && (shown !== id || Number(shownRevision) > revision)) {
    giveWay(kept);
  } else if (isOlder && isKept) location.replace(offered.querySelector("a").href);
  else {
    offered?.remove();
    restore(kept);
  }
}

/** What only this tab has becomes a draft of its own. */
function giveWay(kept) {
  if (form.dataset.keep === undefined || kept.some(([name]) => name === "kept")) return;
  const page = [...new FormData(form)].filter(([name]) => PAGE.test(name));
  import(form.dataset.keep).then(({ send }) => send([...page, ...kept])).catch(() => {});
}

function isTicked() {
  return [...form.elements].some(
    (field) => WRITTEN.test(field.name) && field.checked !== field.defaultChecked,
  );
}

/** In a timer, since htmx starts in one too. */
function tellChange() {
  setTimeout(() => {
    for (const name of ["change", "input"]) form.dispatchEvent(new Event(name, { bubbles: true }));
  });
}

/** A quick choice that is no longer offered becomes the same time in the fields. */
function withTime(entries) {
  const chosen = entries.find(([name]) => name === "when")?.[1] ?? "now";
  if ([...form.elements].some((field) => field.name === "when" && field.value === chosen)) return entries;
  const timeZone = form.querySelector("[data-zone]")?.dataset.zone;
  const at = new Date(chosen).toLocaleString("sv-SE", { timeZone }).slice(0, 16).replace(" ", "T");
  return [...entries.filter(([name]) => name !== "when" && name !== "at"), ["when", "later"], ["at", at]];
}

function restore(kept) {
  const entries = form.elements.when === undefined ? kept : withTime(kept);
  const has = (name, value) =>
    entries.some(([keptName, keptValue]) => keptName === name && keptValue === value);
  for (const field of form.elements) {
    if (!WRITTEN.test(field.name) || field.name === "zone" || PICTURES.test(field.name)) continue;
    if (field.name === "account" && !has(KNOWN, field.value)) continue;
    // An account that is offered its own options since keeps what the server chose.
    if (LASTING.test(field.name) && !entries.some(([name]) => name === field.name)) continue;
    const before = field.value;
    if (field.type === "checkbox" || field.type === "radio")
      field.checked = has(field.name, field.value) && !field.disabled;
    else field.value = entries.find(([name]) => name === field.name)?.[1] ?? "";
    const isNews = OPTION.test(field.name)
      ? field.value !== before
      : field.value !== "" && field.type === "textarea";
    const folded = isNews ? field.closest("details") : null;
    if (folded !== null) folded.open = true;
  }
  const draft = entries.find(([name]) => name === "draft")?.[1];
  if (draft !== undefined && form.elements.draft === undefined && form.dataset.keep !== undefined)
    form.prepend(
      Object.assign(document.createElement("input"), { type: "hidden", name: "draft", value: draft }),
    );
  const picker = form.querySelector(".picker");
  // Choices among many accounts that have no checkbox on this page: the server renders one for each.
  if (picker !== null)
    for (const [name, value] of entries)
      if (
        CHOSEN.test(name) &&
        ![...form.elements].some((field) => field.name === name && field.value === value)
      )
        picker.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  const pictures = entries.filter(([name]) => PICTURES.test(name));
  const part = form.querySelector("#pictures");
  const hasPictures = part !== null && (pictures.length > 0 || part.querySelector("[name=picture]") !== null);
  if (hasPictures) {
    part.replaceChildren(
      ...pictures.map(([name, value]) =>
        Object.assign(document.createElement("input"), { type: "hidden", name, value }),
      ),
    );
  }
  // Updates the counts, the previews and the picker. In a timer, since htmx starts in one too.
  setTimeout(() => {
    form.dispatchEvent(new Event("change", { bubbles: true }));
    // The change event has built the list of time zones.
    const zone = entries.find(([name]) => name === "zone")?.[1];
    if (zone !== undefined && form.elements.zone !== undefined) form.elements.zone.value = zone;
    (picker ?? form).dispatchEvent(new Event("input", { bubbles: true }));
    if (hasPictures) form.dispatchEvent(new CustomEvent("pictures"));
  });
}
