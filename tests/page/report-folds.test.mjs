/** The report of a network that ends a cross-validation says what all folds have reached, also after a reload, and where nothing is kept. */

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { noise } from "./copies.mjs";
import { folder, under } from "./fixtures.mjs";
import { openPage, TINY_LAYERS } from "./trainer-page.mjs";

const TIMEOUT = { timeout: 4 * 60_000 };
const SETTINGS = { "image-size": 32, device: "cpu", threads: 1, layers: TINY_LAYERS(2), epochs: 2, "batch-size": 8, "learning-rate": 0.01, folds: 3 };

const reportOf = async (tab) => JSON.parse(String(await tab.download("[data-report=json]")));
const answers = ({ claim }, number) => claim[number - 1].answers.join(" ");

/** Trains the folds, and returns the sentence with their mean. */
async function trainFolds(tab, t) {
  const pictures = folder(t, under("Training", noise()));
  await tab.set(SETTINGS);
  await tab.pick(pictures);
  await tab.page.click("#fit");
  const note = tab.page.locator("#folds-note").filter({ hasText: /^Mean accuracy/ });
  await note.waitFor({ timeout: 120_000 });
  await tab.reach(["done"]);
  return { pictures, note: await note.innerText() };
}

/** That the report has what the page shows. */
async function assertTold(report, note, rows) {
  const { folds, fold, results } = report.folds;
  assert.deepEqual([folds, fold, results.done.length], [3, 2, 3]);
  assert.deepEqual(results.done.map(({ fold, images, accuracy }) => [`${fold + 1} of 3`, String(images), `${(100 * accuracy).toFixed(1)} %`]), rows.map((row) => row.slice(0, 3)));
  const values = results.done.map(({ accuracy }) => accuracy);
  const mean = values.reduce((sum, value) => sum + value, 0) / 3;
  assert.ok(Math.abs(results.accuracy.mean - mean) < 1e-12);
  assert.ok(Math.abs(results.accuracy.deviation - Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 2)) < 1e-12);
  const [, numbers] = /^Mean accuracy (.*)\.$/.exec(note);
  assert.equal(answers(report, 30), `A cross-validation of 3 folds, each scored on the pictures that it held out: mean accuracy ${numbers} (standard deviation of the folds). Other seeds were not compared.`);
  assert.match(answers(report, 25), /3 networks were trained with the same settings, one for each fold of a cross-validation; this one is that of fold 3, and was trained for 2 epochs\./);
}

test("mean and spread of the folds are in the report of the last one, also when it is opened later", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "report-folds" });
  const { pictures, note } = await trainFolds(tab, t);
  const rows = await tab.rows("#folds-table");
  await assertTold(await reportOf(tab), note, rows);
  const html = String(await tab.download("[data-report=html]"));
  const alone = await tab.page.context().newPage();
  await alone.goto(`file://${join(folder(t, { "report.html": html }), "report.html")}`);
  const table = await alone.locator("#training table").evaluateAll((tables) => {
    const found = tables.find(({ caption }) => caption.textContent.startsWith("Scores of each fold"));
    return [...found.tBodies[0].rows].map((row) => [...row.cells].map(({ textContent }) => textContent));
  });
  await alone.close();
  const foot = await tab.page.locator("#folds-table tfoot tr > *").allTextContents();
  assert.deepEqual(table, [...rows, foot]);

  await tab.reload();
  await tab.set({ "image-size": 32 });
  await tab.pick(pictures);
  const open = async (place) => {
    await tab.page.locator("#kept-list > li").nth(place).locator("[data-do=open]").click();
    await tab.reach(["done"]);
  };
  await open(0);
  await assertTold(await reportOf(tab), note, rows);
  await open(2);
  const first = await reportOf(tab);
  assert.deepEqual([first.folds.fold, Object.keys(first.folds.results)], [0, ["unknown"]]);
  assert.match(answers(first, 25), /The network is that of fold 1 of 3 of a cross-validation, and was trained for 2 epochs\./);
  assert.equal(answers(first, 30), first.folds.results.unknown);
});

test("where nothing is kept, the report has them as long as the page is open; of another run it says that it is one", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "report-folds-unkept" });
  await tab.page.check("#keep-nothing");
  const { note } = await trainFolds(tab, t);
  await assertTold(await reportOf(tab), note, await tab.rows("#folds-table"));
  await tab.set({ folds: "" });
  await tab.fit();
  const plain = await reportOf(tab);
  assert.equal(plain.folds, null);
  assert.match(answers(plain, 30), /^This report is about one run with one seed/);
  assert.match(answers(plain, 25), /One network was trained, for 2 epochs\./);
});
