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
  await tab.page.locator("#kept-ask", { hasText: "When this tab looked last, this browser kept 2 networks and runs; now it keeps none." }).waitFor();
  await tab.screenshot("cleared");
  await storeRuns(tab, [{}]);
  await tab.reload();
  await tab.page.locator("#kept-list > li").first().waitFor();
  assert.ok(await tab.page.isHidden("#kept-ask"));
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
