/** Has the browser keep the page's files, so that the page opens without a network, and says when a new version of it is there. */

import { ownAddress } from "../shared/own-worker.js";
import { byId } from "./tools/dom.js";

/** By a Server-Timing of this name a server says that it wants no service worker; that of the project's development does. */
const UNWANTED = "no-service-worker";

/**
 * By one of its own inventions. Firefox reports an error for each worker that a service worker sends to another address, and WebKit
 * ends a thread that was sent there; both keep what their own cache keeps.
 */
const IS_CHROMIUM = "userAgentData" in navigator;

/** @param {Promise<unknown>} started keeping the files waits for this, because the start of the page needs them first */
export async function keepPage(started) {
  const container = /** @type {ServiceWorkerContainer | undefined} */ (navigator.serviceWorker); // missing in some private windows, and by http
  const [opened] = performance.getEntriesByType("navigation");
  const told = opened instanceof PerformanceNavigationTiming ? opened.serverTiming : [];
  if (!container || !IS_CHROMIUM || told?.some(({ name }) => name === UNWANTED)) return;

  // A service worker that takes the place of another one brings a new version. This tab stays with the old one until it is loaded again.
  let before = container.controller;
  container.addEventListener("controllerchange", () => {
    if (before) byId("new-version", HTMLElement).hidden = false;
    before = container.controller;
  });
  byId("load-new-version", HTMLButtonElement).addEventListener("click", () => location.reload());

  await started;
  try {
    await container.register(ownAddress("sw.js"));
    const { active } = await container.ready;
    active?.postMessage({ loaded: performance.getEntriesByType("resource").map(({ name }) => name) });
  } catch {
    // Where the browser or the server has none, the page works as ever, but not without its server.
  }
}
