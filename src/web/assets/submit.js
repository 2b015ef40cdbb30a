/** A form is sent once: until the next page comes it shows that it is busy, and further clicks do nothing. */
const BUSY_AT_MOST_MS = 15_000;

addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.hasAttribute("aria-busy")) {
    event.preventDefault();
    return;
  }
  form.setAttribute("aria-busy", "true");
  // What was being written is not for whoever uses this tab next.
  if (new URL(form.action).pathname === "/logout/") sessionStorage.clear();
  setTimeout(rest, BUSY_AT_MOST_MS, form);
});

/** Back and a reload come to the page that a form was on; else the browser asks whether to send the form again. */
const address = document.querySelector('meta[name="address"]');
if (address !== null) history.replaceState(null, "", address.content + location.hash);

/** The Back button may bring a page back as it was left. */
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[aria-busy]")) rest(form);
});

function rest(form) {
  form.removeAttribute("aria-busy");
}

/** Nobody looks for their time zone in a list of four hundred: the browser knows it. */
function guessZone() {
  for (const select of document.querySelectorAll("select[data-guess]")) {
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone || select.value;
    if (!Array.from(select.options).some(({ value }) => value === zone)) select.add(new Option(zone));
    select.value = zone;
  }
}
guessZone();

/** The list itself is built where a time is chosen: where none is, the page is there a quarter sooner. */
function unfoldZones() {
  const folded = document.querySelector(".when-time noscript");
  if (folded === null || document.querySelector('[name="when"][value="later"]:checked') === null) return;
  folded.insertAdjacentHTML("afterend", folded.textContent);
  folded.remove();
  guessZone();
}
addEventListener("change", unfoldZones);
addEventListener("pageshow", unfoldZones);

/** Words for an account are asked for only while it is chosen, or has some. */
function showOwnMessages() {
  for (const item of document.querySelectorAll("[data-account]")) {
    const box = document.querySelector(`input[name="account"][value="${item.dataset.account}"]`);
    item.hidden = box?.checked === false && item.querySelector("textarea").value === "";
  }
}
addEventListener("change", showOwnMessages);
showOwnMessages();

/** A group ticks its accounts, and those alone. */
for (const chip of document.querySelectorAll("a[data-group]")) {
  chip.addEventListener("click", (event) => {
    event.preventDefault();
    const members = chip.dataset.group.split(" ");
    const boxes = [...document.querySelectorAll('input[name="account"]:enabled')];
    for (const box of boxes) box.checked = members.includes(box.value);
    for (const name of ["input", "change"]) boxes[0]?.form.dispatchEvent(new Event(name, { bubbles: true }));
  });
}

for (const button of document.querySelectorAll("button[data-copy]")) {
  // Browsers let pages copy on https and on this machine only.
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

// Some networks hang an empty fragment to the address that they send people back to, and redirects carry it on.
if (/^#_(=_)?$/.test(location.hash)) history.replaceState(null, "", location.pathname + location.search);
