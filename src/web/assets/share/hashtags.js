/** Puts the tags of a set into the message, where the cursor is, without those that the message has already. */
const message = document.querySelector("#message");

for (const button of document.querySelectorAll("button[data-tags]"))
  button.addEventListener("click", (event) => {
    event.preventDefault();
    const { value, selectionStart: start, selectionEnd: end } = message;
    const had = value.toLowerCase().split(/\s+/);
    const tags = button.dataset.tags.split(" ").filter((tag) => !had.includes(tag.toLowerCase()));
    message.focus();
    if (tags.length === 0) return;
    const before = /(?:^|\s)$/.test(value.slice(0, start)) ? "" : " ";
    const after = /^\s|^$/.test(value.slice(end)) ? "" : " ";
    message.setRangeText(before + tags.join(" ") + after, start, end, "end");
    message.dispatchEvent(new Event("input", { bubbles: true }));
  });
