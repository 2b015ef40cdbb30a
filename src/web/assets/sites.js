/** The colours of the share button on "Your sites": shown on the button, and written into the lines to copy. */
const form = document.querySelector("form[data-colours]");
const field = document.querySelector("[data-lines]");
const copy = document.querySelector("button[data-copy]");
const button = form.querySelector("share-button");
const note = form.querySelector("[role=status]");
const plain = field.value;
/** Below this ratio text is hard to read (WCAG 2.2, 1.4.3). */
const READABLE = 4.5;

form.hidden = false;
form.addEventListener("input", () => paint([form.elements.background, form.elements.color]));
form.addEventListener("reset", () => paint([]));
form.addEventListener("submit", (event) => event.preventDefault());

/** @param fields the colours that are chosen */
function paint(fields) {
  button.removeAttribute("style");
  for (const { name, value } of fields) button.style.setProperty(`--share-button-${name}`, value);
  const style = button.getAttribute("style");
  field.value = style ? plain.replace("<share-button>", `<share-button style="${style}">`) : plain;
  copy.dataset.copy = field.value;
  note.hidden = fields.length === 0 || contrast(...fields.map(({ value }) => value)) >= READABLE;
}

/** The contrast ratio of two colours like "#0b6b5f" (WCAG 2.2). */
function contrast(one, other) {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour) {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
