/** An interrupted run goes on as if nothing had happened, whatever interrupted it. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { folder, shapes } from "./fixtures.mjs";
import { damage, newestSlot, storedFiles } from "./storage.mjs";
import { openPage, TINY_LAYERS, TrainerPage } from "./trainer-page.mjs";

const TIMEOUT = { timeout: 10 * 60_000 };
const EPOCHS = 30;
/** Everything with a state that must be restored: optimizer, dropout, augmentation, callbacks with counters. */
const SETTINGS = {
  device: "cpu",
  layers: [...TINY_LAYERS(3).slice(0, -1), { type: "Dropout", rate: 0.2 }, ...TINY_LAYERS(3).slice(-1)],
  epochs: EPOCHS,
  "batch-size": 5,
  "validation-split": 0.25,
  "augment-rotation": 10,
  "reduce-lr": true,
  "reduce-lr-patience": 1,
  "early-stopping": true,
  "early-stopping-patience": 1000,
};

/** The ways to interrupt a run. */
const ENDS = {
  "the worker is killed": (tab) => tab.page.evaluate(async () => {
    const { client } = await import("/js/page/client/trainer-client.js");
    client.restart("killed");
    client.onFatal("killed by the test", true);
  }),
  "the page is reloaded": (tab) => tab.reload(),
  "the tab is closed": (tab) => tab.reopen(),
};

async function open(t, log, more = {}) {
  const tab = await openPage(t, { log });
  const pictures = folder(t, shapes({ each: 8 }));
  await tab.set({ "image-size": 32 });
  await tab.pick(pictures);
  await tab.set({ ...SETTINGS, ...more });
  return { tab, pictures };
}

/** The history of the same run without an interruption. */
let whole;

/** It is the same on every page, so it is computed once. */
async function uninterrupted(tab) {
  if (whole) return whole;
  await tab.fit();
  whole = await tab.exactHistory();
  assert.equal(whole.epoch.length, EPOCHS);
  assert.ok(await tab.page.isHidden("#resume"), "a finished run cannot go on");
  await keptOnly(tab);
  return whole;
}

/** Of ended runs the network and the curves stay, and no checkpoint. */
async function keptOnly(tab) {
  for (const path of Object.keys(await storedFiles(tab))) assert.match(path, /^runs\/\d+\/(manifest\.json|history\.json|weights\.tabfit|answers-validation)$/);
}

/** Starts a run that cannot end before it is interrupted, and waits for this many epochs of it. */
async function start(tab, epochs) {
  await tab.holdAt(EPOCHS - 1);
  await tab.start(epochs);
}

async function goOn(tab, pictures) {
  if ((await tab.state()) === "idle") await tab.pick(pictures);
  await tab.holdAt(Infinity);
  assert.equal(await tab.page.inputValue("#device"), "cpu", "the device of the run is chosen");
  await tab.resume();
}

for (const [what, end] of Object.entries(ENDS)) {
  test(`${what} in the middle of a run: it goes on and the history is the same`, TIMEOUT, async (t) => {
    const { tab, pictures } = await open(t, `resume ${what}`);
    const history = await uninterrupted(tab);
    await start(tab, 3);
    await end(tab);
    await tab.page.locator("#unfinished").waitFor({ state: "visible", timeout: 60_000 });
    const words = new RegExp(`A run of .+ stopped after epoch \\d+ of ${EPOCHS} \\(disc, frame and stripes\\)\\.`);
    assert.match(await tab.text("#unfinished-text"), words);
    await goOn(tab, pictures);
    await tab.reach(["done"], 120);
    assert.deepEqual(await tab.exactHistory(), history);
    await keptOnly(tab);
  });
}

test("Stop in the middle of an epoch, then Resume: the very next step follows", TIMEOUT, async (t) => {
  const { tab, pictures } = await open(t, "resume after Stop");
  const history = await uninterrupted(tab);
  await start(tab, 2);
  await tab.page.click("#stop");
  await tab.reach(["done"]);
  assert.match(await tab.text("#epoch-text"), new RegExp(`Stopped by you after \\d+ of ${EPOCHS} epochs`));
  assert.ok(await tab.page.isHidden("#unfinished"), "who pressed Stop knows");
  await goOn(tab, pictures);
  await tab.reach(["done"], 120);
  assert.deepEqual(await tab.exactHistory(), history);
});

const DAMAGES = {
  "was never finished": (bytes) => Buffer.concat([Buffer.alloc(8), bytes.subarray(8)]),
  "is cut off": (bytes) => bytes.subarray(0, bytes.length - 1000),
  "is empty": () => Buffer.alloc(0),
  "has a flipped bit": (bytes) => bytes.with(bytes.length - 2000, bytes[bytes.length - 2000] ^ 1),
};

