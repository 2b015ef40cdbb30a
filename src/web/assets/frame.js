/** Part of the pages themselves, so that it runs where the other scripts could not be loaded. */
/** A page from the Back cache may be out of date, or another person's. */
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

/** What a script would have brought is asked for without it, once it is certain that the script is missing. */
addEventListener("load", () => {
  const waiting = document.querySelector("[data-unscripted]");
  if (waiting !== null && !("htmx" in self))
    setTimeout(() => location.replace(waiting.dataset.unscripted), 3_000);
});

/** A refusal is said first: browsers and screen readers announce the title of a new page. */
addEventListener("DOMContentLoaded", () => {
  const refusal = document.querySelector("main .banner[data-refusal]");
  if (refusal !== null) document.title = `${refusal.dataset.refusal} ${document.title}`;
});
