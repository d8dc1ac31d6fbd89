/** The runs of this browser: one table, one chart, settings side by side, and a run as one file. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { atOnce } from "./bundled.mjs";
import { ROOT } from "./chromium.mjs";
import { folder, shapes } from "./fixtures.mjs";
import { KERAS_METRICS, KERAS_RUN } from "./keras-run.mjs";
import { close, differing, exported, lines, listed, openLogs, openRuns, readOut, runNames, showMetric, storeRuns, tickOnly, troubles, write } from "./runs-page.mjs";
import { bytesOf, storedFiles } from "./storage.mjs";
import { openPage, TINY_LAYERS } from "./trainer-page.mjs";

const TIMEOUT = { timeout: 4 * 60_000 };

/** The page with two runs of its own: the second has another learning rate, another seed and one callback more. */
async function trainedTwice(t, log) {
  const tab = await openPage(t, { log });
  await tab.set({ "image-size": 32 });
  await tab.pick(folder(t, shapes()));
  await tab.set({ device: "cpu", layers: TINY_LAYERS(3), epochs: 3, "batch-size": 8, "validation-split": 0.25, "csv-logger": true, tensorboard: true });
  await tab.fit();
  const first = await tab.exactHistory();
  await tab.set({ epochs: 2, "learning-rate": 0.01, seed: 5, "early-stopping": true });
  await tab.fit();
  return { tab, histories: [first, await tab.exactHistory()] };
}

test("two runs are listed, drawn and compared; names and notes stay; a run travels as one file", TIMEOUT, async (t) => {
  const { tab, histories: [first, second] } = await trainedTwice(t, "runs");
  const before = tab.server.requests.filter((path) => path.startsWith("/js/page/runs/"));
  assert.deepEqual(before, []);
  assert.deepEqual(atOnce(/page\/runs/), ["js/page/runs/late.js"], "nothing else is loaded before the section is opened");
  await openRuns(tab, 2);
  const [newer, older] = await lines(tab);
  assert.deepEqual([newer["Epochs"], older["Epochs"], newer["Learning rate"], older["Learning rate"], older["Batch size"], older["Device"]], ["2", "3", "0.0100", "0.0010", "8", "CPU"]);
  assert.equal(older["Best validation accuracy"], `${(100 * Math.max(...first.val_accuracy)).toFixed(1)} %`);
  assert.equal(older["Validation loss"], first.val_loss[2].toFixed(4));
  assert.deepEqual([older["Training pictures"], older["Classes"], older["Picture size"]], ["18", "3", "32 × 32"]);

  await tab.page.locator("#runs-table tbody input").nth(1).check();
  await tab.page.locator("#runs-legend li").nth(1).waitFor();
  for (const name of ["loss", "val_loss", "accuracy", "learning_rate"]) {
    await showMetric(tab, name);
    const read = await readOut(tab, 2);
    assert.ok(close(read.A, second[name][1]) && close(read.B, first[name][1]), `${name}: ${JSON.stringify(read)}`);
    assert.deepEqual(Object.keys(await readOut(tab, 3)), ["B"], "only one of them has a third epoch");
  }

  const rows = await differing(tab);
  assert.deepEqual(Object.keys(rows).sort(), ["Callback EarlyStopping", "epochs", "optimizer.learningRate", "seed"]);
  assert.deepEqual([rows["optimizer.learningRate"], rows.seed, rows.epochs], [["0.01", "0.001"], ["5", "1"], ["2", "3"]]);
  assert.equal(rows["Callback EarlyStopping"][1], "–");
  assert.match(await tab.text("#runs-settings tr.differs th >> nth=0"), /differs/, "not by colour alone");
  const all = await tab.page.locator("#runs-settings tbody tr").count();
  await tab.page.check("#runs-differences");
  assert.ok(all > 4 && (await tab.page.locator("#runs-settings tbody tr").count()) === 4);
  await tab.screenshot("runs-two");

  await tab.page.locator("#runs-table tbody input").first().uncheck();
  await tab.page.locator("[data-run=rename]:enabled").waitFor();
  await write(tab, "rename", "slow <b>run</b>/1");
  await write(tab, "note", "the first one");
  await tab.reload();
  await openRuns(tab, 2);
  const [, kept] = await lines(tab);
  assert.deepEqual([kept["Name"], kept["Note"]], ["slow <b>run</b>/1", "the first one"]);
  assert.match(await tab.text("#kept-list"), /slow <b>run<\/b>\/1/, "it has one name in both lists");

  await tickOnly(tab, ["the first one"]);
  const file = await exported(tab);
  assert.equal(file.name, "slow -b-run--b--1.tabfit-run.json");
  const written = JSON.parse(String(file.bytes));
  assert.deepEqual(written.history.epochs.map(({ val_loss }) => val_loss), first.val_loss);
  assert.ok(!String(file.bytes).includes("weights"), "without its weights");
  await tab.page.click("[data-run=delete]");
  assert.match(await tab.text("#dialog-text"), /^Delete “slow .*”, with curves, scores and the kept network\?$/);
  await tab.page.click("#dialog-no");
  await listed(tab, 2);
  await tab.page.click("[data-run=delete]");
  await tab.page.click("#dialog-yes");
  await listed(tab, 1);
  assert.equal(await tab.page.locator("#kept-list > li").count(), 1);

  await openLogs(tab, join(folder(t, { "run.json": file.bytes }), "run.json"));
  await listed(tab, 2);
  assert.deepEqual([await tab.text("#runs-note"), await troubles(tab)], ["Opened: 1 run.", []]);
  const back = (await lines(tab)).find(({ Note }) => Note === "the first one");
  assert.deepEqual(back, { ...kept, "Name": `${kept["Name"]} imported`, "On the chart": "A" }, "all of its row is as before");
  assert.equal(await tab.page.locator("#kept-list > li").count(), 1, "among the networks there is none of it");
  await tab.reload();
  await openRuns(tab, 2);
  await tickOnly(tab, ["the first one"]);
  const again = JSON.parse(String((await exported(tab)).bytes));
  assert.deepEqual(again.history.epochs, written.history.epochs, "the same curves");
  assert.deepEqual([again.about.run, again.about.scores, again.about.note], [written.about.run, written.about.scores, written.about.note], "the same settings and scores");
  await tab.page.click("#forget");
  assert.match(await tab.text("#dialog-text"), /^This deletes 1 kept network with curves and scores and 1 imported run, /);
  await tab.page.click("#dialog-no");
});

