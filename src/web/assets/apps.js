/** Registers the service worker, offers to install the app where the browser can, and keeps the bookmark from being clicked here. */
navigator.serviceWorker?.register("/service-worker.js").catch(() => {});

const install = document.querySelector("[data-install]");
addEventListener("beforeinstallprompt", (event) => {
  if (install === null) return;
  event.preventDefault();
  install.hidden = false;
  install.onclick = () => event.prompt();
});
addEventListener("appinstalled", () => install?.setAttribute("hidden", ""));

// Our policy lets no script of a link run. It is for the bookmarks bar, on other sites.
for (const link of document.querySelectorAll("a[data-bookmark]"))
  link.addEventListener("click", (event) => {
    event.preventDefault();
    document.querySelector("[data-drag]").hidden = false;
  });
