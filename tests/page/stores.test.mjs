/**
 * What is kept and how it is read again, without a browser: networks that are opened, renamed and dropped, answers, decisions and
 * notes, little space, no storage at all, and files that are damaged. Storage that fails is in `storage-faults`.
 */

import assert from "node:assert/strict";
import { register } from "node:module";
import { test } from "node:test";
import { ended } from "./faults/memory.js";
import { file } from "./faults/made-up.js";

register("./faults/instances.mjs", import.meta.url);

const browser = navigator.storage;
let visits = 0;
/** The page is opened. @returns {Promise<typeof import("./faults/visit.js")>} */
async function visit({ empty = true } = {}) {
  ended();
  if (empty) for await (const name of (await browser.getDirectory()).keys()) await (await browser.getDirectory()).removeEntry(name);
  const page = await import(`./faults/visit.js?tab=${++visits}`);
  await page.storageSearch;
  return page;
}
const store = (name, tab = visits) => import(`../../www/js/worker/storage/${name}.js?tab=${tab}`);

const fit = (page, more = {}, signal = new AbortController().signal) => page.runs.fit({ ...page.CONFIG, ...more }, signal);
/** A visit with a run that has ended. */
async function withRun(more) {
  const page = await visit();
  page.pictures();
  await fit(page, more);
  return { page, id: page.autosave.run.id };
}

/** Changes a file of the storage as a disk or a stranger may. @param {string} path @param {(text: string) => string | Uint8Array} change */
async function spoil(path, change) {
  const names = path.split("/");
  let folder = await browser.getDirectory();
  for (const name of names.slice(0, -1)) folder = await folder.getDirectoryHandle(name, { create: true });
  const handle = await folder.getFileHandle(names.at(-1), { create: true });
  const changed = change(await (await handle.getFile()).text());
  const sync = await handle.createSyncAccessHandle();
  sync.truncate(0);
  sync.write(typeof changed === "string" ? new TextEncoder().encode(changed) : changed, { at: 0 });
  sync.close();
}
const listed = async (page) => (await page.kept.listKept()).runs;
const troubles = (page) => page.sent.splice(0).filter(({ type }) => type === "trouble").map(({ message }) => message);

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

const runFolders = async () => {
  const found = [];
  for await (const name of (await (await browser.getDirectory()).getDirectoryHandle("runs")).keys()) found.push(name);
  return found;
};

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

test("answers are kept with a run to one part in 4,096, and read again only for the same pictures, labels and classes", async () => {
  const { page } = await withRun();
  const answers = (more = {}) => ({
    part: "test", classNames: ["disc", "frame", "stripes"], pictures: Uint32Array.of(3, 4), labels: Uint32Array.of(0, 1),
    probabilities: Float32Array.of(0.7, 0.2, 0.1, 1, 0, 0), temperature: null, unlike: null, groups: undefined, ...more,
  });
  const run = page.autosave.run;
  assert.equal(await page.readAnswers(run, answers()), "none");
  await page.keepAnswers(answers());
  const read = await page.readAnswers(run, answers());
  answers().probabilities.forEach((probability, at) => assert.ok(Math.abs(read[at] - probability) <= probability / 4096 + 1e-4 * probability + 1e-6, `${read}`));
  for (const more of [{ labels: Uint32Array.of(0, 2) }, { pictures: Uint32Array.of(3, 5) }, { classNames: ["disc", "frame", "lines"] }, { probabilities: new Float32Array(3) }]) {
    assert.equal(await page.readAnswers(run, answers(more)), "others");
  }
  const { timesOpened } = await store("opened");
  assert.equal(await timesOpened(await page.testPart(), 0), 1, "the test part was scored once");
  await page.keepAnswers(answers({ part: "validation", probabilities: new Float32Array(300_000) }));
  await page.keepAnswers(answers({ part: "training" }));
  assert.equal(await run.answers("validation"), null, "too many are not kept");
  page.pictures({ contents: "" });
  assert.equal(await page.testPart(), null);
});

for (const [what, bytes] of Object.entries({
  "an empty file": [], "a header that is longer than the file": [255, 0, 0, 0, 1], "a header that is no JSON": [2, 0, 0, 0, 123, 44], "a header of something else": [4, 0, 0, 0, 110, 117, 108, 108],
  "a header with other fields": [...new Uint8Array(Uint32Array.of(31).buffer), ...Buffer.from('{"pictures": "a", "classes": 1}')],
})) {
  test(`answers that are damaged count as none: ${what}`, async () => {
    const { page, id } = await withRun();
    await page.autosave.run.saveAnswers("test", Uint8Array.from(bytes));
    const answers = { part: "test", classNames: ["a"], pictures: Uint32Array.of(0), labels: Uint32Array.of(0), probabilities: Float32Array.of(1) };
    assert.ok(["none", "others"].includes(await page.readAnswers(await page.StoredRun.open(id), answers)));
  });
}

