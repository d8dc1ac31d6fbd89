/** The readers of logs and run files, without a browser: real logs of Keras, and files that are damaged, cut off or hostile. */

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { zipSync } from "fflate";
import { ROOT } from "./chromium.mjs";
import { generator, packed } from "./fixtures.mjs";
import { KERAS_HISTORY, KERAS_METRICS, kerasFiles } from "./keras-run.mjs";

const modules = join(ROOT, "www/js/page/runs");
const { readRuns } = await import(join(modules, "files/read.js"));
const { writeRun } = await import(join(modules, "files/run-file.js"));
const { crc32c, maskedCrc } = await import(join(modules, "files/crc32c.js"));
const { smooth } = await import(join(modules, "smooth.js"));

/** Reads files as if a person had picked them one by one, or with `chosen` false, their folder. */
function read(files, chosen = true) {
  const picked = Object.entries(files).map(([path, bytes]) => ({ path, chosen, open: async () => new File([bytes], path, { lastModified: 1e12 }) }));
  return readRuns(picked);
}

/** The one sentence on files that give no run. */
async function refusal(files, chosen) {
  const { runs, troubles } = await read(files, chosen);
  assert.equal(runs.length, 0);
  assert.equal(troubles.length, 1, troubles.join("\n"));
  return troubles[0];
}

function assertKeras({ history }, names = KERAS_METRICS) {
  assert.deepEqual(history.epochs.map(({ epoch }) => epoch), KERAS_HISTORY.epoch.map((epoch) => epoch + 1));
  for (const name of names) assert.deepEqual(history.epochs.map((record) => record[name]), KERAS_HISTORY[name], name);
}

const csv = (name = "training.csv") => String(kerasFiles()[name]);
const events = kerasFiles("logs");
const [TRAIN, VALIDATION] = Object.keys(events).sort();

/** A record of a TFRecord file. */
function record(message, length = message.length) {
  const head = Buffer.alloc(12);
  head.writeBigUInt64LE(BigInt(length));
  head.writeUInt32LE(maskedCrc(head.subarray(0, 8)), 8);
  const foot = Buffer.alloc(4);
  foot.writeUInt32LE(maskedCrc(message));
  return Buffer.concat([head, message, foot]);
}

/** A field of a message that holds bytes. */
const field = (number, bytes) => Buffer.concat([Buffer.from([number * 8 + 2, bytes.length]), Buffer.from(bytes)]);

/** An event with one number, as TensorFlow 1 and PyTorch write it. */
function event(step, tag, value) {
  const number = Buffer.alloc(5, 2 * 8 + 5);
  number.writeFloatLE(value, 1);
  return record(Buffer.concat([Buffer.from([2 * 8, step]), field(5, field(1, Buffer.concat([field(1, tag), number])))]));
}

test("the checksum is CRC-32C", () => {
  assert.equal(crc32c(Buffer.from("123456789")), 0xe3069283); // the check value of the catalogue of CRCs
});

test("Keras's CSV log shows the numbers that Keras printed, with any separator and line end", async () => {
  for (const text of [csv(), csv("training-semicolon.csv"), `\uFEFF${csv().replaceAll(",", "\t").replaceAll("\n", "\r\n")}`, csv().replaceAll(",", "|")]) {
    const { runs, troubles } = await read({ "a.csv": text });
    assert.deepEqual(troubles, []);
    assertKeras(runs[0], [...KERAS_METRICS, "learning_rate"]);
    const { name, best, rate, epochs, imported, date } = runs[0].about;
    assert.deepEqual([name, best, rate, epochs, imported, date], ["a", 0.5, KERAS_HISTORY.learning_rate[0], 6, { from: "csv", file: "a.csv" }, 1e12]);
  }
});

