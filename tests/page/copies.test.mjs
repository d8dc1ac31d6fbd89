/** With the page's own settings, copies of a picture are learnt from together or held out together; a set without copies is split as ever. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { doubled, noise, sidesOf } from "./copies.mjs";
import { folder, shapes } from "./fixtures.mjs";
import { openPage, TINY_LAYERS } from "./trainer-page.mjs";

const TIMEOUT = { timeout: 3 * 60_000 };
const SETTINGS = { device: "cpu", threads: 1, epochs: 1, "batch-size": 8, "validation-split": 0.25 };

/** On which side each picture is as the manifest of the run says, and its settings. */
async function manifestOf(tab) {
  const report = JSON.parse(String(await tab.download("[data-report=json]")));
  return { sides: sidesOf(report), fit: report.settings.fit };
}

test("copies are on one side of the split without any setting, for every seed, also where Fit is pressed at once", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "copies" });
  await tab.set({ "image-size": 32, ...SETTINGS, layers: TINY_LAYERS(2) });
  await tab.pick(folder(t, doubled()));
  assert.equal(await tab.page.inputValue("#group-by"), "duplicates");
  for (const seed of [1, 2, 3]) {
    await tab.set({ seed });
    await tab.fit();
    const { sides, fit } = await manifestOf(tab);
    const pairs = Object.keys(sides).filter((path) => path.includes(" copy")).map((path) => [path, path.replace(" copy", "")]);
    assert.equal(pairs.length, 12);
    for (const [copy, first] of pairs) assert.equal(sides[copy], sides[first], `${copy}, seed ${seed}`);
    assert.equal(Object.values(sides).filter((side) => side === "held out").length, 10);
    assert.deepEqual(fit.validationSplit, { fraction: 0.25, stratified: true, grouped: true });
  }
  assert.equal(await tab.text("#data-digest"), "25 % held out by groups, seed 3");

  // The last ones as in Keras, but for copies of those that are learnt from; and as one wishes, each by itself.
  await tab.set({ split: "last" });
  await tab.fit();
  const last = await manifestOf(tab);
  assert.equal(last.fit.validationSplit, 0.25);
  assert.ok(Object.keys(last.sides).every((path) => last.sides[path] === last.sides[path.replace(" copy", "")]), "no pair is divided");
  await tab.set({ split: "stratified", "group-by": "" });
  await tab.fit();
  const { sides, fit } = await manifestOf(tab);
  assert.equal(fit.validationSplit, 0.25);
  assert.ok(Object.keys(sides).some((path) => sides[path] !== sides[path.replace(" copy", "")]), "by themselves some pairs are divided");
});

test("a set without copies has the same run as without groups, to the last bit", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "copies-none" });
  await tab.set({ "image-size": 32, ...SETTINGS, layers: TINY_LAYERS(2) });
  await tab.pick(folder(t, noise()));
  await tab.fit();
  const [history, told] = [await tab.exactHistory(), await manifestOf(tab)];
  assert.equal(told.fit.validationSplit, 0.25, "no groups are sent");
  assert.equal(await tab.text("#data-digest"), "25 % held out, seed 1");
  await tab.set({ "group-by": "" });
  await tab.fit();
  assert.deepEqual([await tab.exactHistory(), await manifestOf(tab)], [history, told]);
});

test("where duplicates cannot be looked for, the run begins all the same, and says so", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "copies-unknown", missing: /^\/study\//, expected: /404|Failed to load/ });
  await tab.set({ "image-size": 32, ...SETTINGS, layers: TINY_LAYERS(3) });
  await tab.pick(folder(t, shapes()));
  await tab.page.click("#fit");
  await tab.reach(["done"], 120);
  assert.match(await tab.text("#trouble"), /^It could not be found out which pictures are duplicates \(the server answered 404\), so each picture was held out by itself\.$/);
});

test("a folder of nothing but copies cannot be split so, and the page says what to do", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "copies-only" });
  await tab.set({ "image-size": 32, ...SETTINGS, layers: TINY_LAYERS(2) });
  const [left, right] = ["left/00.png", "right/00.png"].map((path) => noise()[path]);
  await tab.pick(folder(t, Object.fromEntries([1, 2, 3, 4].flatMap((n) => [[`left/${n}.png`, left], [`right/${n}.png`, right]]))));
  await tab.page.click("#fit");
  assert.match(await tab.error(), /^validationSplit of 0\.25 leaves one side of 8 pictures empty; .* Pictures that look alike are kept on one side; if that leaves too few for the other, choose “nothing” for “Kept together” under “Data and batches”\.$/);
  assert.equal(await tab.page.evaluate(() => document.activeElement.id), "validation-split");
  await tab.set({ "group-by": "" });
  await tab.fit();
});