test("decisions are those about the pictures that are loaded; newer ones win, and those about others stay", async () => {
  const page = await visit();
  const record = (content, label = null) => ({ content, path: `${content}.png`, given: "disc", label });
  assert.deepEqual(await page.decisions.decisionsOfPictures([]), { records: [], pictures: null });
  page.pictures();
  assert.equal(await page.decisions.keepDecisions([record("a"), record("b", "frame")]), "");
  page.pictures({ contents: "xyz" });
  assert.equal(await page.decisions.keepDecisions([record("x")]), "");
  assert.deepEqual((await page.decisions.decisionsOfPictures([])).records, [record("x")]);
  page.pictures();
  const { records, pictures } = await page.decisions.decisionsOfPictures([record("b"), record("z")]);
  assert.deepEqual(records, [record("a"), record("b")]);
  assert.equal(pictures.contents.length, 6);
  assert.equal(await page.decisions.countDecisions(), 3);
  await spoil("decisions.json", (text) => JSON.stringify({ format: 1, records: [...JSON.parse(text).records, null, 3, { content: 1 }, { ...record("q"), label: 4 }] }));
  assert.equal(await page.decisions.countDecisions(), 3, "what another version or a stranger wrote is passed over");
  assert.equal(await page.decisions.keepDecisions([]), "");
  assert.equal(await page.decisions.countDecisions(), 1);
  for (const text of ['{"format": 2}', "[", "null", `{"format": 1, "records": [], "more": "${"x".repeat(64e6)}"}`]) {
    await spoil("decisions.json", () => text);
    assert.equal(await page.decisions.countDecisions(), 0);
  }
  await page.decisions.forgetDecisions();
  assert.deepEqual((await page.decisions.decisionsOfPictures([])).records, []);
});

test("a grouping and folds are there again, and damaged ones are none", async () => {
  const page = await visit();
  await page.decisions.keepGrouping({ by: "name", pattern: "a" });
  await page.decisions.keepFolds({ format: 1, done: [1] });
  assert.deepEqual([await page.decisions.keptGrouping(), await page.decisions.keptFolds()], [{ by: "name", pattern: "a" }, { format: 1, done: [1] }]);
  for (const text of ["null", "[]", '{"by": 1}', '{"format": 1, "done": {}}', "{"]) {
    await spoil("grouping.json", () => text);
    await spoil("folds.json", () => text);
    assert.deepEqual([await page.decisions.keptGrouping(), await page.decisions.keptFolds()], [null, null], text);
  }
  await page.decisions.keepGrouping(null);
  await page.decisions.forgetNotes();
  const { getDirectory } = StorageManager.prototype;
  StorageManager.prototype.getDirectory = () => Promise.reject(new DOMException("The disk failed.", "UnknownError"));
  try {
    page.pictures();
    await page.decisions.keepGrouping({ by: "name", pattern: "a" });
    await page.decisions.keepFolds({ format: 1, done: [] });
    assert.deepEqual((await page.decisions.decisionsOfPictures([])).records, []);
    assert.equal(await page.decisions.keepDecisions([]), "the disk failed");
    assert.deepEqual(troubles(page), [
      "Which pictures belong together could not be kept in this browser: the disk failed. After a reload the run could not go on.",
      "How far the folds have come could not be kept in this browser: the disk failed. They can go on as long as the page is open.",
      "What you decided about pictures could not be read: the disk failed. It does not apply; reload the page to try again.",
    ]);
  } finally {
    StorageManager.prototype.getDirectory = getDirectory;
  }
});

test("how often a test part was scored: a damaged count begins anew, and only 500 parts are remembered", async () => {
  await visit();
  const { timesOpened } = await store("opened");
  for (const text of ["{", "null", "[[1]]", '[["a", "3"]]', '{"a": 1}', "[1]", '[["a", -1]]', '[["a", 0.5]]']) {
    await spoil("opened.json", () => text);
    assert.equal(await timesOpened("a", 2), 2, text);
    assert.equal(await timesOpened("a", 0), 2, text);
  }
  await spoil("opened.json", () => JSON.stringify(Array.from({ length: 500 }, (_, i) => [`part ${i}`, 1])));
  await timesOpened("one more", 1);
  assert.deepEqual([await timesOpened("part 0", 0), await timesOpened("part 1", 0), await timesOpened("one more", 0)], [0, 1, 1]);
});

