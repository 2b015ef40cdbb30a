/** Moves a scheduled share to the day of the calendar on which it is dropped. Its Move link does the same without dragging. */
const form = document.querySelector("form[data-move]");
let dragged;

for (const entry of document.querySelectorAll("[data-movable]")) {
  entry.draggable = true;
  // Otherwise the link would be dragged.
  for (const link of entry.querySelectorAll("a")) link.draggable = false;
  entry.addEventListener("dragstart", (event) => {
    dragged = entry;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", entry.querySelector(".entry-title").textContent);
    entry.classList.add("dragged");
  });
  entry.addEventListener("dragend", () => {
    dragged = undefined;
    entry.classList.remove("dragged");
    mark(undefined);
  });
}

for (const day of document.querySelectorAll("[data-day]")) {
  day.addEventListener("dragover", (event) => {
    if (dragged === undefined) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "move";
    mark(day);
  });
  day.addEventListener("drop", (event) => {
    if (dragged === undefined) return;
    event.preventDefault();
    if (!day.contains(dragged)) move(dragged, day);
  });
}

function mark(day) {
  for (const marked of document.querySelectorAll(".drop")) marked.classList.remove("drop");
  day?.classList.add("drop");
}

/** Shows it in its new place at once. The page that answers shows where it really is. */
function move(entry, day) {
  const list = day.querySelector("ul") ?? day.appendChild(document.createElement("ul"));
  list.classList.add("entries");
  list.prepend(entry);
  form.action = `/social/share/${entry.dataset.movable}/move/`;
  form.elements.day.value = day.dataset.day;
  form.requestSubmit();
}
