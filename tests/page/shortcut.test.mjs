/** A brightness that gives the class away: found, shown, mended by leaving out where it comes from, and the score before and after. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { openCare, openTopic, told } from "./care-folder.mjs";
import { folder, generator, SHAPES } from "./fixtures.mjs";
import { png } from "./png.mjs";
import { openPage, TINY_LAYERS } from "./trainer-page.mjs";

const TIMEOUT = { timeout: 4 * 60_000 };
const SIDE = 32;
const STEPS = 255;
const TOLD = /The class can be told from the brightness alone: ([89]\d|100)\.\d % right, where guessing gives 50\.0 %\./;

/** A shape on ground of its own, at any place. @param {number} ground from 0 to 255 */
function drawn(kind, ground, random) {
  const radius = 9 + 3 * random();
  const [left, top] = [0, 1].map(() => radius + (SIDE - 2 * radius) * random());
  const ink = ground > 128 ? ground - 90 : ground + 90;
  return png({ width: SIDE, height: SIDE, channels: 1, value: (x, y) => Math.round((SHAPES[kind]((x - left) / radius, (y - top) / radius) ? ink : ground) + 12 * random()) });
}

/**
 * Two clinics: in the pictures of `north`, discs lie on light ground and frames on dark ground; in those of `south`, both on either.
 * The test pictures are of a third one, where both lie on either too: a network that learnt the brightness fails there.
 */
function clinics() {
  const random = generator(21);
  const ground = { light: () => 190 + 40 * random(), dark: () => 20 + 40 * random() };
  const either = () => ground[random() < 0.5 ? "light" : "dark"]();
  const files = {};
  for (const [kind, usual] of [["disc", "light"], ["frame", "dark"]]) {
    for (let i = 0; i < 300; i++) files[`Training/${kind}/north ${i}.png`] = drawn(kind, ground[usual](), random);
    for (let i = 0; i < 40; i++) files[`Training/${kind}/south ${i}.png`] = drawn(kind, either(), random);
    for (let i = 0; i < 60; i++) files[`Testing/${kind}/west ${i}.png`] = drawn(kind, either(), random);
  }
  return files;
}

/** Trains for as many steps as ever, and tells the share of the test pictures that is right. */
async function score(tab, pictures) {
  await tab.set({ device: "cpu", threads: 2, layers: TINY_LAYERS(2), epochs: Math.round((8 * STEPS) / pictures), "batch-size": 8, "learning-rate": 0.002, "validation-split": 0, seed: 3 });
  await tab.fit();
  const isOld = () => tab.page.evaluate(async () => (await import("/js/page/care/reading.js")).reading.since.run);
  while (await isOld()) await new Promise((resolve) => setTimeout(resolve, 50)); // what follows is shown because of a decision alone
  return tab.accuracy();
}

test("a brightness that follows the class is found, shown and mended, with the score before and after", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "shortcut" });
  const { page } = tab;
  await tab.set({ "image-size": 32 });
  await tab.pick(folder(t, clinics()));
  await openCare(tab);
  assert.match(await tab.text("#care-text"), /told from/);
  await openTopic(tab, "shortcuts");
  assert.match(await tab.text("#care-shortcuts .care-sentences"), TOLD);
  assert.match(await tab.text("#care-shortcuts .digest"), /brightness/);
  const before = await score(tab, 680);

  await openTopic(tab, "all");
  await page.fill("#care-search", "north");
  await page.locator("#care-all .hint").filter({ hasText: "600 pictures" }).waitFor();
  await page.locator("#care-all").getByRole("button", { name: "Choose all of them" }).click();
  await page.getByRole("button", { name: "Leave out" }).click();
  await told(tab, "600 pictures are left out now.");
  await page.locator("#care-shortcuts").filter({ hasText: "Neither size, brightness, sharpness, file format nor border tells the classes apart." }).waitFor();
  assert.equal(await tab.text("#care-shortcuts .digest"), "nothing");
  assert.doesNotMatch(await tab.text("#care-text"), /told from/);
  const after = await score(tab, 80);
  t.diagnostic(`accuracy on pictures of a third clinic before ${before}, after ${after}`);
  assert.ok(after > before + 0.1, `${before}, then ${after}`);

  // It is there again as soon as the pictures are.
  await page.getByRole("button", { name: "Undo" }).click();
  await told(tab, "600 pictures are as they were before.");
  await page.locator("#care-text").filter({ hasText: /told from/ }).waitFor();
});
