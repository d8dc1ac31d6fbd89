/** A folder of real MRI pictures on the CPU, from the file input to a saved network that is opened again. */

import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { folder, MRI, MRI_MISSING } from "./fixtures.mjs";
import { openPage } from "./trainer-page.mjs";

const EPOCHS = 3;
const TEST_PICTURES = 196;
const MINUTES = 60_000;

test("a folder of MRI pictures becomes a network that is scored, kept and opened again", { skip: MRI_MISSING, timeout: 15 * MINUTES }, async (t) => {
  const tab = await openPage(t, { log: "cpu" });
  await tab.screenshot("rest");
  await tab.pick(MRI);
  const classes = await tab.rows("#class-table");
  assert.deepEqual(classes.map(([, training]) => training), ["250", "250", "250", "250"]);
  assert.equal(classes.reduce((sum, row) => sum + Number(row[3]), 0), TEST_PICTURES);
  assert.equal(await tab.page.locator("#thumbnails canvas").count(), 4 * 8);

  await tab.set({ device: "cpu", preset: "bench", epochs: EPOCHS, "batch-size": 32, "validation-split": 0.1, seed: 1 });
  await tab.page.click("#fit");
  for (let epoch = 1; epoch <= EPOCHS; epoch++) {
    await tab.page.locator("#history-table tbody tr").nth(epoch - 1).waitFor({ state: "attached", timeout: 3 * MINUTES });
    assert.equal((await tab.history()).length, epoch, "rows appear one by one");
    if (epoch === 1) await tab.screenshot("training");
  }
  await tab.reach(["done"], 120);
  await tab.screenshot("done");

  const history = await tab.history();
  checkHistory(history);
  await checkScore(tab, classes.map((row) => Number(row[3])));
  await checkHistoryFiles(tab, history);

  const picture = join(MRI, "Testing/no_tumor", readdirSync(join(MRI, "Testing/no_tumor")).sort()[0]);
  const before = await tab.predict(picture);
  checkProbabilities(Object.values(before)[0], classes.map(([name]) => name));

  const file = join(folder(t, { "model.tabfit": await tab.download("#save-model") }), "model.tabfit");
  const fresh = await openPage(t, { log: "cpu-opened" });
  await fresh.set({ device: "cpu" });
  await fresh.page.setInputFiles("#open-model", file);
  await fresh.reach(["done"]);
  assert.deepEqual(await fresh.predict(picture), before, "the opened network answers as the trained one did");
  assert.deepEqual(await fresh.history(), history, "the history travels in the file");
});

function checkHistory(history) {
  const [first, last] = [history[0], history.at(-1)];
  assert.deepEqual(history.map(({ epoch }) => epoch), [1, 2, 3]);
  assert.ok(history.every((row) => Object.values(row).every(Number.isFinite)), "every cell is a number");
  assert.ok(last.loss < first.loss, `the loss falls: ${first.loss} → ${last.loss}`);
  assert.ok(last.val_accuracy > 0.4, `better than guessing one of four: ${last.val_accuracy}`);
  assert.ok(history.every((row) => row.learning_rate === 0.001));
}

/** @param {number[]} testCounts pictures per class in `Testing/` */
async function checkScore(tab, testCounts) {
  const confusion = await tab.confusion();
  const sum = (numbers) => numbers.reduce((total, value) => total + value, 0);
  assert.deepEqual(confusion.map(sum), testCounts, "each row holds the test pictures of its class");
  const right = sum(confusion.map((row, i) => row[i]));
  assert.equal(await tab.text("#test-accuracy"), `${((right / TEST_PICTURES) * 100).toFixed(1)} %`);
  assert.notEqual(await tab.text("#test-note"), "");
}

async function checkHistoryFiles(tab, history) {
  const json = JSON.parse(String(await tab.download("#download-json")));
  const csv = String(await tab.download("#download-csv")).trim().split("\n").map((line) => line.split(","));
  assert.deepEqual(csv[0], ["epoch", "accuracy", "learning_rate", "loss", "val_accuracy", "val_loss"]);
  history.forEach((row, i) => {
    assert.equal(json.epoch[i], row.epoch - 1, "Keras counts epochs from 0");
    for (const name of ["loss", "accuracy", "val_loss", "val_accuracy", "learning_rate"]) {
      assert.equal(Number(json[name][i].toFixed(4)), row[name]);
      assert.equal(Number(csv[i + 1][csv[0].indexOf(name)]), json[name][i]);
    }
  });
}

function checkProbabilities(ranked, names) {
  assert.deepEqual(ranked.map(([name]) => name).sort(), names);
  const values = ranked.map(([, probability]) => probability);
  assert.ok(Math.abs(values.reduce((sum, value) => sum + value) - 1) < 1e-4, `they sum to 1: ${values}`);
  assert.deepEqual(values, values.toSorted((a, b) => b - a), "the most probable class comes first");
}
