/** The composer: what the Share button says, chips that tick several accounts, and Ctrl+Enter. */
const form = document.querySelector("form.share");
const send = form?.querySelector(".send [data-now]");

/** "Schedule", as long as no time is known. */
const plain = send?.querySelector(".if-later").textContent;

function boxes() {
  return [...form.querySelectorAll('input[name="account"]:enabled')];
}

/** "Share to 7 accounts", "Schedule for Tue 09:00". */
function nameSend() {
  if (send === null || send === undefined) return;
  const picker = form.querySelector("[data-share]");
  const number = boxes().filter((box) => box.checked).length;
  const labels = JSON.parse(send.dataset.now);
  write(".if-now", picker?.dataset.share ?? labels[number] ?? labels[0]);
  const time = tellTime();
  write(".if-later", time === "" ? plain : send.dataset.later.replace("{time}", time));
}

/** Pressing the button leaves the message, which is a change. WebKit forgets a press whose text is replaced meanwhile. */
function write(selector, words) {
  const label = send.querySelector(selector);
  if (label.textContent !== words) label.textContent = words;
}

/** The chosen time in the reader's language: with the date where it is a week away or more. */
function tellTime() {
  const picked = form.querySelector('[name="when"]:checked');
  if (picked?.dataset.time !== undefined) return picked.dataset.time;
  const at = new Date(form.elements.at?.value ?? "");
  if (Number.isNaN(at.getTime())) return "";
  const isFar = at.getTime() - Date.now() > 6 * 86_400_000;
  const day = isFar ? { day: "numeric", month: "short" } : {};
  const { lang } = document.documentElement;
  const locale = navigator.language.startsWith(lang) ? navigator.language : lang;
  return at.toLocaleString(locale, { weekday: "short", ...day, hour: "2-digit", minute: "2-digit" });
}

function markChips() {
  const ticked = new Set(boxes().map((box) => (box.checked ? box.value : "")));
  for (const chip of form.querySelectorAll("[data-members]"))
    chip.ariaPressed = String(chip.dataset.members.split(" ").every((id) => ticked.has(id)));
}

/** Options are shown for the accounts that are ticked. */
function showOptions() {
  const ticked = new Set(boxes().map((box) => (box.checked ? box.value : "")));
  for (const set of form.querySelectorAll("[data-accounts]"))
    set.hidden = !set.dataset.accounts.split(" ").some((id) => ticked.has(id));
  for (const part of form.querySelectorAll(".post-options"))
    part.hidden = part.querySelector("fieldset:not([hidden])") === null;
}

/** A time is needed only where one is picked. */
function demandTime() {
  const { at } = form.elements;
  if (at === undefined || form.querySelector('[name="when"]') === null) return;
  const isPicked = form.querySelector('[name="when"][value="later"]:checked') !== null;
  at.required = isPicked;
  at.min = isPicked ? at.dataset.min : "";
}

function refresh() {
  demandTime();
  nameSend();
  markChips();
  showOptions();
}

function toggle(event) {
  const chip = event.target.closest("[data-members]");
  if (chip === null) return;
  event.preventDefault();
  const members = new Set(chip.dataset.members.split(" "));
  for (const box of boxes()) if (members.has(box.value)) box.checked = chip.ariaPressed !== "true";
  for (const name of ["input", "change"]) form.dispatchEvent(new Event(name, { bubbles: true }));
}

/** Completes handles, from the first "@" on. */
function complete({ target }) {
  if (target.matches("textarea") && target.value.includes("@")) import(form.dataset.mentions);
}

/** Enter in a field must not share by mistake; with Ctrl or Cmd it shares from anywhere. */
function press(event) {
  if (event.key !== "Enter") return;
  if (event.ctrlKey || event.metaKey) {
    event.preventDefault();
    form.requestSubmit(send);
  } else if (event.target.matches('input[type="checkbox"], input[type="radio"]')) {
    event.preventDefault();
  }
}

/** The script for pictures is loaded once one is pasted, dropped or asked for, with what was given. */
function loadPictures(event) {
  const given = event.clipboardData ?? event.dataTransfer ?? event.target;
  const isGiven = given.types?.includes("Files") && !given.types.includes("text/plain");
  if (event.type === "dragover") {
    if (isGiven) event.preventDefault();
    return;
  }
  const files = isGiven || given.name === "file" ? [...given.files] : [];
  const button = event.type === "click" ? event.target.closest("#pictures button") : null;
  if (files.length === 0 && button === null && event.type !== "pictures") return;
  event.preventDefault();
  for (const name of GIVING) form.removeEventListener(name, loadPictures);
  const sent = () => form.dispatchEvent(new CustomEvent("pictures", { detail: { files, button } }));
  form.ariaBusy = "true";
  import(form.querySelector("#pictures").dataset.script).then(sent, () => (form.ariaBusy = null));
}
const GIVING = ["click", "change", "paste", "dragover", "drop", "pictures"];

if (send !== null && send !== undefined) {
  for (const name of GIVING) form.addEventListener(name, loadPictures);
  form.addEventListener("change", refresh);
  form.addEventListener("click", toggle);
  form.addEventListener("keydown", press);
  form.addEventListener("input", complete);
  document.addEventListener("htmx:after:swap", refresh);
  form.querySelector(".send kbd").hidden = !matchMedia("(hover: hover)").matches;
  refresh();
}
