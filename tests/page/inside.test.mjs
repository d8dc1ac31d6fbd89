/** Inside the network: filters, what layers make of a picture, and how weights and gradients are spread. */

import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { folder, shapes } from "./fixtures.mjs";
import { openPage, TINY_LAYERS } from "./trainer-page.mjs";

const TIMEOUT = { timeout: 5 * 60_000 };
const NAMES = ["rescaling", "conv2d", "max_pooling2d", "conv2d_1", "max_pooling2d_1", "flatten", "dense", "dense_1"];

const names = (tab, list) => tab.page.locator(`${list} .inside-name`).allTextContents();
const noted = (tab, words) => tab.page.locator("#inside-note").filter({ hasText: words }).waitFor({ timeout: 60_000 });

/** The width of each picture of weights: 24 pixels for each of a few epochs. */
const widths = (tab) => tab.page.locator("#inside-spreads canvas").evaluateAll((all) => all.map(({ width }) => width));

test("what is inside is shown while the network trains, and costs nothing while it is closed", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "inside" });
  const pictures = folder(t, shapes({ each: 8 }));
  await tab.set({ "image-size": 32 });
  await tab.pick(pictures);
  const settings = { device: "cpu", threads: 2, layers: TINY_LAYERS(3), epochs: 3, "batch-size": 5, "validation-split": 0.25 };
  await tab.set(settings);
  await tab.fit();
  const plain = await tab.exactHistory();

  await tab.page.locator("#inside summary").click();
  await noted(tab, "8 layers and the picture disc 1, after 3 epochs.");
  assert.equal(await tab.page.locator("#inside-filters canvas").count(), 1);
  assert.deepEqual(await names(tab, "#inside-layers"), ["disc 1", ...NAMES]);
  assert.ok(await tab.page.isHidden("#inside-spreads"), "nobody looked at the epochs");

  await tab.fit();
  assert.deepEqual(await tab.exactHistory(), plain, "looking changes no number");
  assert.deepEqual(await names(tab, "#inside-spreads"), ["conv2d", "conv2d_1", "dense", "dense_1"]);
  assert.deepEqual(await widths(tab), Array(8).fill(3 * 24));
  const label = await tab.page.getAttribute("#inside-spreads canvas", "aria-label");
  assert.match(label, /^conv2d: weights from -0\.\d+ to 0\.\d+ in 3 epochs; their norm is \d/);

  await tab.page.click("#inside-sample");
  await noted(tab, /the picture (?!disc 1,)\w+ \d+,/);
  const [first] = readdirSync(join(pictures, "stripes"));
  await tab.page.setInputFiles("#inside-picture", join(pictures, "stripes", first));
  await noted(tab, `the picture ${first}`);
  const black = await tab.page.locator("#inside-layers canvas").evaluateAll((all) => all.map((canvas) =>
    canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.every((value, i) => i % 4 === 3 || value === 0)));
  assert.ok(!black.includes(true), "every layer shows something");
  await tab.page.locator("#inside").scrollIntoViewIfNeeded();
  await tab.screenshot("inside");

  // Paused, between two steps.
  await tab.holdAt(1);
  await tab.start(1);
  await tab.page.click("#pause");
  await tab.reach(["paused"]);
  await tab.page.click("#inside-sample");
  await noted(tab, /the picture \w+ \d+, after 1 epoch\./);
  assert.equal(await tab.state(), "paused");
  await tab.page.locator("#inside summary").click(); // closed
  await tab.holdAt(9); // later than its end
  await tab.page.click("#resume");
  await tab.reach(["done"], 60);
  assert.deepEqual(await widths(tab), Array(8).fill(24), "the epochs after it was closed were not looked at");
  assert.deepEqual(await tab.exactHistory(), plain);
});

test("without a network or pictures it says what to do", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "inside-empty" });
  await tab.page.locator("#inside summary").click();
  await noted(tab, "There is no network yet");
  assert.ok(await tab.page.isHidden("#inside-layers"));
  assert.equal(await tab.text("#error"), "");
});
