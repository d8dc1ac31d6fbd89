/**
 * What the development server sends in the place of the page's service worker: where another server has left one at this address,
 * the browser takes this for its next version, which deletes what is kept at once, and itself when the page is next opened.
 *
 * Until then it serves the tabs that were open before: the workers of such a tab have the version of their files in their address,
 * which the server does not know. They get the server's file.
 */

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(forget()));
self.addEventListener("fetch", (event) => {
  const { scope } = self.registration;
  if (event.request.mode === "navigate") return event.waitUntil(self.registration.unregister());
  const [, file] = /^version\/\w+\/(.+)$/.exec(event.request.url.slice(scope.length)) ?? [];
  if (file) event.respondWith(fetch(new URL(file, scope)));
});

async function forget() {
  const { scope } = self.registration;
  for (const name of await caches.keys()) if (name.startsWith("tabfit ") && name.endsWith(` ${scope}`)) await caches.delete(name);
}
