/** What was trained stays in the browser, and is deleted only where the person says so. */

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ROOT } from "./chromium.mjs";
import { folder, shapes } from "./fixtures.mjs";
import { tensors } from "./safetensors.mjs";
import { bytesOf, storedFiles } from "./storage.mjs";
import { openPage, TINY_LAYERS } from "./trainer-page.mjs";

const TIMEOUT = { timeout: 4 * 60_000 };
const SETTINGS = { device: "cpu", layers: TINY_LAYERS(3), epochs: 2, "batch-size": 8, "validation-split": 0.25 };

/** Opens the page and picks pictures. */
async function open(t, log, more = {}) {
  const { before, ...settings } = more;
  const tab = await openPage(t, { log, before });
  const pictures = folder(t, shapes());
  await tab.set({ "image-size": 32 });
  await tab.pick(pictures);
  await tab.set({ ...SETTINGS, ...settings });
  return { tab, pictures, picture: join(folder(t, shapes({ each: 1, seed: 3 })), "frame/000.png") };
}

async function trained(t, log, more) {
  const opened = await open(t, log, more);
  await opened.tab.fit();
  return opened;
}

/** Starts a run after another one, and waits until it is certainly the new one that is shown. */
async function startAgain(tab) {
  await tab.page.click("#fit");
  await tab.page.waitForFunction(() => document.querySelectorAll("#history-table tbody tr").length > 3, null, { timeout: 60_000 });
}

const names = (tab) => tab.page.locator("#kept-list .kept-name").allTextContents();

/** Waits until the list has these names. */
async function listed(tab, expected) {
  await tab.page.waitForFunction(
    (expected) => JSON.stringify([...document.querySelectorAll("#kept-list .kept-name")].map((name) => name.textContent)) === expected,
    JSON.stringify(expected), { timeout: 20_000 },
  ).catch(async () => assert.deepEqual(await names(tab), expected));
}

/** Presses a button of an entry, the newest first. */
const act = (tab, name, entry = 0) => tab.page.locator("#kept-list > li").nth(entry).locator(`[data-do=${name}]`).click();

function assertSame(after, before) {
  assert.deepEqual(after["000.png"].map(([name]) => name), before["000.png"].map(([name]) => name));
  for (const [i, [name, probability]] of before["000.png"].entries()) {
    assert.ok(Math.abs(after["000.png"][i][1] - probability) <= 1e-6, `${name}: ${after["000.png"][i][1]}, before ${probability}`);
  }
}

test("a finished network is offered after a reload without being asked for, and answers the same", TIMEOUT, async (t) => {
  const { tab, picture } = await trained(t, "kept reload");
  const before = await tab.predict(picture);
  const [history, accuracy] = [await tab.exactHistory(), await tab.text("#test-accuracy")];
  await tab.reload();
  assert.match(await tab.text("#kept-offer-text"), /is kept in this browser: .+ · disc, frame and stripes · 2 of 2 epochs · [\d.]+ kB/);
  assert.equal(await tab.text("#kept-list .kept-accuracy"), accuracy, "of the validation pictures");
  await tab.page.click("#open-newest");
  await tab.reach(["done"]);
  assertSame(await tab.predict(picture), before);
  assert.deepEqual(await tab.exactHistory(), history, "its curves are there again");
  assert.equal(await tab.text("#test-accuracy"), accuracy, "and its scores");
  assert.ok(await tab.page.isHidden("#kept-offer"), "it is offered only until there is a network");
  assert.ok(await tab.page.isHidden("#unfinished"));
});

test("a kept network is renamed, downloaded and deleted", TIMEOUT, async (t) => {
  const { tab, picture } = await trained(t, "kept entries");
  const before = await tab.predict(picture);
  await act(tab, "rename");
  await tab.page.fill("#dialog-input", "shapes <b>1</b>/2");
  await tab.page.click("#dialog-yes");
  await listed(tab, ["shapes <b>1</b>/2"]);
  await tab.reload();
  await listed(tab, ["shapes <b>1</b>/2"]);

  const [download] = await Promise.all([tab.page.waitForEvent("download"), act(tab, "download")]);
  assert.match(download.suggestedFilename(), /^shapes .b.1.-b.-2\.tabfit$/);
  const file = await tab.contentOf(download);
  assert.ok(Object.keys(tensors(file)).every((name) => !name.startsWith("optimizer/")), "only the weights");
  await tab.page.setInputFiles("#open-model", join(folder(t, { "a.tabfit": file }), "a.tabfit"));
  await tab.reach(["done"]);
  assertSame(await tab.predict(picture), before);

  await act(tab, "delete");
  await tab.page.click("#dialog-no");
  assert.equal((await names(tab)).length, 1, "a question that is not agreed to deletes nothing");
  await act(tab, "delete");
  await tab.page.click("#dialog-yes");
  await listed(tab, []);
  assert.deepEqual(await storedFiles(tab), {});
});

