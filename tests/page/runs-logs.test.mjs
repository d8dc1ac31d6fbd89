/** The logs of other tools beside the runs of this browser: a real run of Keras, and files that are damaged or cannot be kept. */

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { zipSync } from "fflate";
import { folder } from "./fixtures.mjs";
import { KERAS_HISTORY, KERAS_METRICS, KERAS_RUN, kerasFiles } from "./keras-run.mjs";
import { close, exported, lines, listed, openLogs, openRuns, readOut, runNames, showMetric, troubles, write } from "./runs-page.mjs";
import { storedFiles } from "./storage.mjs";
import { openPage } from "./trainer-page.mjs";

const TIMEOUT = { timeout: 4 * 60_000 };

test("a run of real Keras shows its numbers, from CSV, event files, a folder and an archive, smoothed as TensorBoard does", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "runs keras" });
  await tab.page.click("#runs-details > summary");
  await tab.page.locator("#runs-none").waitFor();
  await openLogs(tab, ["training.csv", "training-semicolon.csv"].map((name) => join(KERAS_RUN, name)));
  const events = kerasFiles("logs");
  const loose = folder(t, Object.fromEntries(Object.entries(events).map(([path, bytes]) => [path.split("/").at(-1), bytes])));
  await openLogs(tab, Object.keys(events).map((path) => join(loose, path.split("/").at(-1))));
  await openLogs(tab, join(KERAS_RUN, "logs"), "#runs-folder");
  await openLogs(tab, join(folder(t, { "logs.zip": Buffer.from(zipSync(events)) }), "logs.zip"));
  await listed(tab, 5);
  assert.deepEqual(await troubles(tab), []);
  await tab.page.locator("#runs-legend li").nth(4).waitFor();
  for (const name of KERAS_METRICS) {
    await showMetric(tab, name);
    for (const epoch of KERAS_HISTORY.epoch) {
      const read = Object.values(await readOut(tab, epoch + 1));
      assert.ok(read.length === 5 && read.every((value) => close(value, KERAS_HISTORY[name][epoch])), `${name} of epoch ${epoch}: ${read}`);
    }
  }
  assert.match(await tab.text("#runs-settings-note"), /^The settings of these runs are not known: logs of other tools do not hold them\.$/);

  await showMetric(tab, "loss");
  const weight = 0.6;
  const whole = await tab.page.locator("#runs-chart").evaluate((canvas) => canvas.toDataURL());
  await tab.page.locator("#runs-smoothing").fill(String(weight));
  const values = KERAS_HISTORY.loss;
  for (const epoch of [1, 2, 6]) {
    const sum = values.slice(0, epoch).reduce((sum, value, i) => sum + (1 - weight) * weight ** (epoch - 1 - i) * value, 0);
    const read = Object.values(await readOut(tab, epoch));
    assert.ok(read.length === 5 && read.every((value) => close(value, sum / (1 - weight ** epoch))), `${epoch}: ${read}`);
  }
  assert.notEqual(await tab.page.locator("#runs-chart").evaluate((canvas) => canvas.toDataURL()), whole);
  const ofEvents = (await lines(tab)).filter((line) => /imported, TensorBoard$/.test(line["Name"]));
  assert.ok(ofEvents.length > 0 && ofEvents.every((line) => line["Learning rate"] === "0.0100"));
  await tab.reload();
  await openRuns(tab, 5);
});

test("a folder of logs and files beside it are dropped on the section, and the pictures stay untouched", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "runs dropped" });
  await openRuns(tab, 0);
  const session = await tab.page.context().newCDPSession(tab.page);
  await tab.page.locator("#runs-files").scrollIntoViewIfNeeded();
  const box = await tab.page.locator("#runs-none").boundingBox();
  const data = { items: [], files: [join(KERAS_RUN, "logs"), join(KERAS_RUN, "training.csv"), join(KERAS_RUN, "make.py")], dragOperationsMask: 1 };
  for (const type of ["dragEnter", "dragOver", "drop"]) await session.send("Input.dispatchDragEvent", { type, x: box.x + 10, y: box.y + 5, data });
  await listed(tab, 2);
  assert.deepEqual((await runNames(tab)).sort(), ["logs", "training"]);
  assert.match((await troubles(tab)).join(), /^“make\.py” is no run of this page/);
  assert.equal(await tab.text("#error"), "");
});

