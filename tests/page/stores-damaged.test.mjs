/**
 * Answers, decisions, counts, features and manifests in the storage: they come back as they were written, and those that a disk or
 * another version has changed are passed over. Without a browser and without the wasm.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { fit, listed, spoil, store, troubles, visit, withRun } from "./faults/visits.mjs";

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
    assert.equal(await page.decisions.keepDecisions([]), "the browser's storage failed");
    assert.deepEqual(troubles(page), [
      "Which pictures belong together could not be kept in this browser: the browser's storage failed. After a reload the run could not go on.",
      "How far the folds have come could not be kept in this browser: the browser's storage failed. They can go on as long as the page is open.",
      "What you decided about pictures could not be read: the browser's storage failed. It does not apply; reload the page to try again.",
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

test("of curves that are whole JSON and yet damaged, the epochs that are some are shown", async () => {
  const epoch = { epoch: 1, loss: 0.5 };
  for (const [damaged, left] of [["[]", null], ['{"epochs": 1}', 0], [JSON.stringify({ epochs: [1, epoch, { epoch: "2" }, { epoch: 2, loss: "x" }], notes: "none", changes: [{ what: "rate" }] }), 1]]) {
    const { page, id } = await withRun();
    await page.kept.drop(id, true); // its curves are nowhere else then
    await spoil(`runs/${id}/history.json`, () => damaged);
    const { history } = await page.list.readRun(id);
    assert.equal(history?.epochs.length ?? null, left, damaged);
    if (history) assert.deepEqual([history.notes, history.changes, history.stopped, history.reading], [[], [], "completed", ""]);
    assert.equal((await page.kept.openKept(id, "cpu")).history?.epochs.length ?? null, left);
    assert.equal((await listed(page)).length, 1);
  }
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

test("the head of a network's file: what is not finite is null, and a damaged one is a sentence", async () => {
  const { page, id } = await withRun();
  const { headerOf, recordsOf } = await store("tabfit-header");
  const blob = (bytes) => ({ slice: (from, to) => ({ arrayBuffer: async () => Uint8Array.from(bytes.slice(from, to)).buffer, text: async () => Buffer.from(bytes.slice(from, to)).toString() }) });
  const file = (about) => {
    const head = Buffer.from(JSON.stringify({ __metadata__: { tabfit: JSON.stringify(about) } }));
    return blob(Buffer.concat([Buffer.from(BigUint64Array.of(BigInt(head.length)).buffer), head]));
  };
  const about = { model: { imageSize: 32 }, classNames: ["a"] };
  assert.deepEqual(await headerOf(file(about)), { ...about, place: null, history: null, manifest: null });
  assert.deepEqual(recordsOf(await headerOf(file(about))), []);
  const history = { epochs: [[1, { loss: "NaN", accuracy: 0.5 }]], notes: [], reading: "" };
  assert.deepEqual(recordsOf(await headerOf(file({ ...about, history, place: { epoch: 2, config: { epochs: 3 } }, manifest: {} }))), [{ epoch: 1, loss: null, accuracy: 0.5 }]);
  for (const more of [{ model: null }, { model: {} }, { classNames: "a" }, { classNames: [1] }, { place: { epoch: 1 } }, { place: { epoch: "1", config: { epochs: 2 } } }, { history: { epochs: {} } }, { history: { epochs: [[1]] } }]) {
    await assert.rejects(headerOf(file({ ...about, ...more })), { name: "ModelFileError", message: "This network is damaged: its beginning does not say what it is." }, JSON.stringify(more));
  }
  await assert.rejects(headerOf(blob([1, 2])), { name: "ModelFileError" });
  assert.equal((await page.list.readRun(id)).history.epochs.length, 5);
});