test("a run deletes none: after the tenth network the page asks whose weights to drop, and the curves stay", TIMEOUT, async (t) => {
  const { tab } = await open(t, "kept eleven", { epochs: 1 });
  for (let i = 0; i < 11; i++) {
    assert.ok(await tab.page.isHidden("#kept-ask"), `after ${i} networks nothing is asked`);
    await tab.fit();
  }
  assert.equal((await names(tab)).length, 11);
  assert.match(await tab.text("#kept-ask"), /^11 networks are kept, more than 10\. Choose whose weights to drop/);
  const weights = async () => Object.keys(await storedFiles(tab)).filter((path) => path.endsWith("weights.tabfit")).length;
  assert.equal(await weights(), 11, "nothing was deleted");
  await act(tab, "weights", 10);
  await tab.page.click("#dialog-yes");
  await tab.page.locator("#kept-ask").waitFor({ state: "hidden" });
  assert.equal(await weights(), 10);
  assert.equal((await names(tab)).length, 11, "the entry stays");
  await tab.reload();
  await act(tab, "open", 10);
  await tab.reach(["done"]);
  assert.equal((await tab.history()).length, 1, "with its curves");
  assert.ok(await tab.page.isVisible("#evaluation"), "and its scores");
  assert.ok(await tab.page.isDisabled("#save-model"), "but without a network");
});

test("where there is no space, the page asks whose weights to drop, and then keeps the network", TIMEOUT, async (t) => {
  const { tab } = await trained(t, "kept no space");
  await tab.worker.evaluate(() => {
    const { write } = FileSystemSyncAccessHandle.prototype;
    FileSystemSyncAccessHandle.prototype.write = () => {
      throw new DOMException("no space", "QuotaExceededError");
    };
    self.moreSpace = () => (FileSystemSyncAccessHandle.prototype.write = write);
  });
  await tab.fit();
  assert.match(await tab.text("#kept-ask"), /^There was no space for the newest network\. Choose whose weights to drop/);
  assert.match(await tab.text("#trouble"), /could not be kept in this browser: there is no space left/);
  await tab.worker.evaluate(() => self.moreSpace());
  await act(tab, "weights");
  await tab.page.click("#dialog-yes");
  await tab.page.locator("#kept-ask").waitFor({ state: "hidden" });
  const paths = Object.keys(await storedFiles(tab)).filter((path) => path.endsWith("weights.tabfit"));
  assert.equal(paths.length, 1, "the newest network was kept");
  assert.match(await tab.text("#kept-list > li.current .kept-about"), /2 of 2 epochs/);
});

test("Forget everything leaves nothing, after a question that says how much", TIMEOUT, async (t) => {
  const { tab } = await trained(t, "kept forget", { "csv-logger": true });
  await tab.page.click("#forget");
  assert.match(await tab.text("#dialog-text"), /deletes 1 kept network with curves and scores, [\d.]+ kB together/);
  await tab.page.click("#dialog-yes");
  await listed(tab, []);
  await tab.page.locator("#forget-note").filter({ hasText: "Nothing is kept any more." }).waitFor();
  assert.deepEqual(await storedFiles(tab), {});
  await tab.reload();
  assert.ok(await tab.page.isHidden("#kept-offer"));
});

test("Keep nothing: only the tick is kept, and whatever is done later", TIMEOUT, async (t) => {
  const { tab, pictures } = await trained(t, "kept nothing", { "csv-logger": true });
  await tab.page.check("#keep-nothing");
  await tab.page.click("#dialog-yes");
  await listed(tab, []);
  const tick = { "keep-nothing": 0 };
  assert.deepEqual(await storedFiles(tab), tick);
  await tab.fit();
  assert.ok(await tab.page.isHidden("#trouble"), "what the person wished is no trouble");
  assert.deepEqual(await storedFiles(tab), tick, "a run keeps nothing");
  await tab.set({ epochs: 500 });
  await startAgain(tab);
  await tab.page.click("#stop");
  await tab.reach(["done"]);
  assert.deepEqual(await storedFiles(tab), tick, "nor does a stopped one");
  assert.ok(await tab.page.isVisible("#resume"), "which still goes on");
  await tab.reload();
  assert.ok(await tab.page.isChecked("#keep-nothing"));
  assert.ok(await tab.page.isHidden("#unfinished"));
  await tab.page.uncheck("#keep-nothing");
  await tab.pick(pictures);
  await tab.set(SETTINGS);
  await tab.fit();
  assert.equal((await names(tab)).length, 1);
});

test("nothing in the page asks the browser for storage but the one door that obeys the tick, and what notes the language and how many networks there are, which obey it too", () => {
  const root = join(ROOT, "www/js");
  const asks = /navigator\.storage|localStorage|sessionStorage|indexedDB|\bcaches\b|document\.cookie|cookieStore/;
  const files = readdirSync(root, { recursive: true }).filter((path) => path.endsWith(".js") && asks.test(readFileSync(join(root, path), "utf8")));
  assert.deepEqual(files.sort(), ["page/language/choice.js", "page/stored/cleared.js", "page/stored/persist.js", "worker/storage/door.js"]);
});

