/** Asks for the address of the person's Sharewell. */
const say = (name, ...values) => chrome.i18n.getMessage(name, values);

document.documentElement.lang = chrome.i18n.getUILanguage();
for (const element of document.querySelectorAll("[data-text]"))
  element.textContent = say(element.dataset.text);

const field = document.querySelector("input");
const said = document.querySelector("#said");
const { service } = await chrome.storage.local.get("service");
const packed = await (await fetch("service.json")).json();
field.value = service ?? packed.service;
field.focus();

document.querySelector("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const address = readService(field.value.trim());
  said.classList.toggle("bad", address === undefined);
  field.setAttribute("aria-invalid", String(address === undefined));
  said.textContent = address === undefined ? say("wrong") : "";
  if (address === undefined) {
    field.focus();
    return;
  }
  field.value = address;
  await chrome.storage.local.set({ service: address });
  said.textContent = say("saved");
});

/** The service's address from any of its pages; by plain http only on this computer. */
function readService(typed) {
  const text = /^https?:\/\//i.test(typed) ? typed : `https://${typed}`;
  if (!URL.canParse(text)) return undefined;
  const { protocol, origin, hostname } = new URL(text);
  const isLocal = hostname === "localhost" || hostname === "127.0.0.1";
  // Chromium takes blanks in a host.
  if (!isLocal && !/^[\w-]+(?:\.[\w-]+)+$/.test(hostname)) return undefined;
  return protocol === "https:" || isLocal ? `${origin}/` : undefined;
}
