/** What frozen layers make of the pictures is kept in the browser: a later run reads it, and never one that is not its own. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { folder, shapes, SLOW } from "./fixtures.mjs";
import { bytesOf, damage, storedFiles } from "./storage.mjs";
import { asRealGpu, openPage } from "./trainer-page.mjs";

const TIMEOUT = { timeout: 5 * 60_000 };

/** The first four layers are frozen, and make 2048 numbers of a picture: 197 kB of all. The rest has few weights. */
const LAYERS = (filters = 8) => [
  { type: "Rescaling", scale: 1 / 255 },
  { type: "Conv2D", filters, kernelSize: 3, padding: "same", activation: "relu", trainable: false },
  { type: "MaxPooling2D" },
  { type: "Dropout", rate: 0 },
  { type: "Conv2D", filters: 8, kernelSize: 3, padding: "same", activation: "relu" },
  { type: "GlobalAveragePooling2D" },
  { type: "Dropout", rate: 0.2 },
  { type: "Dense", units: 3, activation: "softmax" },
];
const SETTINGS = { device: "cpu", layers: LAYERS(), epochs: 2, "batch-size": 8, "validation-split": 0.25, seed: 3 };

const KEPT = /^What the frozen layers make of the pictures is now kept in this browser \([\d.]+ kB\), so that later runs need not compute it\.$/;
const READ = /^What the frozen layers make of the pictures was kept in this browser \([\d.]+ kB\), so it was read and not computed again\.$/;

/** Opens the page and picks pictures. */
async function open(t, log, { before, ...settings } = {}) {
  const [tab, pictures] = [await openPage(t, { log, before }), folder(t, shapes())];
  await choose(tab, pictures, settings);
  return { tab, pictures };
}

/** @param {object} [more] settings */
async function choose(tab, pictures, more = {}) {
  await tab.set({ device: more.device ?? "cpu", "image-size": 32 });
  await tab.pick(pictures);
  await tab.set({ ...SETTINGS, ...more });
  if (!more.device) await tab.set({ threads: 2 });
}

/** Loads the page anew, with nothing in memory, and trains once more. */
async function trainedAgain(tab, pictures) {
  await tab.reload();
  await choose(tab, pictures);
  await tab.fit();
  return tab.exactHistory();
}

const note = (tab) => tab.page.locator("#features-note").textContent();
const features = async (tab) => Object.keys(await storedFiles(tab)).filter((path) => path.startsWith("features/"));

test("a run after a reload reads what an earlier one has computed, and has the same numbers to the last bit", TIMEOUT, async (t) => {
  const { tab, pictures } = await open(t, "features kept");
  await tab.fit();
  assert.match(await note(tab), KEPT);
  assert.match(await tab.text("#notes"), /what they make of the 24 pictures is computed once/);
  const history = await tab.exactHistory();
  const [path] = await features(tab);
  assert.equal((await storedFiles(tab))[path], 44 + 24 * 2048 * 4 + 4);
  await tab.fit();
  assert.equal(await note(tab), "", "it is in memory, and kept already");
  assert.match(await tab.text("#kept-features-text"), /^What frozen layers made of pictures is kept too \([\d.]+ kB\), so that later runs need not/);

  await tab.reload();
  await choose(tab, pictures);
  await tab.worker.evaluate(() => {
    const post = self.postMessage.bind(self);
    self.done = [];
    self.postMessage = (message, ...more) => {
      if (message.event?.type === "features") self.done.push(message.event.done);
      post(message, ...more);
    };
  });
  await tab.fit();
  assert.match(await note(tab), READ);
  assert.deepEqual(await tab.worker.evaluate(() => self.done), [24], "nothing is computed");
  assert.deepEqual(await tab.exactHistory(), history);
  assert.deepEqual(await features(tab), [path]);

  await tab.set({ epochs: 3 });
  await tab.fit();
  const whole = await tab.exactHistory();
  await tab.reload();
  await choose(tab, pictures, { epochs: 3 });
  await tab.holdAt(2);
  await tab.start(2);
  await tab.page.waitForTimeout(500); // the backup of the epoch follows it
  await tab.reload();
  await tab.pick(pictures);
  await tab.page.click("#resume");
  await tab.reach(["training", "done"]);
  await tab.reach(["done"]);
  assert.match(await note(tab), READ, "a run that goes on reads it too");
  assert.deepEqual(await tab.exactHistory(), whole);
});

