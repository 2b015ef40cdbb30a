/** Keeps a form from being sent twice: until the next page loads it is marked as busy and ignores further clicks. */
const BUSY_AT_MOST_MS = 15_000;

addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.hasAttribute("aria-busy")) {
    event.preventDefault();
    return;
  }
  form.setAttribute("aria-busy", "true");
  // The next person in this tab must not see the drafts.
  if (new URL(form.action).pathname === "/logout/") sessionStorage.clear();
  setTimeout(rest, BUSY_AT_MOST_MS, form);
});

/** Makes Back and reload lead to the form's page. Otherwise the browser asks whether to send the form again. */
const address = document.querySelector('meta[name="address"]');
if (address !== null) history.replaceState(null, "", address.content + location.hash);

/** The Back button may restore a page with a busy form. */
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[aria-busy]")) rest(form);
});

function rest(form) {
  form.removeAttribute("aria-busy");
}

const ownZone = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";

/** Tells the service the browser's time zone, so that every time is shown in it from the next page on. */
if (document.querySelector('meta[name="zone"]') !== null) {
  const body = new URLSearchParams({ zone: ownZone });
  fetch("/zone/", { method: "POST", body, keepalive: true }).catch(() => undefined);
}

/** Makes a list of the field for a time zone, once a time is picked. A browser without such a list leaves it to be typed. */
function listZones() {
  const typed = document.querySelector("input[data-zones]");
  if (typed === null || document.querySelector('[name="when"][value="later"]:checked') === null) return;
  const zones = Intl.supportedValuesOf?.("timeZone") ?? [];
  if (zones.length === 0) return;
  const select = Object.assign(document.createElement("select"), { name: typed.name });
  for (const zone of new Set(["UTC", ...zones, typed.value]))
    select.add(new Option(zone.replaceAll("_", " "), zone));
  select.value = typed.value;
  typed.replaceWith(select);
}

/** Preselects the browser's time zone. */
for (const field of document.querySelectorAll("[data-guess]")) {
  const zone = ownZone || field.value;
  if (field.options && ![...field.options].some(({ value }) => value === zone)) field.add(new Option(zone));
  field.value = zone;
}
addEventListener("change", listZones);
addEventListener("pageshow", listZones);

/** Shows the message field of an account only while the account is chosen or the field has text. */
function showOwnMessages() {
  for (const item of document.querySelectorAll("[data-account]")) {
    const box = document.querySelector(`input[name="account"][value="${item.dataset.account}"]`);
    item.hidden = box?.checked === false && item.querySelector("textarea").value === "";
  }
}
addEventListener("change", showOwnMessages);
showOwnMessages();

for (const button of document.querySelectorAll("button[data-copy]")) {
  // Browsers allow copying only over https and on localhost.
  button.hidden = navigator.clipboard === undefined;
  const words = button.querySelector("[aria-live]");
  const label = words.textContent;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    words.textContent = button.dataset.copied;
    setTimeout(() => {
      words.textContent = label;
    }, 2_000);
  });
}

// Some networks append an empty fragment to the redirect address.
if (/^#_(=_)?$/.test(location.hash)) history.replaceState(null, "", location.pathname + location.search);
