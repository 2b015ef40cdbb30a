/** Offers the share sheet of the phone or computer where the browser has one. */
for (const button of document.querySelectorAll("button[data-share]")) {
  button.hidden = navigator.share === undefined;
  // Closing the sheet is not an error.
  button.addEventListener("click", () => navigator.share(JSON.parse(button.dataset.share)).catch(() => {}));
}
