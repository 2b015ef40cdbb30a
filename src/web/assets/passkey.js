/** Passkey forms: shown where the browser supports passkeys, with our own error messages. */
const asked = { add: "/account/passkeys/", use: "/login/passkey/" };
const isKnown = typeof globalThis.PublicKeyCredential?.parseCreationOptionsFromJSON === "function";

document.documentElement.classList.toggle("without-passkeys", !isKnown);
for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!isKnown) continue;
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (form.hasAttribute("aria-busy")) return;
    form.setAttribute("aria-busy", "true");
    run(form).finally(() => form.removeAttribute("aria-busy"));
  });
}

/** Runs the ceremony. A refusal may name a page to visit first. */
async function run(form) {
  const told = form.querySelector("[role=alert]");
  told.hidden = true;
  try {
    const path = asked[form.dataset.passkey];
    const typed = Object.fromEntries(new FormData(form));
    const options = await post(`${path}options/`, typed);
    const answer = await (form.dataset.passkey === "add" ? create(options) : get(options));
    const { next } = await post(path, { ...typed, answer });
    location.assign(next);
  } catch (error) {
    if (error.next) return location.assign(error.next);
    // The person closed the browser's dialog.
    if (error.name === "NotAllowedError" || error.name === "AbortError") return;
    told.textContent =
      error.name === "InvalidStateError" ? form.dataset.known : (error.problem ?? form.dataset.failed);
    told.hidden = false;
  }
}

async function create(options) {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
  return (await navigator.credentials.create({ publicKey })).toJSON();
}

async function get(options) {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
  return (await navigator.credentials.get({ publicKey })).toJSON();
}

async function post(path, body) {
  const response = await fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok) throw Object.assign(new Error("refused"), answer);
  return answer;
}