test("other pictures, another size, other layers and other weights find nothing, and are kept beside it", TIMEOUT, async (t) => {
  const { tab, pictures } = await open(t, "features others");
  await tab.fit();
  const others = folder(t, shapes({ seed: 2 }));
  for (const [files, [what, picked, size, settings]] of [
    ["pictures", others, 32, {}], ["size", pictures, 64, {}], ["layers", pictures, 32, { layers: LAYERS(6) }], ["weights", pictures, 32, { seed: 4 }],
  ].entries()) {
    await tab.reload();
    await tab.set({ "image-size": size });
    await tab.pick(picked);
    await tab.set({ ...SETTINGS, ...settings });
    await tab.fit();
    assert.match(await note(tab), KEPT, what);
    assert.equal((await features(tab)).length, files + 2, what);
  }
  await trainedAgain(tab, pictures);
  assert.match(await note(tab), READ, "the first is still there");
});

test("a file that is cut, changed, of another version, other pictures or other layers is a sentence, and is computed anew", TIMEOUT, async (t) => {
  const { tab, pictures } = await open(t, "features damaged");
  await tab.fit();
  const history = await tab.exactHistory();
  const [path] = await features(tab);
  const whole = await bytesOf(tab, path);
  const at = (place) => (bytes) => bytes.with(place, bytes[place] ^ 1);
  for (const [change, why] of [
    [(bytes) => bytes.subarray(0, bytes.length - 1000), "is cut"],
    [() => Buffer.alloc(0), "is cut"],
    [at(1000), "is damaged"],
    [at(0), "is damaged"],
    [at(8), "is of another version of this page"],
    [at(12), "is of other pictures"],
    [at(33), "is of other layers"],
  ]) {
    await damage(tab, path, (bytes) => Buffer.from(change(bytes)));
    assert.deepEqual(await trainedAgain(tab, pictures), history, why);
    const [refused, kept] = (await note(tab)).split(/(?<=computes it anew\.) /);
    assert.equal(refused, `The file of what the frozen layers make of the pictures ${why}: it was deleted, and the run computes it anew.`);
    assert.match(kept, KEPT);
    assert.ok(whole.equals(await bytesOf(tab, path)), "it is whole again");
    assert.ok(await tab.page.isHidden("#trouble"));
  }
});

test("where there is no space, or too little would be left, a sentence says so and training goes on", TIMEOUT, async (t) => {
  const { tab } = await open(t, "features no space");
  await tab.worker.evaluate(() => {
    const { write } = FileSystemSyncAccessHandle.prototype;
    FileSystemSyncAccessHandle.prototype.write = function (bytes, ...more) {
      if (self.full && bytes.byteLength > 100_000) throw new DOMException("no space", "QuotaExceededError");
      return write.call(this, bytes, ...more);
    };
    self.full = true;
  });
  const ended = async () => {
    assert.equal((await tab.history()).length, 2);
    assert.deepEqual(await features(tab), []);
    assert.equal(Object.keys(await storedFiles(tab)).filter((path) => path.endsWith("weights.tabfit")).length, (networks += 1));
    assert.ok(await tab.page.isHidden("#trouble"));
  };
  let networks = 0;
  await tab.fit();
  assert.equal(await note(tab), "What the frozen layers make of the pictures could not be kept in this browser: there is no space left for this page on this computer. Training goes on.");
  await ended();
  await tab.worker.evaluate(() => {
    self.full = false;
    self.estimate = navigator.storage.estimate.bind(navigator.storage);
    navigator.storage.estimate = async () => ({ usage: 740_000, quota: 1_000_000 });
  });
  await tab.fit();
  assert.equal(await note(tab), "What the frozen layers make of the pictures could not be kept in this browser: too little space would be left for networks. Training goes on.");
  await ended();
  await tab.worker.evaluate(() => (navigator.storage.estimate = self.estimate));
  await tab.fit();
  assert.match(await note(tab), KEPT);
});