test("of a CSV log, gaps, old names, quotes, decimal commas and epochs from 1 are understood", async () => {
  const epochs = async (text) => (await read({ "a.csv": text })).runs[0].history.epochs;
  assert.deepEqual(await epochs("epoch,acc,val_acc\n0,0.5,NA\n1,nan,0.25\n2,,inf\n"),
    [{ epoch: 1, accuracy: 0.5, val_accuracy: null }, { epoch: 2, accuracy: null, val_accuracy: 0.25 }, { epoch: 3, accuracy: null, val_accuracy: null }]);
  assert.deepEqual(await epochs("epoch;loss;\"f1; \"\"all\"\"\"\n4;0,5;\"[1, 2]\"\n"), [{ epoch: 5, loss: 0.5, 'f1; "all"': null }]);
  assert.deepEqual((await epochs("loss,epoch\n0.5,1\n0.25,2\n")).map(({ epoch }) => epoch), [1, 2]);
  const again = await read({ "a.csv": "epoch,loss\n0,3\n1,2\n0,1\n1,0\n" });
  assert.deepEqual(again.runs[0].history.epochs.map(({ epoch, loss }) => [epoch, loss]), [[1, 3], [2, 2], [3, 1], [4, 0]]);
  assert.deepEqual(again.troubles, ["The epochs of “a.csv” begin anew after epoch 2; they are counted on."]);
  const cut = await read({ "a.csv": "epoch,loss,accuracy\n0,3,0.1\n1,2" });
  assert.equal(cut.runs[0].history.epochs.length, 1);
  assert.deepEqual(cut.troubles, ["The last line of “a.csv” is not whole; the lines before it are shown."]);
});

test("training's and validation's event files become one run, from a folder, loose and from an archive", async () => {
  const loose = Object.fromEntries(Object.entries(events).map(([path, bytes]) => [path.split("/").at(-1), bytes]));
  const ways = { folder: [events, false], loose: [loose, true], zip: [{ "a.zip": packed(events) }, true], deflated: [{ "a.zip": zipSync(events) }, true] };
  for (const [way, [files, chosen]] of Object.entries(ways)) {
    const { runs, troubles } = await read(files, chosen);
    assert.deepEqual([runs.length, troubles], [1, []], way);
    assertKeras(runs[0]);
    assert.equal(runs[0].history.epochs[0].learning_rate, KERAS_HISTORY.learning_rate[0]);
    assert.ok(Math.abs(runs[0].about.date - 1795922050_000) < 60_000, "the time of its last event");
  }
  const { runs } = await read({ ...events, ...Object.fromEntries(Object.entries(events).map(([path, bytes]) => [`other/${path}`, bytes])) }, false);
  assert.deepEqual(runs.map(({ about }) => about.name), ["logs", "other/logs"]);
});

test("plain numbers of TensorFlow 1 and PyTorch are read too, and steps that are no epochs are said to be", async () => {
  const { runs, troubles } = await read(kerasFiles("logs-of-tensorflow-1"), false);
  assert.deepEqual(runs[0].history.epochs.map(({ accuracy, val_loss }) => [accuracy, val_loss]), [0, 1, 2].map((i) => [KERAS_HISTORY.accuracy[i], KERAS_HISTORY.val_loss[i]]));
  assert.deepEqual(troubles, ["“logs-of-tensorflow-1” has no curves over epochs as Keras writes them; its steps are shown as epochs."]);
  const torch = await read({ "run/events.out.tfevents.1.a": Buffer.concat([event(5, "Loss/train", 2), event(5, "Loss/val", NaN), event(9, "f1", 0.5)]) }, false);
  assert.deepEqual(torch.runs[0].history.epochs, [{ epoch: 5, loss: 2, val_loss: null }, { epoch: 9, f1: 0.5 }]);
});

test("an event file that breaks off anywhere, or has any byte changed, gives a sentence or what comes before", async () => {
  const whole = events[TRAIN];
  const random = generator(1);
  for (let i = 0; i < 300; i++) {
    const bytes = Buffer.from(whole.subarray(0, i % 2 ? whole.length : Math.floor(random() * whole.length)));
    if (i % 2) bytes[Math.floor(random() * whole.length)] ^= 1 + Math.floor(random() * 255);
    const { runs, troubles } = await read({ [TRAIN]: bytes }, false);
    assert.ok(runs.length + troubles.length > 0);
    for (const trouble of troubles) assert.match(trouble, /^“logs(\/train\/events[^”]*)?” .*\.$/);
    for (const { epoch, loss } of runs[0]?.history.epochs ?? []) assert.ok(loss === undefined || loss === KERAS_HISTORY.loss[epoch - 1]);
  }
  const { runs, troubles } = await read({ [TRAIN]: whole.subarray(0, 700) }, false);
  assert.ok(runs[0].history.epochs.length > 0);
  assert.match(troubles[0], /could be read only in part \(it breaks off within a record\); what comes before is shown\.$/);
});