test("a damaged save is never used: the one before it is", TIMEOUT, async (t) => {
  const { tab, pictures } = await open(t, "resume damaged");
  const history = await uninterrupted(tab);
  for (const [what, change] of Object.entries(DAMAGES)) {
    await t.test(`the newest save ${what}`, async () => {
      await tab.set({ ...SETTINGS, "reduce-lr": true });
      await start(tab, 3);
      await tab.reload();
      const before = Number(/after epoch (\d+)/.exec(await tab.text("#unfinished-text"))[1]);
      await damage(tab, await newestSlot(tab), change);
      await tab.reload();
      assert.match(await tab.text("#unfinished-text"), new RegExp(`after epoch ${before - 1} of ${EPOCHS}`));
      await goOn(tab, pictures);
      await tab.reach(["done"], 120);
      assert.deepEqual(await tab.exactHistory(), history);
    });
  }
});

test("with both saves damaged nothing is offered, and the page works", TIMEOUT, async (t) => {
  const { tab, pictures } = await open(t, "resume both damaged");
  await start(tab, 3);
  await tab.reload();
  const slots = Object.keys(await storedFiles(tab)).filter((path) => path.includes("/slot-"));
  assert.equal(slots.length, 2);
  for (const slot of slots) await damage(tab, slot, DAMAGES["has a flipped bit"]);
  await tab.reload();
  assert.ok(await tab.page.isHidden("#unfinished"));
  await tab.pick(pictures);
  await tab.set({ ...SETTINGS, epochs: 1 });
  await tab.fit();
  assert.equal((await tab.history()).length, 1);
});

test("other pictures are refused with a sentence, and the run is still there", TIMEOUT, async (t) => {
  const { tab, pictures } = await open(t, "resume other pictures");
  await start(tab, 2);
  await tab.reload();
  await tab.pick(folder(t, shapes({ each: 8, seed: 9 })));
  await tab.page.click("#go-on");
  assert.match(await tab.error(), /not the pictures/);
  await tab.pick(pictures);
  await goOn(tab, pictures);
  await tab.reach(["done"], 120);
  assert.equal((await tab.history()).length, EPOCHS);
});

test("pictures of another size are read again at the size of the run", TIMEOUT, async (t) => {
  const { tab, pictures } = await open(t, "resume other size");
  await start(tab, 2);
  await tab.reload();
  assert.equal(await tab.page.inputValue("#image-size"), "32", "the size of the run is chosen");
  await tab.set({ "image-size": 64 });
  await tab.pick(pictures);
  await tab.page.click("#go-on");
  await tab.reach(["done"], 120);
  assert.equal((await tab.history()).length, EPOCHS);
});

test("a run can be discarded, and everything can be forgotten", TIMEOUT, async (t) => {
  const { tab, pictures } = await open(t, "resume forget");
  for (const button of ["#discard", "#forget"]) {
    if ((await tab.state()) === "idle") await tab.pick(pictures);
    await tab.set(SETTINGS);
    await start(tab, 1);
    await tab.reload();
    assert.ok(await tab.page.isVisible("#unfinished"));
    assert.notDeepEqual(await storedFiles(tab), {});
    await tab.page.click(button);
    if (button === "#forget") await tab.page.click("#dialog-yes");
    await tab.page.locator("#unfinished").waitFor({ state: "hidden" });
    assert.deepEqual(await storedFiles(tab), {});
    await tab.reload();
    assert.ok(await tab.page.isHidden("#unfinished"));
  }
});

test("a second tab does not take the run that the first one is training", TIMEOUT, async (t) => {
  const { tab } = await open(t, "resume two tabs");
  await start(tab, 2);
  const second = new TrainerPage(await tab.page.context().newPage(), tab.server, tab.browser);
  await second.page.goto(tab.server.url);
  await second.ready(); // it has searched the storage
  assert.ok(await second.page.isHidden("#unfinished"));
  await second.page.close();
  await tab.page.click("#stop");
  await tab.reach(["done"]);
  await tab.reload();
  await tab.page.locator("#unfinished").waitFor({ state: "visible", timeout: 60_000 }); // the first tab's run was left alone
});

test("a full disk is a sentence, and training goes on", TIMEOUT, async (t) => {
  const { tab } = await open(t, "resume full disk");
  await tab.worker.evaluate(() => {
    FileSystemSyncAccessHandle.prototype.write = () => {
      throw new DOMException("no space", "QuotaExceededError");
    };
  });
  await tab.set({ "csv-logger": true });
  await tab.fit();
  assert.equal((await tab.history()).length, EPOCHS);
  assert.match(await tab.text("#trouble"), /could not be kept.*no space left/);
  assert.equal(await tab.text("#error"), "");
});

test("where the browser keeps nothing, a sentence says so and training goes on", TIMEOUT, async (t) => {
  const { tab } = await open(t, "resume no storage");
  await tab.worker.evaluate(() => {
    StorageManager.prototype.getDirectory = () => Promise.reject(new DOMException("not here", "SecurityError"));
  });
  await start(tab, 2);
  assert.match(await tab.text("#trouble"), /can keep neither the run nor the files.*private window.*Training goes on\./);
  await tab.page.click("#stop");
  await tab.reach(["done"]);
  await tab.holdAt(Infinity);
  await tab.resume(); // the network in memory goes on
  await tab.reach(["done"], 120);
  assert.equal((await tab.history()).length, EPOCHS);
});
