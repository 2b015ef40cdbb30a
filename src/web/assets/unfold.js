/** Loads what a row of the history shows once it is unfolded. Without this script, or without an answer, a link stays there. */
addEventListener(
  "toggle",
  async ({ target }) => {
    if (!target.open || target.dataset.unfold === undefined) return;
    const path = target.dataset.unfold;
    delete target.dataset.unfold;
    const answer = await fetch(path).catch(() => undefined);
    // After signing out the answer is the login page.
    if (!answer?.ok || answer.redirected) return;
    target.querySelector("summary ~ *").remove();
    target.insertAdjacentHTML("beforeend", await answer.text());
  },
  true,
);