test("what is kept makes room for a network, and the oldest for newer ones", TIMEOUT, async (t) => {
  const { tab } = await open(t, "features make room");
  await tab.fit();
  assert.equal((await features(tab)).length, 1);
  await tab.worker.evaluate(() => {
    const { write } = FileSystemSyncAccessHandle.prototype;
    const { removeEntry } = FileSystemDirectoryHandle.prototype;
    FileSystemSyncAccessHandle.prototype.write = () => {
      throw new DOMException("no space", "QuotaExceededError");
    };
    navigator.storage.estimate = async () => ({ usage: 990_000, quota: 1_000_000 });
    FileSystemDirectoryHandle.prototype.removeEntry = function (name, ...more) {
      if (name === "features") FileSystemSyncAccessHandle.prototype.write = write;
      return removeEntry.call(this, name, ...more);
    };
  });
  await tab.set({ epochs: 1 });
  await tab.fit();
  assert.deepEqual(await features(tab), []);
  assert.equal((await tab.page.locator("#kept-list > li").count()), 2, "both networks are kept");
  assert.ok(await tab.page.isHidden("#trouble"));
  assert.ok(await tab.page.isHidden("#kept-features"));

  const kept = await tab.worker.evaluate(async () => {
    navigator.storage.estimate = async () => ({}); // a browser that does not say it
    const { keepFile, sizeOfFeatures } = await import("/js/worker/storage/features.js");
    const keep = async (name, bytes) => {
      const answer = await keepFile({ name, bytes, parts: 2 }, async () => new Uint8Array(500)).catch(({ name }) => name);
      await new Promise((resolve) => setTimeout(resolve, 20));
      return answer;
    };
    const most = 512e6;
    return [await keep("a", 1000), await keep("b", 1000), await keep("a", 1000), await keep("c", most - 1500), await keep("d", most * 2), await sizeOfFeatures()];
  });
  assert.deepEqual(kept, [true, true, false, true, "NoRoom", 2000]);
  assert.deepEqual((await features(tab)).sort(), ["features/b", "features/c"]);
});

test("what broke off is cleared away, and another tab may keep the same", TIMEOUT, async (t) => {
  const { tab } = await open(t, "features broken off");
  const left = await tab.worker.evaluate(async () => {
    const { keepFile } = await import("/js/worker/storage/features.js");
    const part = async () => new Uint8Array(10);
    const failed = await keepFile({ name: "x", bytes: 20, parts: 2 }, async (part) => (part ? Promise.reject(new Error("closed")) : new Uint8Array(10))).catch(({ message }) => message);
    const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle("features");
    await folder.getFileHandle("y.part", { create: true });
    const both = await Promise.all(["z", "z"].map((name) => keepFile({ name, bytes: 10, parts: 1 }, part)));
    return [failed, both];
  });
  assert.deepEqual(left, ["closed", [true, false]]);
  assert.deepEqual(await features(tab), ["features/z"]);
});

test("Delete it, Forget everything and Keep nothing remove it, and then nothing is written", TIMEOUT, async (t) => {
  const { tab, pictures } = await open(t, "features nothing");
  await tab.fit();
  await tab.page.click("#forget-features");
  await tab.page.locator("#kept-features").waitFor({ state: "hidden" });
  assert.deepEqual(await features(tab), []);
  assert.equal(await tab.page.locator("#kept-list > li").count(), 1, "the network stays");
  await trainedAgain(tab, pictures);
  assert.match(await note(tab), KEPT);
  await tab.page.click("#forget");
  await tab.page.click("#dialog-yes");
  await tab.page.locator("#forget-note").filter({ hasText: "Nothing is kept any more." }).waitFor();
  assert.deepEqual(await storedFiles(tab), {});

  await tab.fit();
  assert.match(await note(tab), KEPT, "what is in memory is kept again");
  await tab.page.check("#keep-nothing");
  await tab.page.click("#dialog-yes");
  await tab.page.locator("#kept-features").waitFor({ state: "hidden" });
  await tab.page.locator("#forget-note").filter({ hasText: "Nothing is kept, now and later." }).waitFor();
  const tick = { "keep-nothing": 0 };
  assert.deepEqual(await storedFiles(tab), tick);
  await tab.fit();
  assert.equal(await note(tab), "");
  await trainedAgain(tab, pictures);
  assert.equal(await note(tab), "", "what the person wished is no trouble");
  assert.deepEqual(await storedFiles(tab), tick);
});

test("on WebGPU it is read back and kept apart from that of the processor", { timeout: 8 * 60_000, ...SLOW }, async (t) => {
  const { tab, pictures } = await open(t, "features webgpu", { before: asRealGpu, device: "webgpu" });
  await tab.fit(300);
  assert.match(await note(tab), KEPT);
  const history = await tab.exactHistory();
  await tab.reload();
  await choose(tab, pictures, { device: "webgpu" });
  await tab.fit(300);
  assert.match(await note(tab), READ);
  const again = await tab.exactHistory();
  again.loss.forEach((loss, i) => assert.ok(Math.abs(loss - history.loss[i]) <= 1e-5, `${loss}, before ${history.loss[i]}`));
  assert.equal(again.loss.length, 2);
  await trainedAgain(tab, pictures);
  assert.match(await note(tab), KEPT, "the processor's numbers are its own");
  assert.equal((await features(tab)).length, 2);
});
