/**
 * Shows the offline page where one of these pages cannot be loaded, and where a share cannot be sent. It keeps the files of that page
 * and nothing else: private pages and what was written are never stored, so none can be shown late or to somebody else. Connecting
 * and signing in pass it by.
 */
const PAGES = [
  "/social/",
  "/social/new/",
  "/social/share/",
  "/social/history/",
  "/social/apps/",
  "/social/drafts/",
];
/** The share form, and the form that changes what is scheduled. */
const FORMS = /^\/social\/share\/([0-9a-f-]{36}\/edit\/)?$/;

addEventListener("install", (event) => event.waitUntil(prepare()));
addEventListener("activate", (event) => event.waitUntil(begin()));
addEventListener("fetch", (event) => {
  const { request } = event;
  const { pathname, origin } = new URL(request.url);
  if (origin !== location.origin) return;
  if (request.mode === "navigate") {
    if (request.method === "GET" && PAGES.includes(pathname)) event.respondWith(open(request));
    if (request.method === "POST" && FORMS.test(pathname)) event.respondWith(send(request, pathname));
  } else if (request.method === "GET" && OFFLINE.files.includes(pathname)) event.respondWith(load(request));
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

/** Sends a form once. If it does not arrive, or its answer does not, the page says what was written: sending it again is up to the person. */
async function send(request, action) {
  const copy = request.clone();
  try {
    return await fetch(request);
  } catch {
    const page = await caches.match("/offline/");
    if (page === undefined) return Response.error();
    const all = [...(await copy.formData())];
    const fields = all.filter(([, value]) => typeof value === "string");
    const isWhole = all.every(([, value]) => typeof value === "string" || value.size === 0);
    // In a script element, "<" could end it.
    const sent = JSON.stringify({ action, fields, isWhole }).replaceAll("<", "\\u003c");
    const html = (await page.text()).replace(
      "</main>",
      () => `<script type="application/json" id="unsent">${sent}</script></main>`,
    );
    const headers = new Headers(page.headers);
    for (const name of ["content-encoding", "content-length"]) headers.delete(name);
    return new Response(html, { headers });
  }
}

async function load(request) {
  return (await caches.match(request)) ?? (await fetch(request));
}
