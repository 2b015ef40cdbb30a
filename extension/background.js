/** Opens the share page of the person's Sharewell with the address, title and selection of the tab in which they press the button. */

/** Longer selections would make an address that proxies refuse. */
const LONGEST_SELECTION = 1_000;

chrome.action.onClicked.addListener(share);
chrome.runtime.onInstalled.addListener(async () => {
  if ((await findService()) === undefined) await chrome.runtime.openOptionsPage();
});

async function share(tab) {
  const service = await findService();
  if (service === undefined) {
    await chrome.runtime.openOptionsPage();
    return;
  }
  const { url = "", title = "" } = tab;
  const isPage = /^https?:/.test(url);
  const address = new URL(isPage ? "social/share/" : "social/new/", service);
  if (isPage) {
    const page = { url, title, text: await readSelection(tab.id) };
    for (const [name, value] of Object.entries(page)) if (value !== "") address.searchParams.set(name, value);
  }
  await chrome.tabs.create({ url: address.href, index: tab.index + 1, openerTabId: tab.id });
}

/** The address that the person chose, else the one that the extension was packed with. */
async function findService() {
  const { service } = await chrome.storage.local.get("service");
  if (service) return service;
  const packed = await (await fetch(chrome.runtime.getURL("service.json"))).json();
  return packed.service || undefined;
}

/** Empty where the browser lets no extension look, as on its own pages and in PDF files. */
async function readSelection(tabId) {
  try {
    const [found] = await chrome.scripting.executeScript({
      target: { tabId },
      func: () => String(getSelection()).trim(),
    });
    return (found?.result ?? "").slice(0, LONGEST_SELECTION);
  } catch {
    return "";
  }
}