test("what the callbacks and buttons of the page write is opened as well", TIMEOUT, async (t) => {
  const { tab, histories: [, history] } = await trainedTwice(t, "runs own logs");
  const files = { "run.zip": await tab.download("#download-all"), "history.csv": await tab.download("#download-csv") };
  const where = folder(t, files);
  await openRuns(tab, 2);
  await openLogs(tab, Object.keys(files).map((name) => join(where, name)));
  await listed(tab, 5);
  assert.deepEqual(await troubles(tab), []);
  assert.deepEqual((await runNames(tab)).filter((name) => name !== "My own layers").sort(), ["history", "logs", "training"]);
  await tickOnly(tab, ["history", "logs", "training"]);
  for (const name of KERAS_METRICS) {
    await showMetric(tab, name);
    for (const epoch of [1, 2]) {
      const read = Object.values(await readOut(tab, epoch));
      assert.ok(read.length === 3 && read.every((value) => close(value, history[name][epoch - 1])), `${name}: ${read}, ${history[name]}`);
    }
  }
});

test("the table is sorted by any column, both ways, and what is not known comes last", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "runs sorted" });
  const of = (name, best, rate, more = {}) => ({ name, best, rate, ...more });
  await storeRuns(tab, [of("b 10", 0.5, 0.01), of("b 9", 0.9, 1e-5, { note: "good" }), of("A", null, 0.1), of("c", 0.7, null, { last: null, network: undefined, run: null, device: "webgpu" })]);
  await tab.reload();
  await openRuns(tab, 4);
  assert.deepEqual(await runNames(tab), ["c", "A", "b 9", "b 10"], "the newest first");
  const press = async (column, expected, direction) => {
    await tab.page.click(`#runs-table [data-column=${column}] button`);
    assert.equal(await tab.page.getAttribute(`#runs-table th[data-column=${column}]`, "aria-sort"), direction);
    assert.equal(await tab.page.locator("#runs-table [aria-sort]").count(), 1);
    assert.deepEqual((await runNames(tab)).slice(0, expected.length), expected, `${column} ${direction}`);
  };
  await press("best", ["b 9", "c", "b 10", "A"], "descending");
  await press("best", ["b 10", "c", "b 9", "A"], "ascending");
  await press("rate", ["A", "b 10", "b 9", "c"], "descending");
  await press("rate", ["b 9", "b 10", "A", "c"], "ascending");
  await press("name", ["A", "b 9", "b 10", "c"], "ascending");
  await press("name", ["c", "b 10", "b 9", "A"], "descending");
  await press("note", ["b 9"], "ascending");
  await press("note", ["b 9"], "descending");
  await press("device", ["A", "b 9", "b 10", "c"], "ascending");
  await press("device", ["c", "A", "b 9", "b 10"], "descending");
  const aligned = await tab.page.locator("#runs-table tbody tr").first().evaluate((row) => [...row.cells].map((cell) => getComputedStyle(cell).textAlign));
  assert.deepEqual([aligned[1], aligned[3]], ["left", "right"], "numbers stand at the right");
  for (const column of await tab.page.locator("#runs-table thead th").evaluateAll((cells) => cells.map((cell) => cell.dataset.column))) {
    await tab.page.click(`#runs-table [data-column=${column}] button`);
    assert.equal((await runNames(tab)).length, 4, column);
  }
});

