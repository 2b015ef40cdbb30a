/** Shows what an app handed over, keeps the address of the page that could not be opened, and opens it once there is a connection. */
const given = new URLSearchParams(location.search);
const words = ["title", "text", "url"].map((name) => given.get(name)).filter(Boolean);
const kept = document.querySelector(".kept");
kept.hidden = words.length === 0;
kept.querySelector("p").textContent = words.join("\n");

const isShown = location.pathname === "/offline/";
if (!isShown) document.querySelector("[data-again]").href = location.href;
addEventListener("online", () => {
  if (!isShown) location.reload();
});
