/**
 * What is kept, without a browser and without the wasm: networks that are opened, renamed and dropped, little space, the wish that
 * nothing is kept, no storage at all, and other tabs. Storage that fails is in `storage-faults`, what is damaged in `stores-damaged`.
 */

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { file } from "./faults/made-up.js";
import { browser, fit, listed, runFolders, spoil, store, troubles, visit, withRun } from "./faults/visits.mjs";

const waits = setInterval(() => {}, 1000); // Node does not wait for the time limits of locks
after(() => clearInterval(waits));

test("a kept network is opened with its curves and scores, renamed, and given out as a file", async () => {
  const { page, id } = await withRun();
  const { network: first } = page.state;
  await page.kept.keepScores("validation", { accuracy: 0.5 });
  await page.kept.keepTemperature(first);
  assert.deepEqual((await listed(page))[0].accuracy, { part: "validation", value: 0.5 });
  await page.kept.keepScores("test", { accuracy: 0.25 });
  assert.deepEqual((await listed(page))[0].accuracy, { part: "test", value: 0.25 });
  await fit(page);
  assert.equal((await page.kept.listKept()).current, page.autosave.run.id);
  const { info, history, scores, epochs } = await page.kept.openKept(id, "cpu");
  assert.deepEqual([info.history.epochs.length, history.epochs.length, epochs, scores.test.accuracy], [5, 5, 5, 0.25]);
  assert.equal((await page.kept.listKept()).current, id);
  assert.equal(page.alive.size, 1, "the network before is freed");
  await page.kept.rename(id, "renamed", { note: "noted" });
  await page.list.noteRun(id, "noted again");
  const run = await page.list.readRun(id);
  assert.deepEqual([run.about.name, run.about.note], ["renamed", "noted again"]);
  const { runs, why } = await page.list.listRuns();
  assert.deepEqual([runs.find((line) => line.id === id).note, why], ["noted again", ""]);
  const bytes = await page.kept.fileOf(id, true);
  assert.equal((await page.Sequential.load(bytes, "cpu")).info.history.epochs.length, 5);
  await assert.rejects(page.kept.find("none"), { name: "FileError", message: /no longer kept/ });
});

test("the worker after one that ended takes its network over, with its run if that is kept", async () => {
  const { page, id } = await withRun();
  const bytes = await page.state.network.save();
  const next = await visit({ empty: false });
  await next.kept.takeOver(bytes, id, "cpu");
  assert.deepEqual([next.autosave.run.id, next.state.opened], [id, false]);
  await next.kept.takeOver(bytes, null, "cpu");
  assert.equal(next.state.opened, true);
  await next.kept.keepScores("test", { accuracy: 1 });
  await next.kept.keepTemperature(next.state.network);
  assert.deepEqual((await next.list.readRun(id)).about.scores, {}, "scores of a network from a file are not those of the run");
  await next.kept.takeOver(bytes, "none", "cpu");
  assert.equal(next.autosave.run, null);
});

test("of a run that was broken off, the curves stay when its weights are dropped, and of an ended one too", async () => {
  const page = await visit();
  page.pictures();
  const stop = new AbortController();
  Object.defineProperty(page.tasks, "unpaused", { configurable: true, get: () => void (page.sent.filter(({ type }) => type === "step").length === 3 && stop.abort()) });
  await fit(page, {}, stop.signal);
  const [{ id, ended: over }] = await listed(page);
  assert.equal(over, false);
  await page.kept.drop(id, true);
  const [run] = await listed(page);
  assert.deepEqual([run.ended, run.weights, run.epoch], [true, false, 2]);
  assert.equal((await page.list.readRun(id)).history.epochs.length, 2);
  await assert.rejects(page.kept.fileOf(id, false), { name: "FileError", message: "The weights of this network are no longer kept; its curves and scores are." });
  assert.equal((await page.kept.openKept(id, "cpu")).info, null);
  await page.kept.drop(id, false);
  assert.deepEqual(await listed(page), []);
});

