/** What an earlier visit left is found and goes on, whatever happens meanwhile. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { folder, shapes } from "./fixtures.mjs";
import { damage, newestSlot } from "./storage.mjs";
import { openPage, TINY_LAYERS } from "./trainer-page.mjs";

const TIMEOUT = { timeout: 4 * 60_000 };
const SETTINGS = { device: "cpu", layers: TINY_LAYERS(3), epochs: 500, "batch-size": 8, "validation-split": 0.25 };

/** A run that was interrupted by a reload, after `epochs` epochs. */
async function interrupted(t, log, { epochs = 2, each = 8, ...more } = {}) {
  const tab = await openPage(t, { log });
  const pictures = folder(t, shapes({ each }));
  await tab.set({ "image-size": 32 });
  await tab.pick(pictures);
  await tab.set({ ...SETTINGS, ...more });
  await tab.start(epochs);
  await tab.reload();
  return { tab, pictures };
}

test("pictures that are picked before the page has started do not hide the run", TIMEOUT, async (t) => {
  const { tab, pictures } = await interrupted(t, "stored early", { each: 200 });
  await tab.page.reload({ waitUntil: "commit" });
  await tab.page.locator("#preset option[value=bench]").waitFor({ state: "attached" });
  await tab.page.setInputFiles("#folder-input", pictures);
  await tab.reach(["ready"]);
  await tab.page.locator("#unfinished").waitFor({ state: "visible", timeout: 30_000 });
  assert.equal(await tab.text("#error"), "");
});

test("a new run does not delete the unfinished one", TIMEOUT, async (t) => {
  const { tab, pictures } = await interrupted(t, "stored beside");
  await tab.pick(pictures);
  await tab.set({ ...SETTINGS, epochs: 1 });
  await tab.fit();
  const entries = await tab.page.locator("#kept-list .kept-about").allTextContents();
  assert.equal(entries.length, 2);
  assert.match(entries[0], /1 of 1 epoch ·/);
  assert.match(entries[1], /\d+ of 500 epochs, not finished/);
  await tab.page.locator("#kept-list > li").nth(1).locator("[data-do=open]").click();
  await tab.reach(["done"]);
  await tab.page.click("#resume");
  await tab.reach(["training"]);
  await tab.page.waitForFunction(() => document.querySelectorAll("#history-table tbody tr").length > 3);
});

test("a resumed run that fails in its first epoch says why, and can be resumed again", TIMEOUT, async (t) => {
  const { tab, pictures } = await interrupted(t, "stored failing");
  await tab.pick(pictures);
  await tab.worker.evaluate(async () => {
    const { Sequential } = await import("/tabfit.js");
    const { resume } = Sequential.prototype;
    Sequential.prototype.resume = async function (dataset, options, onEvent) {
      const device = { kind: "cpu", name: "CPU", fallback: false };
      await onEvent({ type: "start", epochs: 500, steps: 3, trainingImages: 18, validationImages: 6, device, threads: 1, notes: [] });
      Sequential.prototype.resume = resume;
      throw Object.assign(new Error("The GPU was lost."), { name: "DeviceError" });
    };
  });
  await tab.page.click("#go-on");
  assert.equal(await tab.error(), "The GPU was lost.");
  assert.equal(await tab.page.evaluate(() => document.body.dataset.network), "false", "there is no network");
  await tab.page.locator("#resume").waitFor({ state: "visible" });
  await tab.page.click("#resume");
  await tab.page.waitForFunction(() => document.querySelectorAll("#history-table tbody tr").length > 3);
  assert.equal(await tab.text("#error"), "");
});

test("with the newest save damaged, the files of the one before it are still there", TIMEOUT, async (t) => {
  const { tab } = await interrupted(t, "stored files", {
    epochs: 3, checkpoint: true, "checkpoint-best": false, "csv-logger": true,
    "csv-logger-filename": `${"ü".repeat(98)}.csv`, // more bytes than the name of a file can have
  });
  await damage(tab, await newestSlot(tab), (bytes) => bytes.with(bytes.length - 2000, bytes[bytes.length - 2000] ^ 1));
  await tab.reload();
  assert.deepEqual((await tab.page.locator("#files-list .path").allTextContents()).sort(), ["best.tabfit", `${"ü".repeat(98)}.csv`]);
  assert.ok((await tab.download(`[aria-label="Download best.tabfit"]`)).length > 1000);
});

test("a search for stored runs that fails is told, and the page works", TIMEOUT, async (t) => {
  const before = () => {
    if (typeof FileSystemDirectoryHandle === "undefined" || typeof document !== "undefined") return;
    FileSystemDirectoryHandle.prototype.keys = () => {
      throw new DOMException("the disk cannot be read", "InvalidStateError");
    };
  };
  const tab = await openPage(t, { log: "stored unreadable", before });
  assert.match(await tab.error(), /What this browser keeps could not be looked through \(the browser's storage failed\)/);
  await tab.pick(folder(t, shapes()));
  await tab.set({ ...SETTINGS, epochs: 1 });
  await tab.fit();
});

test("a run that is refused at once lets the screen go dark again", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "stored wake" });
  await tab.page.evaluate(() => {
    window.awake = 0;
    Object.defineProperty(navigator, "wakeLock", { value: {
      async request() {
        await new Promise((resolve) => setTimeout(resolve, 500));
        window.awake += 1;
        return { release: async () => (window.awake -= 1) };
      },
    } });
  });
  await tab.pick(folder(t, shapes()));
  await tab.set({ ...SETTINGS, epochs: 0 });
  await tab.page.click("#fit");
  await tab.error();
  await tab.page.waitForTimeout(1500);
  assert.equal(await tab.page.evaluate(() => window.awake), 0);
});

test("while a network is being opened no run can be started", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "stored opening" });
  const pictures = folder(t, shapes());
  await tab.set({ "image-size": 32 });
  await tab.pick(pictures);
  await tab.set({ ...SETTINGS, epochs: 1 });
  await tab.fit();
  await tab.worker.evaluate(async () => {
    const { Sequential } = await import("/tabfit.js");
    const { load } = Sequential;
    Sequential.load = async (...given) => {
      await new Promise((resolve) => setTimeout(resolve, 1000));
      return load(...given);
    };
  });
  await tab.page.locator("#kept-list [data-do=open]").click();
  assert.ok(await tab.page.isDisabled("#fit"), "Fit waits");
  await tab.reach(["done"]);
  assert.ok(await tab.page.isEnabled("#fit"));
});
