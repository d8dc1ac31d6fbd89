/**
 * What the development server sends in the place of the page's service worker: where another server has left one at this address,
 * the browser takes this for its next version, and it takes itself and what is kept away.
 */

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(leave()));

async function leave() {
  const { scope } = self.registration;
  for (const name of await caches.keys()) if (name.startsWith("tabfit ") && name.endsWith(` ${scope}`)) await caches.delete(name);
  await self.registration.unregister();
}
