// One press opens Lectern's own page for saving, in a small window. Nothing is read before, and no password or token is kept.
const WINDOW = { type: "popup", width: 540, height: 720 };

/** The address of the Lectern in use: set by an institute's policy, by the person, or by the Lectern that handed this out. */
async function lectern() {
  const managed = await chrome.storage.managed?.get("address").catch(() => ({})) ?? {};
  const own = await chrome.storage.sync.get("address");
  if (managed.address || own.address) return managed.address || own.address;
  const bundled = await fetch(chrome.runtime.getURL("instance.json"));
  return (await bundled.json()).address;
}

/** Open the page for saving with what is known of a paper; where no address is known that leads anywhere, ask for it. */
async function save(known) {
  const address = await lectern();
  if (!URL.canParse(address)) return chrome.runtime.openOptionsPage();
  const page = new URL("/save/", address);
  for (const [name, value] of Object.entries(known)) if (value) page.searchParams.set(name, value);
  await chrome.windows.create({ ...WINDOW, url: page.href });
}

/** What an open page says it is about. A browser's own pages and its viewer of PDFs let nobody look: then the address has to do. */
async function read(tab) {
  const byAddress = { url: tab.url, title: tab.title };
  try {
    const [{ result }] = await chrome.scripting.executeScript({ target: { tabId: tab.id }, files: ["page.js"] });
    return result ?? byAddress;
  } catch {
    return byAddress;
  }
}

chrome.action.onClicked.addListener(async (tab) => save(await read(tab)));

chrome.runtime.onInstalled.addListener(() => {
  chrome.contextMenus.removeAll(() => {
    chrome.contextMenus.create({ id: "link", contexts: ["link"], title: chrome.i18n.getMessage("saveLink") });
    chrome.contextMenus.create({ id: "words", contexts: ["selection"], title: chrome.i18n.getMessage("saveWords") });
  });
});

chrome.contextMenus.onClicked.addListener(({ menuItemId, linkUrl, selectionText }) =>
  save(menuItemId === "link" ? { url: linkUrl } : { text: selectionText.slice(0, 500) }),
);