for (const [granted, words] of [[true, /has promised not to clear/], [false, /may clear it when space gets short/]]) {
  test(`persistent storage is asked for at the first keep, and ${granted ? "granted" : "refused"}`, TIMEOUT, async (t) => {
    const { tab } = await open(t, `kept persist ${granted}`, { epochs: 1 });
    await tab.page.evaluate((granted) => {
      window.asked = 0;
      navigator.storage.persist = async () => (window.asked += 1) && granted;
      navigator.storage.persisted = async () => granted;
    }, granted);
    await tab.fit();
    await tab.page.locator("#kept-persisted").filter({ hasText: words }).waitFor();
    await tab.fit();
    assert.equal(await tab.page.evaluate(() => window.asked), 1);
  });
}

test("two tabs show one list, and neither takes the run that the other trains", TIMEOUT, async (t) => {
  const { tab } = await trained(t, "kept two tabs");
  const second = await tab.page.context().newPage();
  await second.goto(tab.server.url);
  await second.locator("#kept-list > li").waitFor({ timeout: 60_000 });
  await tab.set({ epochs: 500 });
  await startAgain(tab);
  await second.locator("#open-newest").click(); // so that the second tab looks again
  await second.waitForFunction(() => document.body.dataset.state === "done");
  await second.locator("#kept-list > li").nth(1).waitFor();
  assert.match(await second.locator("#kept-list > li").first().innerText(), /another tab trains it/);
  assert.ok(await second.locator("#kept-list > li").first().locator("[data-do=delete]").isDisabled());
  await second.locator("#runs-details > summary").click(); // where the newest run is ticked at first
  await second.locator("#runs-ticked").filter({ hasText: "is ticked" }).waitFor();
  await second.locator("#runs-actions [data-run=delete]").click();
  await second.click("#dialog-yes");
  await second.locator("#error", { hasText: "Another tab of this page uses this run" }).waitFor({ timeout: 2000 }); // at once, and not when the other tab is done
  await tab.page.click("#stop");
  await tab.reach(["done"]);
  await second.locator("#kept-list > li").nth(1).locator("[data-do=delete]").click();
  await second.click("#dialog-yes");
  await tab.page.waitForFunction(() => document.querySelectorAll("#kept-list > li").length === 1);
  assert.match(await tab.text("#kept-list"), /not finished/);
  await second.close();
});

test("with the optimizer's state in the file, training on is the run that was not interrupted", TIMEOUT, async (t) => {
  // Everything random is on, and the learning rate falls after every epoch.
  const layers = [...TINY_LAYERS(3).slice(0, -1), { type: "Dropout", rate: 0.2 }, ...TINY_LAYERS(3).slice(-1)];
  const random = { layers, "augment-rotation": 10, "reduce-lr": true, "reduce-lr-patience": 0, "reduce-lr-min-delta": 9 };
  const { tab, pictures } = await trained(t, "kept optimizer", { ...random, epochs: 3 });
  const [whole, history] = [tensors(await tab.download("#save-model")), await tab.exactHistory()];
  await tab.set({ epochs: 2 });
  await tab.fit();
  await tab.set({ "include-optimizer": true });
  const file = await tab.download("#save-model");
  await tab.reload();
  await tab.pick(pictures);
  await tab.page.setInputFiles("#open-model", join(folder(t, { "half.tabfit": file }), "half.tabfit"));
  await tab.page.locator("#train-on").waitFor();
  await tab.page.click("#train-on");
  assert.match(await tab.text("#same-optimizer-hint"), /adam, 6 steps, learning rate 3\.0e-4/);
  await tab.set({ device: "cpu", epochs: 1, "batch-size": 8, "validation-split": 0.25, "augment-rotation": 10 });
  await tab.fit();
  const again = await tab.exactHistory();
  assert.deepEqual(again.epoch, [2]);
  assert.deepEqual(again.loss, history.loss.slice(2));
  assert.deepEqual(again.learning_rate, history.learning_rate.slice(2));
  await tab.set({ "include-optimizer": false });
  assert.deepEqual(tensors(await tab.download("#save-model")), whole);
});

test("the manifest says what the numbers of a run depend on, and every file carries it", TIMEOUT, async (t) => {
  const { tab } = await trained(t, "kept manifest", { seed: 7, threads: 2 });
  const [path] = Object.keys(await storedFiles(tab)).filter((path) => path.endsWith("manifest.json"));
  const { run, ...entry } = JSON.parse(String(await bytesOf(tab, path)));
  assert.deepEqual([entry.epoch, entry.epochs, entry.classNames], [2, 2, ["disc", "frame", "stripes"]]);
  assert.deepEqual([run.fit.seed, run.fit.batchSize, run.threads, run.device.kind], [7, 8, 2, "cpu"]);
  assert.deepEqual([run.pictures.training, run.pictures.validation], [18, 6]);
  assert.ok(run.pictures.hash[0] > 0);
  assert.equal(run.compile.optimizer.type, "adam");
  for (const button of ["#save-model", "[data-export=safetensors]", "[data-export=onnx]"]) {
    const text = (await tab.download(button)).toString("latin1");
    assert.ok(/"?manifest/.test(text) && text.includes(String(run.pictures.hash[0])), `${button} carries it`);
  }
});
