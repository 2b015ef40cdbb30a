/**
 * Shows the offline page where one of these pages cannot be loaded. It keeps the files of that page and nothing else: private
 * pages are never stored, so none can be shown late or to somebody else. Forms, connecting and signing in pass it by.
 */
const PAGES = ["/social/", "/social/new/", "/social/share/", "/social/history/", "/social/apps/"];

addEventListener("install", (event) => event.waitUntil(prepare()));
addEventListener("activate", (event) => event.waitUntil(begin()));
addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (event.request.method !== "GET" || origin !== location.origin) return;
  if (event.request.mode === "navigate" && PAGES.includes(pathname)) event.respondWith(open(event.request));
  else if (OFFLINE.files.includes(pathname)) event.respondWith(load(event.request));
});

async function prepare() {
  const cache = await caches.open(OFFLINE.cache);
  await cache.addAll(OFFLINE.files);
  await skipWaiting();
}

async function begin() {
  for (const name of await caches.keys()) if (name !== OFFLINE.cache) await caches.delete(name);
  // With it, browsers ask twice for pages that pass by this worker, and what a network hands back works only once.
  await registration.navigationPreload?.disable();
}

async function open(request) {
  try {
    return await fetch(request);
  } catch {
    return (await caches.match("/offline/")) ?? Response.error();
  }
}

async function load(request) {
  return (await caches.match(request)) ?? (await fetch(request));
}