test("a network for which there was no space is kept once there is", async () => {
  const { page, id } = await withRun();
  const { write } = FileSystemSyncAccessHandle.prototype;
  FileSystemSyncAccessHandle.prototype.write = () => {
    throw new DOMException("no space", "QuotaExceededError");
  };
  await fit(page);
  FileSystemSyncAccessHandle.prototype.write = write;
  assert.equal((await page.kept.listKept()).unkept, true);
  assert.ok(troubles(page).some((sentence) => sentence === "The network could not be kept in this browser: there is no space left for this page on this computer. Save it as a file."));
  await page.kept.drop(id, false);
  const { unkept, runs, current } = await page.kept.listKept();
  assert.deepEqual([unkept, runs.length, current], [false, 1, runs[0].id]);
});

test("who wants nothing to be kept finds nothing, is told no failure, and can change that", async () => {
  const { page } = await withRun();
  await page.kept.setKeepNothing(true);
  const { nothing, runs, why } = await page.kept.listKept();
  assert.deepEqual([nothing, runs, why], [true, [], ""]);
  const names = [];
  for await (const name of (await browser.getDirectory()).keys()) names.push(name);
  assert.deepEqual(names.filter((name) => name !== "runs"), ["keep-nothing"]);
  page.sent.length = 0;
  await fit(page);
  assert.deepEqual(troubles(page), []);
  assert.equal(await page.decisions.keepDecisions([]), "you chose to keep nothing on this computer");
  await page.decisions.keepFolds({ format: 1, done: [] });
  assert.deepEqual(troubles(page), []);
  await page.kept.forgetAll();
  const { why: reason } = await page.list.listRuns();
  assert.match(reason, /keep nothing on this computer/);
  const next = await visit({ empty: false });
  assert.deepEqual([next.autosave.run, next.autosave.trouble], [null, ""]);
  await next.kept.setKeepNothing(false);
  await next.kept.setKeepNothing(false);
  assert.equal((await next.kept.listKept()).nothing, false);
});

test("who wishes in another tab that nothing is kept finds nothing of the run that goes on here", async () => {
  const page = await visit();
  page.pictures();
  let steps = 0;
  Object.defineProperty(page.tasks, "unpaused", { configurable: true, get: () => (page.sent.at(-1)?.type === "step" && ++steps === 3 ? spoil("keep-nothing", () => "") : undefined) });
  await fit(page);
  assert.deepEqual([page.autosave.run, page.state.network.info.history.epochs.length], [null, 5]);
  assert.deepEqual(troubles(page), []);
  assert.deepEqual(await runFolders(), []);
});

test("nor does the next visit, where the tab with that run was closed before its next save", async () => {
  const { page } = await withRun();
  await page.kept.listKept();
  await spoil("keep-nothing", () => "");
  const next = await visit({ empty: false });
  await next.kept.listKept();
  assert.deepEqual(await runFolders(), []);
});

test("where the browser keeps nothing, each sentence says so, and training goes on", async () => {
  const page = await visit();
  page.pictures();
  try {
    globalThis.isSecureContext = false;
    assert.equal((await fit(page)).epochs.length, 5);
    assert.deepEqual(troubles(page), [
      "This browser can keep neither the run nor the files of its callbacks: it keeps nothing for this page, as in a private window. Training goes on.",
      "The network could not be kept in this browser: it keeps nothing for this page, as in a private window. Save it as a file.",
    ]);
    assert.equal((await page.kept.listKept()).why, "This browser can keep no network: it keeps nothing for this page, as in a private window.");
    globalThis.origin = "null";
    assert.equal((await page.list.listRuns()).why, "it keeps nothing for a page that is opened from a disk");
    const { timesOpened } = await store("opened");
    assert.equal(await timesOpened("part", 1), null);
    await assert.rejects(page.kept.setKeepNothing(true), { name: "SecurityError" });
    const { inWords } = await store("reason");
    await assert.rejects(inWords(() => page.StoredRun.ids()), { name: "FileError", message: "What this browser keeps could not be read or changed: it keeps nothing for a page that is opened from a disk." });
    await assert.rejects(inWords(() => Promise.reject(new DOMException("stopped", "AbortError"))), { name: "AbortError" });
    await assert.rejects(inWords(() => Promise.reject(new TypeError("a fault of ours"))), { name: "TypeError" });
  } finally {
    globalThis.isSecureContext = true;
    delete globalThis.origin;
  }
});