test("a record may not claim more than there is, and a large one is passed over unread", async () => {
  const huge = record(Buffer.alloc(8), 2 ** 52);
  assert.match(await refusal({ "events.out.tfevents.1": huge }), /^“events\.out\.tfevents\.1” is no event file of TensorBoard, or it is damaged at its beginning\.$/);
  const picture = record(Buffer.alloc(2 ** 20 + 1));
  const { runs } = await read({ "a/events.out.tfevents.1": Buffer.concat([picture, event(0, "epoch_loss", 0.5)]) }, false);
  assert.deepEqual(runs[0].history.epochs, [{ epoch: 1, loss: 0.5 }]);
  for (const message of [[8 * 5 + 2, 200], [255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1], [2 * 8, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1], [7]]) {
    assert.match(await refusal({ "events.out.tfevents.1": record(Buffer.from(message)) }), /is no event file of TensorBoard, or it is damaged/);
  }
  const many = Buffer.concat(Array.from({ length: 501 }, (_, i) => event(0, `tag${i}`, 1)));
  assert.match((await read({ "a/events.out.tfevents.1": many }, false)).troubles.join(), /could be read only in part \(it holds too many numbers\)/);
});

test("what is no log is refused by its name; in a folder it is passed over", async () => {
  const others = { "a.png": "\x89PNG\r\n\x1a\n\0", "notes.json": "{\"epoch\": 1}", "a.txt": "hello", "weights.csv": "name,shape\na,b\n" };
  assert.match(await refusal({ "a.png": others["a.png"] }), /^“a\.png” is no run of this page, no log of Keras's CSVLogger, no event file of TensorBoard and no zip archive of these\.$/);
  assert.match(await refusal({ "notes.json": others["notes.json"] }), /^“notes\.json” is JSON, but no run of this page/);
  assert.match(await refusal({ "weights.csv": others["weights.csv"] }), /^“weights\.csv” is no log of Keras's CSVLogger: its first line has no column “epoch”\.$/);
  assert.match(await refusal({ "a.csv": "" }), /^“a\.csv” is empty\.$/);
  assert.match(await refusal({ "a.csv": "epoch,loss\n" }), /^“a\.csv” holds no epoch\.$/);
  assert.match(await refusal({ "a.csv": "epoch,loss\n0,1\nx,2\n1,3\n" }), /^Line 3 of “a\.csv” is no line of an epoch\.$/);
  assert.match(await refusal({ "a.csv": `epoch,loss\n${"0,1\n".repeat(20_001)}` }), /^“a\.csv” has more than 20000 epochs/);
  assert.match(await refusal(others, false), /^Among the files there is no run of this page/);
  const { runs, troubles } = await read({ ...others, "a.csv": csv() }, false);
  assert.deepEqual([runs.length, troubles], [1, []]);
  assert.match(await refusal({ "large.csv": `epoch,loss\n${" ".repeat(2 ** 25)}` }), /^“large\.csv” is too large for a log\.$/);
});

test("an archive that is damaged, locked or larger than it says is refused", async () => {
  const zip = packed({ "a.csv": csv() });
  assert.match(await refusal({ "a.zip": zip.subarray(0, zip.length - 30) }), /^“a\.zip” is no zip archive, or its end is missing\.$/);
  assert.match(await refusal({ "a.zip": "no" }), /^“a\.zip” is no zip archive/);
  assert.match(await refusal({ "a.zip": packed({ "a.csv": csv() }, "/", 1) }), /^“a\.zip\/a\.csv” is locked by a password; unpack it first\.$/);
  assert.match(await refusal({ "a.zip": packed({ "a.png": "no log" }) }), /^Among the files there is no run/);
  const deflated = Buffer.from(zipSync({ "a.csv": Buffer.from(csv()) }));
  const claims = (size) => {
    const changed = Buffer.from(deflated);
    changed.writeUInt32LE(size, changed.indexOf("PK\x01\x02", "latin1") + 24);
    return changed;
  };
  for (const size of [10, 100_000]) assert.match(await refusal({ "a.zip": claims(size) }), /^“a\.zip\/a\.csv” is damaged in its archive\.$/);
  assert.match(await refusal({ "a.zip": claims(2 ** 31) }), /^“a\.zip\/a\.csv” is too large for a log: 64 MB are the most in an archive\.$/);
  const random = generator(2);
  for (let i = 0; i < 300; i++) {
    const bytes = Buffer.from(deflated);
    bytes[Math.floor(random() * bytes.length)] ^= 1 + Math.floor(random() * 255);
    const { runs, troubles } = await read({ "a.zip": bytes });
    assert.ok(runs.length + troubles.length > 0);
  }
});

test("a run comes back from its file, and what claims to be one is not trusted", async () => {
  const { runs: [log] } = await read({ "a.csv": csv() });
  const settings = { pictures: { hash: [1, 2], training: 18, validation: 6 }, model: { imageSize: 32, layers: [{ type: "Flatten" }] }, compile: { optimizer: { type: "adam" } }, fit: { batchSize: 8 } };
  const run = { about: { ...log.about, note: "a <b>note</b>", classNames: ["x"], imageSize: 32, device: "cpu", run: settings, scores: { test: { accuracy: 0.5 } } }, history: { ...log.history, stopped: "callback" } };
  const back = (await read({ "b.json": writeRun(run) })).runs[0];
  const { imported, ...about } = back.about;
  const { imported: _, ...before } = run.about;
  assert.deepEqual(about, before);
  assert.deepEqual(back.history, run.history);
  assert.deepEqual(imported, { from: "tabfit", file: "b.json" });

  const whole = JSON.parse(writeRun(run));
  const changed = (change) => JSON.stringify({ ...whole, ...change });
  assert.match(await refusal({ "b.json": writeRun(run).slice(0, -9) }), /^“b\.json” is damaged: it is no whole JSON text\.$/);
  assert.match(await refusal({ "b.json": changed({ version: 2 }) }), /^“b\.json” was written by a newer version of this page/);
  for (const epochs of [5, [{}], [{ epoch: 1, loss: "<b>" }], [{ epoch: -1 }], [{ epoch: 1.5 }], [null], Array(20_001).fill({ epoch: 1 })]) {
    assert.match(await refusal({ "b.json": changed({ history: { ...whole.history, epochs } }) }), /^“b\.json” is damaged: its curves are not those of a run\.$/);
  }
  assert.match(await refusal({ "b.json": changed({}).replace('"epoch":1', '"epoch":1e999') }), /is damaged/);
  const odd = { name: 7, note: {}, date: "x", classNames: [1, "a".repeat(1000)], imageSize: -1, device: "toaster", scores: { test: { accuracy: "1" } }, run: { fit: 5 }, last: 3 };
  const { about: read1 } = (await read({ "b.json": changed({ about: odd }) })).runs[0];
  assert.deepEqual([read1.name, read1.note, read1.imageSize, read1.device, read1.scores, read1.run, read1.epoch], ["b.json", "", 0, null, {}, null, 6]);
  assert.deepEqual(read1.classNames.map((name) => name.length), [0, 500]);
});

test("smoothing is TensorBoard's", () => {
  const close = (points, expected) => points.forEach(([, value], i) => assert.ok(Math.abs(value - expected[i]) < 1e-12, `${value}, ${expected[i]}`));
  close(smooth([[1, 1], [2, 0.5]], 0.6), [1, 0.6875]); // these are in its own tests
  close(smooth([[1, 0], [2, 0.5]], 0.6), [0, 0.3125]);
  const points = [1, 0.5, 0, 0.75].map((value, i) => [i + 1, value]);
  const weight = 0.6;
  const expected = points.map((_, t) => points.slice(0, t + 1).reduce((sum, [, value], i) => sum + (1 - weight) * weight ** (t - i) * value, 0) / (1 - weight ** (t + 1)));
  assert.deepEqual(smooth(points, weight).map(([epoch]) => epoch), [1, 2, 3, 4]);
  close(smooth(points, weight), expected);
  assert.deepEqual(smooth(points, 0), points);
  assert.deepEqual(smooth([[1, 0.1], [2, 0.1]], 0.9), [[1, 0.1], [2, 0.1]], "a constant curve stays as it is");
});
