/**
 * Shows what an app handed over or what could not be sent, keeps the address of the page that could not be opened, and opens it once
 * there is a connection. A form is sent again only when the person presses the button.
 */
const unsent = document.getElementById("unsent");
const isShown = location.pathname === "/offline/";

if (unsent === null) showHanded();
else showUnsent(JSON.parse(unsent.textContent));

function showHanded() {
  const given = new URLSearchParams(location.search);
  const words = ["title", "text", "url"].map((name) => given.get(name)).filter(Boolean);
  if (words.length > 0) showWords(".kept", words);
  if (!isShown) document.querySelector("[data-again]").href = location.href;
  addEventListener("online", () => {
    if (!isShown) location.reload();
  });
}

/** Shows each of the words in a paragraph of its own. */
function showWords(place, words) {
  const kept = document.querySelector(place);
  kept.hidden = false;
  const [first] = kept.querySelectorAll(".kept-words");
  first.replaceWith(
    ...words.map((text) =>
      Object.assign(document.createElement("p"), { className: "kept-words", dir: "auto", textContent: text }),
    ),
  );
}

function showUnsent({ action, fields, isWhole }) {
  const plain = document.querySelector("[data-offline]");
  const form = document.querySelector("form[data-unsent]");
  plain.hidden = true;
  form.hidden = false;
  document.title = document.title.replace(
    plain.querySelector("h1").textContent,
    form.querySelector("h1").textContent,
  );
  const written = fields.filter(([name, value]) => name.startsWith("message") && value !== "");
  if (written.length > 0)
    showWords(
      "form[data-unsent] .unsent",
      written.map(([, value]) => value),
    );
  form.action = action;
  for (const [name, value] of fields)
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  // Reloading must not send the form, and the form's page has kept the draft in this tab.
  const back = pageOf(action, new Map(fields));
  form.querySelector("a").href = back;
  history.replaceState(null, "", back);
  const button = form.querySelector("button");
  // A file cannot be sent from here.
  button.hidden = !isWhole;
  button.focus();
}

/** The page that the form is on. */
function pageOf(action, fields) {
  if (action.endsWith("/edit/")) return action;
  const page = ["url", "title", "description", "image"].flatMap((name) =>
    fields.get(name) ? [[name, fields.get(name)]] : [],
  );
  return `/social/share/?${new URLSearchParams(page)}`;
}
