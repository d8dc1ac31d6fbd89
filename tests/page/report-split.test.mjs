/** What a report says of copies is of the run that it is about: which side they are on, whether that leaks, and how sure a score is that counts them. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { doubled, noise, sidesOf } from "./copies.mjs";
import { folder, under } from "./fixtures.mjs";
import { openPage, TINY_LAYERS } from "./trainer-page.mjs";

const TIMEOUT = { timeout: 4 * 60_000 };

/** Twelve pairs of copies in Training, one in Testing, and none that is in both. */
function pictures() {
  const testing = under("Testing", noise({ seed: 9, each: 6 }));
  return { ...under("Training", doubled()), ...testing, "Testing/left/again.png": testing["Testing/left/00.png"] };
}

const reportOf = async (tab) => JSON.parse(String(await tab.download("[data-report=json]")));
const claim = (report, number) => report.claim[number - 1].answers.join(" ");
const openKept = async (tab, place) => {
  await tab.page.locator("#kept-list > li").nth(place).locator("[data-do=open]").click();
  await tab.page.locator("#status").filter({ hasText: "Done" }).waitFor();
  await tab.reach(["done"]);
};

/** The pairs of the training pictures that are on two sides, as places of the folder. */
function divided(report) {
  const sides = sidesOf(report);
  return Object.keys(sides).filter((path) => path.startsWith("Training/") && path.includes(" copy") && sides[path] !== sides[path.replace(" copy", "")]);
}

test("leaks, the level of the split and the groups of the intervals are those of the run", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "report-split" });
  await tab.set({ "image-size": 32, device: "cpu", threads: 1, layers: TINY_LAYERS(2), epochs: 1, "batch-size": 8, "validation-split": 0.25, seed: 3 });
  await tab.pick(folder(t, pictures()));
  await tab.set({ "group-by": "" });
  await tab.fit();
  const plain = await reportOf(tab);
  const pairs = divided(plain);
  assert.ok(pairs.length > 0, "a plain share divides pairs");
  assert.equal(plain.care.leaks.count, pairs.length, "what was learnt from is looked at beside what was held out");
  const leaks = plain.care.leaks.pairs.map(({ pictures }) => pictures.map(({ path, part }) => `${part}: ${path.split("/").slice(1).join("/")}`).sort().join(" + "));
  const sides = sidesOf(plain);
  const named = (path) => `${sides[path] === "learnt" ? "training" : "validation"}: ${path}`;
  assert.deepEqual(leaks.sort(), pairs.map((path) => [named(path), named(path.replace(" copy", ""))].sort().join(" + ")).sort());
  assert.equal(plain.split.level, "picture");
  assert.match(claim(plain, 21), new RegExp(`disjoint by picture.* ${pairs.length} pairs? of alike pictures`));
  // The intervals know of the pair in the test part, though no group was wished.
  assert.match(plain.evaluation.test.intervals[1], /drawn together: they form 12 groups\.$/);
  assert.equal(plain.evaluation.test.scores[0].score.method, "wilson-by-group");

  await tab.set({ "group-by": "duplicates" });
  await tab.fit();
  const grouped = await reportOf(tab);
  assert.deepEqual([divided(grouped).length, grouped.care.leaks.count, grouped.split.level], [0, 0, "duplicate group"]);
  assert.match(claim(grouped, 21), /disjoint by duplicate group.* No picture of one part was found again in another part/);
  assert.match(grouped.evaluation.validation.intervals[1], /^Pictures that belong together/);

  // A kept network is told of as it was trained, whatever was trained last.
  await openKept(tab, 1);
  const opened = await reportOf(tab);
  assert.deepEqual([opened.split.level, opened.split.sentences, opened.care.leaks], ["picture", plain.split.sentences, plain.care.leaks]);
  await openKept(tab, 0);
  assert.deepEqual((await reportOf(tab)).split, grouped.split);
});
