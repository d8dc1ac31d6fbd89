/** What is decided about pictures where nothing may be kept: it holds as long as the page is open, and nothing of it is stored. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { inPart, openCare, openTopic, told } from "./care-folder.mjs";
import { folder, shapes } from "./fixtures.mjs";
import { storedFiles } from "./storage.mjs";
import { openPage, TINY_LAYERS } from "./trainer-page.mjs";

const TIMEOUT = { timeout: 3 * 60_000 };
const UNKEPT = "It is not kept for the next visit: you chose to keep nothing on this computer.";

/** Chooses the pictures whose names contain this. */
async function find({ page }, text, count) {
  await page.fill("#care-search", text);
  await page.waitForFunction((count) => document.querySelectorAll("#care-all .care-picture").length === count, count);
  await page.locator("#care-all").getByRole("button", { name: "Choose all of them" }).click();
}

test("with “Keep nothing on this computer”, decisions hold for this visit and are stored nowhere", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "care-unkept" });
  const { page } = tab;
  await page.check("#keep-nothing");
  const pictures = folder(t, shapes({ each: 8 }));
  await tab.set({ "image-size": 32 });
  await tab.pick(pictures);
  await openCare(tab);
  await openTopic(tab, "all");
  await find(tab, "disc/00", 8);
  await page.getByRole("button", { name: "Choose none" }).click();
  await find(tab, "disc/003", 1);
  await page.selectOption("#care-class", "frame");
  await page.getByRole("button", { name: "Give them this class" }).click();
  await told(tab, `1 picture has this class now. ${UNKEPT}`);
  await page.getByRole("button", { name: "Choose none" }).click();
  await find(tab, "stripes/00", 8);
  await page.getByRole("button", { name: "Choose none" }).click();
  await find(tab, "stripes/005", 1);
  await page.getByRole("button", { name: "Leave out" }).click();
  await told(tab, `1 picture is left out now. ${UNKEPT}`);
  const counts = [["disc", "7"], ["frame", "9"], ["stripes", "7"]];
  const shown = async () => (await tab.rows("#class-table")).map((row) => row.slice(0, 2));
  assert.deepEqual(await shown(), counts);

  // The run of this visit learns from the pictures as they were decided.
  await tab.set({ device: "cpu", threads: 1, layers: TINY_LAYERS(3), epochs: 1, "batch-size": 8, "validation-split": 0.25 });
  await tab.fit();
  const report = JSON.parse(String(await tab.download("[data-report=json]")));
  assert.equal(report.data.used.training + report.data.used.validation, 23, "24 pictures but one");
  assert.deepEqual(report.data.revisions.relabelled.map(({ path, from, to }) => [path.split("/").slice(-2).join("/"), from, to]), [["disc/003.png", "disc", "frame"]]);
  const listed = report.data.pictures;
  assert.deepEqual(listed.filter(({ excluded }) => excluded).map(({ path }) => path), report.data.revisions.excluded, "what is excluded is marked in the list");
  const lines = listed.flatMap(({ content, part, className, excluded }) => (excluded ? [] : [`${content} ${part} ${className}\n`]));
  assert.equal(createHash("sha256").update(lines.sort().join("")).digest("hex"), report.data.hash, "the hash is that of the others");
  assert.deepEqual(report.data.revisions.excluded.map((path) => path.split("/").slice(-2).join("/")), ["stripes/005.png"]);

  // Read again in this visit, they are as decided; after it, as the folder says.
  await tab.pick(pictures);
  assert.match(await tab.text("#care-again"), /^What you decided about these pictures before holds again: 1 picture is left out and 1 picture counts as one of another class\./);
  assert.deepEqual(await shown(), counts);
  assert.deepEqual(await storedFiles(tab), { "keep-nothing": 0 }, "only the wish itself is on the computer");
  const texts = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
  assert.doesNotMatch(texts, /stripes|disc|frame/);
  await tab.reload();
  assert.ok(await page.isHidden("#kept-decisions-text"));
  await tab.set({ "image-size": 32 });
  await tab.pick(pictures);
  assert.deepEqual([await page.isHidden("#care-again"), await inPart(tab, 1)], [true, 24]);
});
