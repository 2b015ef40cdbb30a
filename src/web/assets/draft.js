/**
 * What is being written survives a reload, a login, a lost connection and the Back button: it is kept in this tab until
 * it was shared.
 */
const SENT = "sharewell-sent";
const CHOSEN = /^(accounts?|group|as|all|without)$/;
const WRITTEN = /^(message.*|when|at|zone|tracking|earlier)$|^(accounts?|group|as|all|without)$/;
const form = document.querySelector("form[data-draft]");

if (form !== null) {
  // Not by FormData, which makes the browser lay out the page first.
  const key = `sharewell-draft ${form.getAttribute("action")} ${form.elements.url.value}`;
  const kept = sessionStorage.getItem(key);
  sessionStorage.removeItem(SENT);
  // What the server shows again after a refusal is newer than what was kept.
  if (kept !== null && form.dataset.draft === "new") restore(JSON.parse(kept));

  form.addEventListener("input", () => {
    const isWritten = ([name, value]) => WRITTEN.test(name) && value !== "";
    sessionStorage.setItem(key, JSON.stringify([...new FormData(form)].filter(isWritten)));
  });
  form.addEventListener("submit", () => sessionStorage.setItem(SENT, key));
} else if (document.querySelector("[data-shared]") !== null) {
  sessionStorage.removeItem(sessionStorage.getItem(SENT) ?? "");
  sessionStorage.removeItem(SENT);
}

function restore(entries) {
  const has = (name, value) =>
    entries.some(([keptName, keptValue]) => keptName === name && keptValue === value);
  for (const field of form.elements) {
    if (!WRITTEN.test(field.name) || field.name === "zone") continue;
    if (field.type === "checkbox" || field.type === "radio")
      field.checked = has(field.name, field.value) && !field.disabled;
    else field.value = entries.find(([name]) => name === field.name)?.[1] ?? "";
    const folded = field.value !== "" && field.type === "textarea" ? field.closest("details") : null;
    if (folded !== null) folded.open = true;
  }
  const picker = form.querySelector(".picker");
  // What was chosen among many accounts and has no box here: the server draws one for it.
  if (picker !== null)
    for (const [name, value] of entries)
      if (
        CHOSEN.test(name) &&
        ![...form.elements].some((field) => field.name === name && field.value === value)
      )
        picker.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  // The counts, the previews and what is shown for the chosen accounts follow. htmx, loaded before, starts in a timer too.
  setTimeout(() => {
    form.dispatchEvent(new Event("change", { bubbles: true }));
    // Their list is there only now.
    const zone = entries.find(([name]) => name === "zone")?.[1];
    if (zone !== undefined && form.elements.zone !== undefined) form.elements.zone.value = zone;
    (picker ?? form).dispatchEvent(new Event("input", { bubbles: true }));
  });
}
