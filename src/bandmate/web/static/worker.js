// Keeps the page's own files, for the time the service is away. The service puts VERSION and FILES
// in front: other files are another worker, which takes over at once.
// What is told of bands and sessions is never kept: only FILES are answered here, and only when the
// service does not answer.

const CACHE = `bandmate-${VERSION}`;
const PATIENCE_MS = 3_000;

// The page itself came from the cache: its parts do not wait for the service one by one.
let isAway = false;

self.addEventListener("install", (event) => {
  self.skipWaiting();
  const requests = FILES.map((path) => new Request(path, { cache: "reload" }));
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(requests)));
});

self.addEventListener("activate", (event) => event.waitUntil(takeOver()));

self.addEventListener("fetch", (event) => {
  const { method, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (method === "GET" && origin === location.origin && FILES.includes(pathname)) {
    event.respondWith(answer(event.request, pathname));
  }
});

async function takeOver() {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith("bandmate-") && name !== CACHE);
  await Promise.all([...old.map((name) => caches.delete(name)), self.clients.claim()]);
}

async function answer(request, pathname) {
  const isPage = request.mode === "navigate";
  if (isAway && !isPage) return (await kept(pathname)) ?? fetch(request);
  try {
    const fresh = await Promise.race([fetch(request), lostPatience()]);
    isAway = false;
    return fresh;
  } catch (error) {
    const old = await kept(pathname);
    if (old === undefined) throw error;
    isAway ||= isPage;
    return old;
  }
}

async function kept(pathname) {
  const cache = await caches.open(CACHE);
  return cache.match(pathname);
}

function lostPatience() {
  return new Promise((_, reject) => setTimeout(() => reject(new Error("too late")), PATIENCE_MS));
}