test("features make room for newer ones, the oldest first, and all of them for everything else", async () => {
  await visit();
  const { keepFile, keptFile, sizeOfFeatures, storeBefore, removeFile } = await store("features");
  const { estimate } = StorageManager.prototype;
  const quota = (free) => {
    StorageManager.prototype.estimate = async () => ({ usage: 1e5 - free, quota: 1e5 });
  };
  const keep = (name, bytes = 1000) => keepFile({ name, bytes, parts: 2 }, async () => new Uint8Array(bytes / 2));
  try {
    assert.equal(await keptFile("first"), null);
    assert.ok(await keep("first") && await keep("second"));
    assert.equal(await keep("first"), false, "it is kept already");
    quota(25_500); // a quarter stays free
    assert.ok(await keep("third"));
    assert.deepEqual([await keptFile("first"), (await keptFile("second"))?.size, (await keptFile("third"))?.size], [null, 1000, 1000]);
    quota(25_000 - 3000);
    await assert.rejects(keep("fourth"), { name: "NoRoom", message: "too little space would be left for networks." });
    StorageManager.prototype.estimate = async () => ({});
    await assert.rejects(keep("large", 2 ** 30), { name: "NoRoom" });
    await spoil("features/broken.part", () => "half");
    await keep("fifth");
    assert.equal(await sizeOfFeatures(), 3000, "half a file is removed, and counts nothing");
    await removeFile("fifth");
    let tries = 0;
    await storeBefore(async () => {
      if (tries++ === 0) throw new DOMException("no space", "QuotaExceededError");
    });
    assert.deepEqual([tries, await sizeOfFeatures()], [2, 0]);
    await assert.rejects(storeBefore(() => Promise.reject(new DOMException("no space", "QuotaExceededError"))), { name: "QuotaExceededError" });
  } finally {
    StorageManager.prototype.estimate = estimate;
  }
});

test("a run whose manifest is damaged says what its network, its checkpoint or its curves say", async () => {
  for (const damaged of ["", "[]", '{"format": 1, "name": "half', '{"format": 1, "scores": {"test": {"accuracy": "x"}}, "name": "mine", "note": "noted"}']) {
    const { page, id } = await withRun();
    await spoil(`runs/${id}/manifest.json`, () => damaged);
    const [run] = await listed(page);
    assert.deepEqual([run.name, run.ended, run.epoch, run.classNames, run.weights], [damaged.includes("mine") ? "mine" : "Recovered", true, 5, ["disc", "frame", "stripes"], true], damaged);
    assert.equal((await page.kept.openKept(id, "cpu")).history.epochs.length, 5);
  }
  const { page, id } = await withRun();
  await spoil(`runs/${id}/manifest.json`, () => "x");
  await spoil(`runs/${id}/weights.tabfit`, () => "x");
  assert.deepEqual((await listed(page)).map(({ epoch }) => epoch), [5], "its curves are there");
  await spoil(`runs/${id}/history.json`, () => "x");
  assert.deepEqual((await listed(page)).map(({ name, epoch }) => [name, epoch]), [["Recovered", 0]]);
  // One that can go on.
  const dying = await visit();
  dying.pictures();
  Object.assign(dying.orders, { failAfter: 3, error: new Error("ended") });
  await assert.rejects(fit(dying), /ended/);
  const [{ id: unfinished }] = await listed(dying);
  await spoil(`runs/${unfinished}/manifest.json`, () => "{");
  const next = await visit({ empty: false });
  assert.deepEqual((await listed(next)).map(({ name, ended, epoch }) => [name, ended, epoch]), [["Recovered", false, 3]]);
  assert.equal((await next.runs.unfinishedRun()).epoch, 3);
});

test("a network of which nothing can be read is listed, and opening it is a sentence", async () => {
  const { page, id } = await withRun();
  await spoil(`runs/${id}/weights.tabfit`, () => "x");
  assert.equal((await listed(page)).length, 1);
  await assert.rejects(page.kept.openKept(id, "cpu"), { name: "ModelFileError" });
});

test("a damaged list of runs is made anew, whatever it holds", async () => {
  const { page, id } = await withRun();
  for (const text of ["", "null", "[]", "{}", '{"format": 1}', '{"format": 1, "entries": 3}', '{"format": 1, "entries": [null]}', '{"format": 1, "entries": [{}]}', `{"format": 1, "entries": [{"kept": {"id": "${id}"}}]}`, '{"format": 2, "entries": []}']) {
    await spoil("listing.json", () => text);
    const { runs, why } = await page.list.listRuns();
    assert.deepEqual([runs.map(({ name }) => name), why], [["bench"], ""], text);
    assert.equal((await page.kept.listKept()).why, "", text);
    const next = await visit({ empty: false });
    assert.equal(next.autosave.trouble, "", text);
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