test("a stopped run is listed with its curves, and a listing never hides a change", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "runs stopped" });
  await storeRuns(tab, Array.from({ length: 25 }, () => ({})));
  await tab.reload();
  assert.ok("listing.json" in (await storedFiles(tab)), "many runs have a listing");
  await tab.set({ "image-size": 32 });
  await tab.pick(folder(t, shapes()));
  await tab.set({ device: "cpu", layers: TINY_LAYERS(3), epochs: 500, "batch-size": 8, "validation-split": 0.25 });
  await tab.holdAt(2);
  await tab.start(2);
  await tab.page.click("#stop");
  await tab.reach(["done"]);
  const history = await tab.exactHistory();
  await openRuns(tab, 26);
  const [newest] = await lines(tab);
  assert.match(newest["Epochs"], /^2 of 500, not finished$/);
  await showMetric(tab, "loss");
  assert.ok(close((await readOut(tab, 2)).A, history.loss[1]));

  await tickOnly(tab, ["run 3"]);
  await write(tab, "rename", "another name");
  await tab.reload();
  await openRuns(tab, 26);
  assert.ok((await runNames(tab)).includes("another name") && !(await runNames(tab)).includes("run 3"));
  assert.ok("listing.json" in (await storedFiles(tab)));
  const text = String(await bytesOf(tab, "listing.json"));
  assert.ok(text.includes("another name") && !text.includes("not finished"));
  await tab.page.click("#forget");
  await tab.page.click("#dialog-yes");
  await tab.page.locator("#forget-note").filter({ hasText: "Nothing is kept any more." }).waitFor();
  assert.deepEqual(await storedFiles(tab), {});
});

test("runs are compared by keyboard alone", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "runs keyboard" });
  await storeRuns(tab, [{}, {}]);
  await tab.reload();
  const { keyboard } = tab.page;
  await tab.page.locator("#runs-details > summary").focus();
  await keyboard.press("Enter");
  await listed(tab, 2);
  const tabTo = async (selector) => {
    for (let i = 0; i < 40; i++) {
      if (await tab.page.evaluate((selector) => document.activeElement.matches(selector), selector)) {
        const visible = await tab.page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle !== "none" || document.activeElement.matches(".visually-hidden"));
        return assert.ok(visible, `the focus on ${selector} can be seen`);
      }
      await keyboard.press("Tab");
    }
    assert.fail(`${selector} cannot be reached by Tab`);
  };
  await tabTo("#runs-table [data-column=name] button");
  await keyboard.press("Enter");
  assert.deepEqual(await runNames(tab), ["run 0", "run 1"]);
  await tabTo("#runs-table tbody tr:first-child input");
  await keyboard.press("Space");
  await tab.page.locator("#runs-legend li").nth(1).waitFor();
  await tabTo("#runs-metric");
  await keyboard.press("End");
  assert.equal(await tab.page.inputValue("#runs-metric"), "learning_rate");
  await keyboard.press("Home");
  await tabTo("#runs-smoothing");
  for (let i = 0; i < 3; i++) await keyboard.press("ArrowRight");
  assert.equal(await tab.text("#runs-weight"), "0.03");
  await tabTo("#runs-chart");
  await keyboard.press("End");
  assert.match(await tab.text("#runs-values"), /^Epoch 20: A run 1: [\d.]+, B run 0: [\d.]+$/);
  await tabTo("#runs-differences");
  await keyboard.press("Space");
  assert.deepEqual(Object.keys(await differing(tab)), ["seed"]);
});

test("axe finds nothing in the open section, in any look, and nothing makes the page scroll sideways", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "runs axe" });
  await storeRuns(tab, [{}, { note: "a note that is somewhat longer than others", name: "a name without any space in it".replaceAll(" ", "_") }, { scores: {} }]);
  await tab.reload();
  await openRuns(tab, 3);
  await openLogs(tab, ["training.csv", "make.py"].map((name) => join(KERAS_RUN, name)));
  await tickOnly(tab, ["run 0", "a_name", "training"]);
  await tab.page.locator("#runs-smoothing").fill("0.5");
  await tab.page.evaluate(readFileSync(join(ROOT, "tests/page/node_modules/axe-core/axe.min.js"), "utf8"));
  const looks = { light: { colorScheme: "light" }, dark: { colorScheme: "dark" }, forced: { colorScheme: "light", forcedColors: "active" } };
  for (const [look, media] of Object.entries(looks)) {
    await tab.page.emulateMedia({ forcedColors: "none", ...media });
    for (const width of [1280, 320]) {
      await tab.page.setViewportSize({ width, height: 800 });
      const found = await tab.page.evaluate(async () => (await axe.run("#runs", { resultTypes: ["violations"] })).violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`));
      assert.deepEqual(found, [], `${look}, ${width}`);
      assert.ok(await tab.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${look}, ${width}`);
    }
  }
  await tab.screenshot("runs-phone");
});