test("a file that is damaged, foreign or hostile gives a sentence that names it, beside the runs that could be opened", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "runs damaged" });
  await openRuns(tab, 0);
  const [[, train]] = Object.entries(kerasFiles("logs/train"));
  const hostile = { format: "tabfit-run", version: 1, about: { name: "<img src=x onerror=alert(1)>", note: "<script>alert(1)</script>", date: 1 }, history: { epochs: [{ epoch: 1, "<b>loss</b>": 0.5 }] } };
  const where = folder(t, {
    "good.csv": kerasFiles()["training.csv"], "broken.csv": "epoch,loss\n0,1\n?,?\n1,2\n", "cut.tfevents": train.subarray(0, 700), "noise.tfevents": "noise",
    "picture.png": "\x89PNG\0", "run.tabfit-run.json": "{\"format\": \"tabfit-run\"", "logs.zip": "PK\x03\x04", "hostile.json": JSON.stringify(hostile),
  });
  await openLogs(tab, ["good.csv", "broken.csv", "cut.tfevents", "noise.tfevents", "picture.png", "run.tabfit-run.json", "logs.zip", "hostile.json"].map((name) => join(where, name)));
  await listed(tab, 3);
  const sentences = await troubles(tab);
  for (const file of ["broken.csv", "cut.tfevents", "noise.tfevents", "picture.png", "run.tabfit-run.json", "logs.zip"]) {
    const said = sentences.filter((sentence) => sentence.includes(`“${file}”`));
    assert.equal(said.length, 1, `${file}: ${sentences.join("\n")}`);
    assert.match(said[0], /^[“L].*\.$/);
  }
  assert.equal(sentences.length, 6);
  assert.equal(await tab.text("#runs-note"), "Opened: 3 runs.");
  assert.ok((await runNames(tab)).includes("<img src=x onerror=alert(1)>"), "as text");
  assert.equal(await tab.page.locator("#runs img, #runs script, #runs b").count(), 0);
  await tab.screenshot("runs-damaged");
  await openLogs(tab, join(where, "good.csv"));
  assert.ok(await tab.page.isHidden("#runs-troubles"), "the next files bring their own sentences");
});

test("where nothing is to be kept, opened runs are there until the reload, and the page says so", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "runs unkept" });
  await tab.page.check("#keep-nothing");
  await tab.page.click("#runs-details > summary");
  await tab.page.locator("#runs-unkept").waitFor();
  assert.match(await tab.text("#runs-unkept"), /^Not every run is kept in this browser \(You chose to keep nothing on this computer\): opened ones are listed only until the page is reloaded\.$/);
  await openLogs(tab, join(KERAS_RUN, "training.csv"));
  await listed(tab, 1);
  assert.deepEqual(await storedFiles(tab), { "keep-nothing": 0 });
  await write(tab, "rename", "mine");
  await write(tab, "note", "a note");
  await showMetric(tab, "val_loss");
  assert.ok(close((await readOut(tab, 6)).A, KERAS_HISTORY.val_loss[5]));
  const { about } = JSON.parse(String((await exported(tab)).bytes));
  assert.deepEqual([about.name, about.note], ["mine", "a note"]);
  await tab.reload();
  await tab.page.click("#runs-details > summary");
  await tab.page.locator("#runs-none").waitFor();
});

test("without space the opened run is in memory, and nothing half of it stays", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "runs no space" });
  await openRuns(tab, 0);
  await tab.worker.evaluate(() => {
    FileSystemSyncAccessHandle.prototype.write = () => {
      throw new DOMException("no space", "QuotaExceededError");
    };
  });
  await openLogs(tab, join(KERAS_RUN, "training.csv"));
  await listed(tab, 1);
  assert.match(await tab.text("#runs-unkept"), /there is no space left for this page on this computer/);
  assert.ok(!Object.keys(await storedFiles(tab)).some((path) => path.endsWith("manifest.json")), "nothing is kept");
});

test("where the server is gone, a sentence says that the section did not come, and later it comes", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "runs offline", expected: /Failed to load resource/ });
  tab.server.missing = /page\/runs\/step/;
  await tab.page.click("#runs-details > summary");
  assert.match(await tab.error(), /^A part of this page could not be loaded \(/);
  tab.server.missing = null;
  await tab.page.click("#runs-details > summary");
  await openRuns(tab, 0);
  await tab.page.locator("#runs-none").waitFor();
  tab.server.missing = /page\/runs\/files/;
  await tab.page.setInputFiles("#runs-files", join(KERAS_RUN, "training.csv"));
  assert.match(await tab.error(), /A part of this page could not be loaded/);
  tab.server.missing = null;
  await openLogs(tab, join(KERAS_RUN, "training.csv"));
  await listed(tab, 1);
  assert.equal(await tab.text("#error"), "");
});
