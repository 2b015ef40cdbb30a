/** Pauses the polling of a result while its page is hidden. */
document.addEventListener("htmx:before:request", (event) => {
  if (event.target.id === "follow" && document.hidden) event.preventDefault();
});
