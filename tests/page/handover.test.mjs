/** A run that is taken along from the page to another machine, and what Keras made of it opened here again. */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { unzipSync } from "fflate";
import { ROOT } from "./chromium.mjs";
import { folder, shapes } from "./fixtures.mjs";
import { writeAll } from "./handover-run.mjs";
import { close, listed, openLogs, readOut, showMetric, troubles } from "./runs-page.mjs";
import { openPage, TINY_LAYERS } from "./trainer-page.mjs";

const TIMEOUT = { timeout: 6 * 60_000 };
const PYTHON = process.env.ROUNDTRIP_PYTHON ?? join(ROOT, "target/roundtrip-venv/bin/python");
const QUIET = { TF_CPP_MIN_LOG_LEVEL: "3", TF_ENABLE_ONEDNN_OPTS: "0", CUDA_VISIBLE_DEVICES: "-1", KERAS_BACKEND: "tensorflow" };
const BUTTON = "[data-export=run]";
/** The probabilities of a network for pictures that have its size. */
const ANSWERS = `import json, sys, keras
from pictures import load
model = keras.saving.load_model(sys.argv[1])
print(json.dumps([model.predict(load(path, 32)[None], verbose=0)[0].tolist() for path in sys.argv[2:]]))`;

const headerOf = (bytes) => JSON.parse(JSON.parse(bytes.subarray(8, 8 + bytes.readUInt32LE(0))).__metadata__.tabfit);

test("a stopped run is taken along, goes on in Keras, and its network and curves open here again", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "handover" });
  const { page } = tab;
  const root = folder(t, {});
  const pictures = folder(t, shapes({ each: 12 }));
  await tab.set({ "image-size": 32 });
  await tab.pick(pictures);
  await tab.set({ device: "cpu", threads: 1, layers: TINY_LAYERS(3), epochs: 5, "batch-size": 8, "learning-rate": 0.003, "validation-split": 0.25 });
  await tab.holdAt(2);
  await tab.start(2);
  await page.click("#stop");
  await tab.holdAt(Infinity);
  await tab.reach(["done"]);
  await page.locator(BUTTON).scrollIntoViewIfNeeded();
  await tab.screenshot("handover-exported");
  const files = unzipSync(await tab.download(BUTTON));
  writeAll(join(root, "run"), Object.entries(files));

  const header = headerOf(Buffer.from(files["state.tabfit"]));
  assert.deepEqual([header.place.epoch, header.place.config.epochs, header.history.epochs.length], [3, 5, 2]);
  const { training, validation, test: tested } = JSON.parse(String(Buffer.from(files["pictures.json"])));
  assert.deepEqual([training.ids.length, validation.ids.length, validation.heldOut, tested.ids.length], [27, 9, true, 0]);
  assert.equal(new Set([...training.contents, ...validation.contents]).size, 36, "each picture is in one part, by its hash");
  assert.match(String(Buffer.from(files["README.md"])), /python train\.py PICTURES/);
  assert.deepEqual(Object.keys(files).filter((name) => /^(train|stream)\.py$/.test(name)), ["stream.py", "train.py"]);

  if (!existsSync(PYTHON)) return t.diagnostic("NOT RUN: Keras goes on with the run; there is no Python with it");
  const env = { ...process.env, ...QUIET, PYTHONPATH: join(root, "run") };
  execFileSync(PYTHON, [join(root, "run/train.py"), pictures], { env, stdio: "ignore" });
  const results = join(root, "run/results");
  assert.equal(readFileSync(join(results, "history.csv"), "utf8").trim().split("\n").length, 6, "two epochs of the tab and three of Keras");
  await page.click("#runs-details > summary");
  await page.waitForFunction(() => ["#runs-none", "#runs-listed"].some((id) => !document.querySelector(id).hidden));
  await openLogs(tab, join(results, "history.csv"));
  await openLogs(tab, join(results, "logs"), "#runs-folder");
  await listed(tab, 3); // and the run of this browser
  assert.deepEqual(await troubles(tab), []);
  await showMetric(tab, "val_loss");
  const losses = readFileSync(join(results, "history.csv"), "utf8").trim().split(/\r?\n/).map((line) => line.split(",").at(-1));
  for (const [epoch, runs] of [[1, 3], [5, 2]]) {
    const read = Object.values(await readOut(tab, epoch));
    assert.ok(read.length === runs && read.every((value) => close(value, Number(losses[epoch]))), `epoch ${epoch}: ${read} and ${losses[epoch]}`);
  }
  const few = ["disc/000.png", "frame/003.png", "stripes/007.png"].map((path) => join(pictures, path));
  const wanted = JSON.parse(execFileSync(PYTHON, ["-c", ANSWERS, join(results, "model.keras"), ...few], { env, stdio: ["ignore", "pipe", "ignore"] }));
  const before = await tab.text("#model-info");
  await page.setInputFiles("#open-model", join(results, "model.keras"));
  // The run in memory has three classes, too, and a picture that is chosen before the other network is there gets no answer.
  await page.waitForFunction((before) => document.querySelector("#model-info").textContent !== before, before);
  await page.locator("#model-info").filter({ hasText: "3 classes" }).waitFor();
  const answers = await tab.predict(few);
  for (const [i, path] of few.entries()) {
    const answer = Object.fromEntries(answers[path.split("/").at(-1)]);
    for (const [label, name] of ["disc", "frame", "stripes"].entries()) {
      assert.ok(Math.abs((answer[name] ?? 0) - wanted[i][label]) < 1e-5, `${name} of ${path}: ${answer[name]} is not ${wanted[i][label]}`);
    }
  }
  await tab.screenshot("handover-opened");
});

test("without the pictures of the run, a sentence says what to do", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "handover refused" });
  const { page } = tab;
  await tab.set({ "image-size": 32 });
  await tab.pick(folder(t, shapes({ each: 6 })));
  await tab.set({ device: "cpu", threads: 1, layers: TINY_LAYERS(3), epochs: 1, "batch-size": 8 });
  await tab.fit();
  await tab.pick(folder(t, shapes({ each: 6, seed: 4 })));
  await page.click(BUTTON);
  assert.match(await tab.error(), /not the pictures that the network was trained on; pick the same folder at the same size/);
});
