/** The networks' own pages to share on, for the menu of <share-button ways>. Loaded when that is first opened. */
const HOME = new URL("/", import.meta.url);

/**
 * Puts links into an element: to all pages or to those named, in the order of the names.
 * @param names separated by spaces; empty for all
 */
export function listWays(element, { page, names, newTab, language }) {
  const wanted = names.split(/\s+/).filter(Boolean);
  const named = wanted.flatMap((name) => WAYS.filter((way) => way.name === name));
  const links = (wanted.length === 0 ? WAYS : named).map((way) => {
    const label = way.labels[language] ?? way.labels.en;
    const link = Object.assign(document.createElement("a"), {
      ...{ href: addressOf(way, page), textContent: label, ariaLabel: `${label} (${newTab})` },
      ...{ target: "_blank", rel: "noopener noreferrer" },
    });
    link.part.add("item", "way");
    return link;
  });
  element.replaceChildren(...links);
}

function addressOf({ name, sharePage, hasServers }, { url, title }) {
  if (hasServers)
    return new URL(`social/share/to/${name}/?${new URLSearchParams({ url, title })}`, HOME).href;
  const values = { url, title, text: title ? `${title}\n\n${url}` : url };
  return sharePage.replace(/\{(\w+)\}/g, (_all, value) => encodeURIComponent(values[value]));
}
