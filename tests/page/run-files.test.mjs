/** The files that callbacks write: listed, stored on the disk, and downloaded one by one or together. */

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { unzipSync } from "fflate";
import { folder, shapes } from "./fixtures.mjs";
import { storedFiles } from "./storage.mjs";
import { tensors } from "./safetensors.mjs";
import { openPage, TINY_LAYERS } from "./trainer-page.mjs";

const TIMEOUT = { timeout: 4 * 60_000 };
const SETTINGS = {
  device: "cpu", layers: TINY_LAYERS(3), epochs: 3, "batch-size": 8, "validation-split": 0.25,
  checkpoint: true, "checkpoint-filepath": "models/best.tabfit", "csv-logger": true, tensorboard: true,
};

async function open(t, log, more = {}) {
  const tab = await openPage(t, { log });
  const pictures = folder(t, shapes());
  await tab.set({ "image-size": 32 });
  await tab.pick(pictures);
  await tab.set({ ...SETTINGS, ...more });
  return { tab, pictures };
}

const paths = (tab) => tab.page.locator("#files-list .path").allTextContents();
const downloadOf = (path) => `[aria-label="Download ${path}"]`;

test("ModelCheckpoint, CSVLogger and TensorBoard leave files that can be used", TIMEOUT, async (t) => {
  const { tab } = await open(t, "files");
  await tab.fit();
  const listed = await paths(tab);
  assert.ok(listed.includes("models/best.tabfit") && listed.includes("training.csv"), `${listed}`);
  assert.ok(listed.some((path) => /^logs\/.*tfevents/.test(path)), `${listed}`);

  const csv = String(await tab.download(downloadOf("training.csv"))).trim().split(/\r?\n/).map((line) => line.split(","));
  const history = await tab.exactHistory();
  assert.deepEqual(csv[0], ["epoch", ...Object.keys(history).filter((name) => name !== "epoch").sort()]);
  assert.deepEqual(csv.slice(1).map((line) => Number(line[csv[0].indexOf("loss")])), history.loss);

  const zip = unzipSync(await tab.download("#download-all"));
  assert.deepEqual(Object.keys(zip).sort(), listed.toSorted());
  assert.deepEqual(Buffer.from(zip["training.csv"]), await tab.download(downloadOf("training.csv")));

  const best = join(folder(t, { "best.tabfit": Buffer.from(zip["models/best.tabfit"]) }), "best.tabfit");
  await tab.page.setInputFiles("#open-model", best);
  await tab.page.locator("#model-info").filter({ hasText: /trained for [1-3] epoch/ }).waitFor({ timeout: 30_000 });
  assert.equal(await tab.text("#error"), "");
});

test("the files outlive a reload, and the next run has its own", TIMEOUT, async (t) => {
  const { tab, pictures } = await open(t, "files kept");
  await tab.fit();
  const listed = await paths(tab);
  await tab.reload();
  assert.deepEqual((await paths(tab)).toSorted(), listed.toSorted());
  assert.ok((await tab.download(downloadOf("models/best.tabfit"))).length > 1000);
  assert.ok(await tab.page.isHidden("#unfinished"), "the run itself is over");

  await tab.pick(pictures);
  await tab.set({ device: "cpu", layers: TINY_LAYERS(3), epochs: 1, "csv-logger": true });
  await tab.fit();
  assert.deepEqual(await paths(tab), ["training.csv"]);
  const files = Object.keys(await storedFiles(tab)).filter((path) => /\/file-\d+$/.test(path));
  assert.equal(files.length, listed.length + 1, "those of the first run stay with it");
  await tab.page.locator("#kept-list > li").nth(1).locator("[data-do=open]").click();
  await tab.reach(["done"]);
  await tab.page.locator("#files-list .path").nth(1).waitFor();
  assert.deepEqual((await paths(tab)).toSorted(), listed.toSorted());
});

test("a run that goes on writes the files that an uninterrupted one writes", TIMEOUT, async (t) => {
  const { tab, pictures } = await open(t, "files resumed", { epochs: 6, tensorboard: false });
  await tab.fit();
  const whole = unzipSync(await tab.download("#download-all"));
  await tab.holdAt(3);
  await tab.start(3);
  await tab.page.evaluate(async () => (await import("/js/page/client/trainer-client.js")).client.restart("killed")); // the worker is terminated without warning
  await tab.reload();
  await tab.pick(pictures);
  await tab.page.click("#go-on");
  await tab.reach(["done"], 120);
  const resumed = unzipSync(await tab.download("#download-all"));
  assert.equal(String(Buffer.from(resumed["training.csv"])), String(Buffer.from(whole["training.csv"])));
  assert.deepEqual(Object.keys(resumed).sort(), Object.keys(whole).sort());
  assert.deepEqual(tensors(resumed["models/best.tabfit"]), tensors(whole["models/best.tabfit"]));
});

test("weights alone are opened where their network is, and elsewhere a sentence says what to open first", TIMEOUT, async (t) => {
  const weightsOnly = { "checkpoint-weights": true, "checkpoint-best": false, "checkpoint-filepath": "last.safetensors" };
  const { tab } = await open(t, "weights only", weightsOnly);
  const picture = join(folder(t, shapes({ each: 1, seed: 3 })), "disc/000.png");
  await tab.fit();
  const trained = await tab.predict(picture);
  const weights = join(folder(t, { "last.safetensors": await tab.download(downloadOf("last.safetensors")) }), "last.safetensors");
  await tab.set({ seed: 9 });
  await tab.fit();
  assert.notDeepEqual(await tab.predict(picture), trained);
  await tab.page.setInputFiles("#open-model", weights);
  await tab.page.locator("#status").filter({ hasText: "Done" }).waitFor({ timeout: 30_000 });
  assert.equal(await tab.text("#error"), "");
  assert.deepEqual(await tab.predict(picture), trained);
  await tab.reload();
  await tab.page.setInputFiles("#open-model", weights);
  assert.match(await tab.error(), /holds weights and not the layers that they are for; open their network first, and then this file\.$/);
});
