/** A page that nobody sees asks for nothing; what is new is asked for once it is seen again. */
document.addEventListener("htmx:before:request", (event) => {
  if (event.target.id === "follow" && document.hidden) event.preventDefault();
});
