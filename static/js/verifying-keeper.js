// The service worker of /verifier/: asks the portal first, and answers with what it kept when the portal is away, slow or
// ill. It keeps that page alone, as a visitor sees it, and looks at nothing else.
const KEPT = "verification-1"; // the same in verifying.js
const PATIENCE = 3000;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const { method, url } = event.request;
  if (method === "GET" && new URL(url).origin === location.origin) event.respondWith(answer(event.request));
});

async function answer(request) {
  const asked = request.mode === "navigate" ? new Request(request.url, { credentials: "omit" }) : request;
  const cache = await caches.open(KEPT);
  const kept = () => cache.match(request, { ignoreSearch: true, ignoreVary: true });
  try {
    const fresh = await fetch(asked, { signal: AbortSignal.timeout(PATIENCE) });
    if (fresh.status >= 500) return (await kept()) ?? fresh;
    if (fresh.ok && !fresh.redirected) await cache.put(request.url, fresh.clone());
    return fresh;
  } catch {
    return (await kept()) ?? Response.error();
  }
}