test("the files of callbacks that could not be written are written before the next checkpoint, in their order", async () => {
  const page = await visit();
  page.pictures();
  const { write } = FileSystemSyncAccessHandle.prototype;
  const event = async (...given) => page.autosave.onFitEvent(file(...given));
  await page.autosave.begin({ name: "run", network: "run", began: "random", classNames: [], imageSize: 32, epochs: 2, device: "cpu", browser: "" });
  assert.deepEqual((await page.autosave.onFitEvent({ type: "epoch" })), { type: "epoch" });
  FileSystemSyncAccessHandle.prototype.write = () => 0; // a full disk
  await event("log.csv", "one\n");
  await event("log.csv", "two\n");
  await event("gone.csv", "gone");
  await page.autosave.onFitEvent({ type: "file", path: "gone.csv", bytes: null, append: false, onlyIfEmpty: false });
  await event("large.bin", "x".repeat(64e6 + 1));
  FileSystemSyncAccessHandle.prototype.write = write;
  assert.equal(troubles(page).length, 3);
  await page.autosave.onFitEvent({ ...file("log.csv", "three\n"), onlyIfEmpty: true }); // there is something, which is owed
  await event("other.csv", "other\n");
  assert.deepEqual((await event("log.csv", "four\n")).files.map(({ path }) => path), ["other.csv", "log.csv"]);
  assert.equal(await (await page.autosave.file("log.csv")).text(), "one\ntwo\nfour\n");
  await assert.rejects(page.autosave.file("large.bin"), { name: "FileError", message: "The file large.bin is no longer kept." });
  page.autosave.use(null);
  await assert.rejects(page.autosave.file("log.csv"), { name: "FileError" });
  assert.deepEqual(await page.autosave.onFitEvent(file("log.csv", "x")), { type: "files", files: [] });
});

test("a run that another tab uses is neither resumed, deleted nor changed here", async () => {
  const page = await visit();
  page.pictures();
  Object.assign(page.orders, { failAfter: 3, error: new Error("ended") });
  await assert.rejects(fit(page), /ended/);
  const { run } = page.autosave;
  const done = Promise.withResolvers();
  const { release } = await store("locks");
  release(run.id);
  void navigator.locks.request(`tabfit run ${run.id}`, {}, () => done.promise);
  const BUSY = { name: "BusyError", message: "Another tab of this page uses this run; go on there, or close that tab first." };
  await Promise.all([
    assert.rejects(page.autosave.restore(async (bytes) => bytes), BUSY), assert.rejects(page.autosave.goOn({}), BUSY),
    assert.rejects(page.autosave.discard(), BUSY), assert.rejects(page.kept.drop(run.id, false), BUSY), assert.rejects(page.kept.dropRuns([run.id]), BUSY),
  ]);
  const [{ elsewhere, epoch }] = await listed(page);
  assert.deepEqual([elsewhere, epoch], [true, 3]);
  await page.kept.setKeepNothing(true);
  await page.kept.listKept();
  assert.deepEqual(await runFolders(), [run.id], "what is trained elsewhere is left to the tab that does");
  await page.kept.setKeepNothing(false);
  done.resolve();
  await page.kept.dropRuns([run.id]);
  assert.deepEqual(await listed(page), []);
});

test("who waits for another tab that does not come to an end is told so after a minute", async () => {
  const page = await visit();
  const { alone } = await store("locks");
  const done = Promise.withResolvers();
  void navigator.locks.request("tabfit manifest x", {}, () => done.promise);
  const { timeout } = AbortSignal;
  AbortSignal.timeout = () => timeout.call(AbortSignal, 1);
  try {
    await assert.rejects(alone("x", async () => {}), { name: "BusyError", message: /has been writing for a minute/ });
  } finally {
    AbortSignal.timeout = timeout;
    done.resolve();
  }
  await assert.rejects(alone("x", () => Promise.reject(new TypeError("a fault of ours"))), { name: "TypeError" });
  assert.deepEqual(await listed(page), []);
});

test("of a run that has not saved anything nothing is listed, and what its tab has left is removed by the next list", async () => {
  const page = await visit();
  await page.autosave.begin({ name: "run", network: "run", began: "random", classNames: [], imageSize: 32, epochs: 2, device: "cpu", browser: "" });
  const [id] = await runFolders();
  await assert.rejects(page.list.readRun(id), { name: "FileError", message: "Nothing of this run is kept yet." });
  assert.deepEqual(await listed(page), []);
  assert.deepEqual(await runFolders(), [id], "this tab trains it still");
  const next = await visit({ empty: false });
  await listed(next);
  assert.deepEqual(await runFolders(), []);
});
