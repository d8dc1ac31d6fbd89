/** Folds of a cross-validation follow each other, can be stopped, and go on after a reload; groups are held out together. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ROOT } from "./chromium.mjs";
import { folder, shapes, under } from "./fixtures.mjs";
import { openPage, TINY_LAYERS } from "./trainer-page.mjs";

const TIMEOUT = { timeout: 5 * 60_000 };

/** Shapes whose names say of which of four patients each is: `disc/p2-004.png`. One name says nothing. */
function patients() {
  const named = Object.entries(shapes({ each: 12 })).map(([path, content], i) => [path.replace(/(\d+)\.png$/, (_, n) => `p${i % 4}-${n}.png`), content]);
  return { ...Object.fromEntries(named), "disc/other.png": shapes({ each: 1, seed: 9 })["disc/000.png"] };
}

/** What axe finds in the form and in the folds, in both colour schemes, wide and narrow; nothing is wider than the window. */
async function axe({ page }, state) {
  if (!(await page.evaluate("typeof axe === 'object'"))) await page.evaluate(readFileSync(join(ROOT, "tests/page/node_modules/axe-core/axe.min.js"), "utf8"));
  for (const [width, colorScheme] of [[1280, "light"], [1280, "dark"], [320, "light"], [320, "dark"]]) {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme });
    const found = await page.evaluate(async () => (await axe.run({ include: [["main"]] }, { resultTypes: ["violations"] })).violations
      .map(({ id, nodes }) => `${id}: ${nodes[0].html}`));
    assert.deepEqual(found, [], `${state}, ${width}, ${colorScheme}`);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${state} is too wide at ${width}`);
  }
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.emulateMedia({ colorScheme: "light" });
}

/** The rows of the table of folds: pictures, accuracy and loss of each. */
const done = async (tab) => (await tab.rows("#folds-table")).map(([name, ...cells]) => [name, ...cells.map((cell) => Number.parseFloat(cell))]);

test("three folds by patient are stopped, and go on after a reload", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "folds" });
  const { page } = tab;
  const pictures = folder(t, under("Training", patients()));
  await tab.set({ "image-size": 32 });
  await tab.pick(pictures);
  await tab.set({ device: "cpu", threads: 1, layers: TINY_LAYERS(3), epochs: 4, "batch-size": 8, "group-by": "names", "group-pattern": "{group}-*.png", folds: 3 });
  await page.locator("#group-preview").filter({ hasText: "4 groups of 36 pictures. 1 name does not fit, and its picture is by itself." }).waitFor();
  assert.match(await tab.text("#group-examples"), /^p\d: 9 pictures, such as \S*p\d-\d+\.png/);
  assert.match(await tab.text("#group-examples"), /does not fit: \S*other\.png/);
  assert.equal(await tab.text("#data-digest"), "3 folds by groups, seed 1");

  await tab.worker.evaluate(async () => {
    const { tasks } = await import("/js/worker/state.js");
    const post = self.postMessage.bind(self);
    let starts = 0;
    self.postMessage = (message, ...more) => {
      if (message.event?.type === "start") starts += 1;
      if (starts === 2 && message.event?.type === "epoch" && message.event.record.epoch === 2) tasks.pause(); // in the second fold
      post(message, ...more);
    };
  });
  await page.click("#fit");
  await page.locator("#folds-note").filter({ hasText: /^Fold 2 of 3 trains; .* left for all of them\.$/ }).waitFor({ timeout: 120_000 });
  await page.locator("#history-table tbody tr").nth(1).waitFor({ state: "attached", timeout: 60_000 });
  await page.click("#stop");
  await tab.reach(["done"]);
  const [first, ...others] = await done(tab);
  assert.equal(others.length, 0);
  assert.equal(await tab.text("#folds-note"), "1 of 3 folds are done.");

  await tab.reload();
  assert.equal(await tab.text("#folds-note"), "1 of 3 folds are done. Load the same pictures again to go on.");
  assert.deepEqual(await done(tab), [first]);
  await tab.set({ "image-size": 32 });
  await tab.pick(pictures);
  await axe(tab, "folds that can go on");
  await page.focus("#folds-go-on");
  await page.keyboard.press("Enter");
  await page.locator("#folds-note").filter({ hasText: /^Mean accuracy .* ± .*, mean loss .* ± / }).waitFor({ timeout: 120_000 });
  const all = await done(tab);
  assert.deepEqual(all[0], first);
  assert.deepEqual(all.map(([name]) => name), ["1 of 3", "2 of 3", "3 of 3"]);
  assert.equal(all.reduce((sum, [, images]) => sum + images, 0), 37, "each picture was held out once");
  const accuracies = all.map(([, , accuracy]) => accuracy);
  const mean = accuracies.reduce((sum, value) => sum + value, 0) / 3;
  const spread = Math.sqrt(accuracies.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 2);
  const [, saidMean, saidSpread] = /accuracy ([\d.]+) % ± ([\d.]+) %/.exec(await tab.text("#folds-note"));
  assert.ok(Math.abs(saidMean - mean) < 0.1 && Math.abs(saidSpread - spread) < 0.15, `${saidMean} ± ${saidSpread}, ${mean} ± ${spread}`);
  assert.equal(await page.locator("#kept-list > li").count(), 3, "each fold is one run");
  assert.match(await tab.text("#kept-list"), /fold 3 of 3[^]*fold 2 of 3[^]*fold 1 of 3/);
  assert.equal(await page.inputValue("#group-pattern"), "{group}-*.png", "the form is as the folds had it");
  await axe(tab, "all folds");
  await tab.screenshot("folds");
});
