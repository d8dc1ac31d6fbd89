/** The page for tests of folders: pictures of two classes, and what the page shows of them. */

import assert from "node:assert/strict";
import { pictures, under } from "./fixtures.mjs";
import { openPage, TINY_LAYERS } from "./trainer-page.mjs";

export const TIMEOUT = { timeout: 3 * 60_000 };
export const SETTINGS = { device: "cpu", epochs: 2, "batch-size": 5, "validation-split": 0.25, layers: TINY_LAYERS(2) };
export const RED = [160, 0, 0];
export const BLUE = [0, 0, 160];

/** Red cats and blue dogs. */
export const classes = (cat = 4, dog = cat) => ({ ...under("cat", pictures(cat, RED)), ...under("dog", pictures(dog, BLUE)) });

export async function open(t, log, more = {}) {
  const tab = await openPage(t, { log: `folders ${log}`, ...more });
  await tab.set({ "image-size": 32 });
  return tab;
}

/** What the page shows of the pictures after they were picked: class, training, validation and test. */
export async function shown(tab) {
  assert.equal(await tab.text("#error"), "");
  return (await tab.rows("#class-table")).map((row) => row.join(" "));
}

/** Trains, and returns the history in full precision. */
export async function history(tab) {
  await tab.set(SETTINGS);
  await tab.fit();
  return tab.exactHistory();
}
