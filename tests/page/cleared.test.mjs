/** A browser that has cleared the page's storage between two visits: that is a sentence. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { storeRuns } from "./runs-page.mjs";
import { openPage } from "./trainer-page.mjs";

test("the next visit says that the browser has cleared what was kept, until something is kept again", { timeout: 4 * 60_000 }, async (t) => {
  const tab = await openPage(t, { log: "cleared" });
  assert.equal(await tab.page.locator("#kept-ask").textContent(), "", "a first visit has lost nothing");
  await storeRuns(tab, [{}, {}]);
  await tab.reload();
  await tab.page.locator("#kept-list > li").nth(1).waitFor();
  const session = await tab.page.context().newCDPSession(tab.page);
  await session.send("Storage.clearDataForOrigin", { origin: new URL(tab.server.url).origin, storageTypes: "all" });
  await tab.reload();
  await tab.page.locator("#kept-ask", { hasText: "When this page looked last, this browser kept 2 networks and runs; now it keeps none." }).waitFor();
  await tab.screenshot("cleared");
  await storeRuns(tab, [{}]);
  await tab.reload();
  await tab.page.locator("#kept-list > li").first().waitFor();
  assert.ok(await tab.page.isHidden("#kept-ask"));
});

/** What a browser may clear and leave the rest. */
const clearNetworks = (tab) => tab.page.evaluate(async () => {
  const folder = await navigator.storage.getDirectory();
  for await (const name of folder.keys()) await folder.removeEntry(name, { recursive: true });
});

test("a new tab says it too, where the browser has left what it keeps for small notes", { timeout: 4 * 60_000 }, async (t) => {
  const tab = await openPage(t, { log: "cleared for a new tab" });
  await storeRuns(tab, [{}, {}, {}]);
  await tab.reload();
  await tab.page.locator("#kept-list > li").nth(2).waitFor();
  await clearNetworks(tab);
  await tab.reopen();
  assert.equal(await tab.page.evaluate(() => history.length <= 2 && history.state?.kept), undefined, "this tab has seen nothing before");
  await tab.page.locator("#kept-ask", { hasText: "this browser kept 3 networks and runs; now it keeps none." }).waitFor();
  await tab.reopen();
  assert.ok(await tab.page.isHidden("#kept-ask"), "it is said once");
  assert.equal(await tab.page.evaluate(() => localStorage.getItem("tabfit kept")), null, "where nothing is kept, nothing is noted");
});

test("a browser that refuses small notes shows the list, and the tab itself still tells", { timeout: 4 * 60_000 }, async (t) => {
  const before = () => {
    if (globalThis.Window) Object.defineProperty(globalThis, "localStorage", { get: () => { throw new DOMException("refused", "SecurityError"); } });
  };
  const tab = await openPage(t, { log: "cleared without notes", before });
  await storeRuns(tab, [{}]);
  await tab.reload();
  await tab.page.locator("#kept-list > li").first().waitFor();
  await clearNetworks(tab);
  await tab.reload();
  await tab.page.locator("#kept-ask", { hasText: "this browser kept 1 network or run; now it keeps none." }).waitFor();
});

test("who deletes everything is told nothing of a loss", { timeout: 4 * 60_000 }, async (t) => {
  const tab = await openPage(t, { log: "cleared by the person" });
  await storeRuns(tab, [{}]);
  await tab.reload();
  await tab.page.locator("#kept-list > li").first().waitFor();
  await tab.page.click("#forget");
  await tab.page.click("#dialog-yes");
  await tab.page.locator("#forget-note").filter({ hasText: "Nothing is kept any more." }).waitFor();
  await tab.reload();
  assert.ok(await tab.page.isHidden("#kept-ask"));
});
