/** The page by keyboard alone, from the sample pictures to a trained network. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { openPage } from "./trainer-page.mjs";

const MOST_STOPS = 80;

/** Presses Tab until the element with this id has the focus. */
async function tabTo({ page }, id) {
  const stops = [];
  for (let i = 0; i < MOST_STOPS; i++) {
    const focused = await page.evaluate(() => document.activeElement?.id ?? "");
    if (focused === id) return;
    stops.push(focused);
    await page.keyboard.press("Tab");
  }
  assert.fail(`#${id} cannot be reached by Tab; it stopped at ${stops.filter(Boolean)}`);
}

/** The outline of the focused element, by which a person sees where they are. */
const hasVisibleFocus = ({ page }) =>
  page.evaluate(() => {
    const focused = document.activeElement;
    const { outlineStyle, boxShadow } = getComputedStyle(focused);
    return focused.matches(":focus-visible") && (outlineStyle !== "none" || boxShadow !== "none");
  });

async function type({ page }, text) {
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.type(text);
}

test("the sample pictures are fitted by keyboard alone", { timeout: 4 * 60_000 }, async (t) => {
  const tab = await openPage(t, { log: "keyboard" });
  const { keyboard } = tab.page;

  await tabTo(tab, "image-size");
  await keyboard.press("Home"); // the smallest size
  await tab.page.locator("#image-size").evaluate((select) => select.blur());
  await tabTo(tab, "sample-button");
  assert.ok(await hasVisibleFocus(tab), "the focus can be seen");
  await keyboard.press("Enter");
  await tab.reach(["ready"]);

  await tabTo(tab, "device");
  await keyboard.type("CPU");
  await tabTo(tab, "epochs");
  await type(tab, "20");
  await tabTo(tab, "fit");
  assert.ok(await hasVisibleFocus(tab));
  await keyboard.press("Enter");
  await tab.reach(["training"]);

  await tabTo(tab, "pause"); // the focus is just before it
  await keyboard.press("Enter");
  await tab.reach(["paused"]);
  await tabTo(tab, "resume");
  await keyboard.press("Enter");
  await tab.reach(["training", "done"]);
  await tab.reach(["done"], 120);

  assert.equal((await tab.history()).length, 20);
  assert.match(await tab.text("#test-accuracy"), /^\d+\.\d %$/);
  await tabTo(tab, "save-model");
  assert.ok(await hasVisibleFocus(tab));
});
