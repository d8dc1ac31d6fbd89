/**
 * What the page reads of text that a person or a stranger has written, without a browser: tables, links, layers and run files. Logs
 * are in `logs`, and what thousands of damaged ones do is in `fuzz`.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateRawSync } from "node:zlib";
import { readCsv, writeCsv } from "../../www/js/page/care/csv.js";
import { pack, unpack } from "../../www/js/page/link/packed.js";
import { readWeights } from "../../www/js/page/link/weights-text.js";
import { formatLayers, parseLayers } from "../../www/js/page/network/layers-text.js";
import { runsOf } from "../../www/js/page/runs/files/event-runs.js";
import { readRuns } from "../../www/js/page/runs/files/read.js";
import { readRun, writeRun } from "../../www/js/page/runs/files/run-file.js";
import { csvOf, textOf } from "../../www/js/page/tools/csv.js";
import { packed } from "./fixtures.mjs";

const decisions = [
  { path: "a/1.png", content: "0a1b", given: "a", label: null },
  { path: 'b/"x", y;\nz.png', content: "00e1", given: "b", label: "=cmd|' /C calc'!A0" },
  { path: "-1", content: "", given: "a", label: " '=twice " },
];
const lines = [
  { path: "a/1.png", content: "0a1b", decision: "exclude", label: null },
  { path: 'b/"x", y;\nz.png', content: "00e1", decision: "relabel", label: "=cmd|' /C calc'!A0" },
  { path: "-1", content: "", decision: "relabel", label: " '=twice " },
];

test("a table of decisions comes back as it was written, also through a spreadsheet", () => {
  const text = writeCsv(decisions);
  assert.deepEqual(readCsv(text), { lines, unread: [] });
  assert.ok(text.includes("'=cmd"), "a spreadsheet computes nothing of it");
  for (const mark of [";", "\t"]) {
    const rows = [["file", "content", "decision", "class"], ["a.png", "x", "relabel", "a, b"], ["", "", "", ""], ["b.png", "y", " EXCLUDE ", ""]];
    const spread = `sep=${mark}\r\n${rows.map((row) => row.join(mark)).join("\r")}`;
    assert.deepEqual(readCsv(spread), { lines: [{ path: "a.png", content: "x", decision: "relabel", label: "a, b" }, { path: "b.png", content: "y", decision: "exclude", label: null }], unread: [] });
  }
});

test("what is no table of decisions is none, and lines that say nothing are named", () => {
  for (const text of ["", "\n", "a,b,c,d\n1,2,3,4", "file,content,class\n", "decision;content;class\n", '"file']) assert.equal(readCsv(text), null, JSON.stringify(text));
  const { lines, unread } = readCsv('decision,file,class,content\nrelabel,a.png,,\nkeep,b.png,x,\nexclude\nexclude,"c.png');
  assert.deepEqual(unread, [2, 3]);
  assert.deepEqual(lines.map(({ path }) => path), ["", "c.png"]);
});

test("a field of a table is text for every spreadsheet, and comes back", () => {
  for (const [text, written] of [["plain", "plain"], ["-1.5e-3", "-1.5e-3"], ["-1a", "\"'-1a\""], [" x", '" x"'], ['"', '""""'], ["a;b", '"a;b"'], ["'=x", "\"''=x\""], ["@", "\"'@\""]]) {
    assert.equal(csvOf([[text]]), `${written}\r\n`);
    const [, field] = /^"?(.*?)"?\r\n$/s.exec(csvOf([[text]]));
    assert.equal(textOf(field.replaceAll('""', '"')), text);
  }
});

test("text goes into a link and comes back, shorter where that is possible; more than there is room for does not", async () => {
  for (const text of ["", "a", ".", "x".repeat(5000), "ü €😀", "[1, 2]".repeat(99)]) {
    const value = await pack(text);
    assert.ok(text.startsWith(".") || value.length <= encodeURIComponent(text).length);
    if (!text.startsWith(".")) assert.equal(await unpack(value), text);
  }
  const letters = (bytes) => `.${Buffer.from(bytes).toString("base64url")}`;
  assert.equal(await unpack(letters(deflateRawSync("x".repeat(400_000)))).then(({ length }) => length), 400_000);
  assert.equal(await unpack(letters(deflateRawSync("x".repeat(400_001)))), null);
  assert.equal(await unpack(letters(deflateRawSync(Buffer.alloc(2 ** 26)))), null, "a small text that fills the memory");
  for (const damaged of [".", ".!", ".AAAA", letters(deflateRawSync(Buffer.from([0xff, 0xfe]))), letters(deflateRawSync("abc").subarray(0, 3))]) assert.equal(await unpack(damaged), null, damaged);
});

test("weights of classes in a link are numbers by class, or none at all", () => {
  assert.deepEqual([...readWeights(`{"a": 1, "__proto__": 2, "b c": 0.5}`)], [["a", 1], ["__proto__", 2], ["b c", 0.5]]);
  for (const text of ["", "{", "[]", "null", "3", `{"a": "1"}`, `{"a": null}`]) assert.equal(readWeights(text), null, text);
});

test("layers are text with one layer in a line, and come back", () => {
  const layers = [{ type: "Conv2D", filters: 8, kernelSize: [3, 3], name: null }, { type: "Add", branches: [[{ type: "ReLU" }], []], more: [[1], "a"] }];
  const text = formatLayers(layers);
  assert.equal(text.split("\n").length, 6);
  assert.deepEqual(parseLayers(text), [{ type: "Conv2D", filters: 8, kernelSize: [3, 3] }, layers[1]]);
  assert.throws(() => parseLayers("[1,"), { name: "ConfigError", message: /^The layers are not valid JSON: / });
  for (const other of ["{}", "null", "3"]) assert.throws(() => parseLayers(other), { name: "ConfigError", message: "The layers must be a JSON list: [ … ]." });
});

const epochs = [{ epoch: 1, loss: 0.5, val_accuracy: 0.25, learning_rate: 0.1 }, { epoch: 2, loss: null, val_accuracy: 0.75, learning_rate: 0.1 }];
const change = { epoch: 1, step: 3, what: "learningRate", layer: null, from: 0.1, to: 0.01 };

test("a run file comes back with all that is known, and only with what is as it should be", () => {
  const run = {
    pictures: { training: 5 }, model: { layers: [] }, compile: { optimizer: { type: "Adam" } }, fit: { batchSize: 4 },
  };
  const about = { name: "mine", note: "noted", date: 5, classNames: ["a"], imageSize: 32, epochs: 4, device: "cpu", browser: "x", groupedBy: "names", network: "small", scores: { test: { accuracy: 0.5 }, other: { accuracy: 1 }, validation: {} }, run };
  const history = { epochs, stopped: "aborted", reading: "read", notes: ["n", 3], changes: [change, { ...change, what: "dropout" }, { ...change, what: "dropout", layer: "d" }, { ...change, to: null }, null] };
  const read = readRun(writeRun({ about, history }), "a.json");
  assert.deepEqual(read.about, {
    name: "mine", note: "noted", date: 5, network: "small", groupedBy: "names", classNames: ["a"], imageSize: 32, epoch: 2, epochs: 4, device: "cpu", browser: "x",
    last: epochs[1], best: 0.75, rate: 0.1, scores: { test: { accuracy: 0.5 } }, run, imported: { from: "tabfit", file: "a.json" },
  });
  assert.deepEqual(read.history, { epochs, stopped: "aborted", reading: "read", notes: ["n", ""], changes: [change, { ...change, what: "dropout", layer: "d" }] });
  const bare = readRun(writeRun({ about: { device: "tpu", classNames: 3, run: {} }, history: null }), "b.json");
  assert.deepEqual([bare.about.name, bare.about.device, bare.about.classNames, bare.about.run, bare.history], ["b.json", null, [], null, null]);
});

test("a file that is no whole run is refused by its name", () => {
  const file = (more) => JSON.stringify({ format: "tabfit-run", version: 1, about: {}, history: { epochs }, ...more });
  assert.throws(() => readRun("{", "a"), { name: "FileError", message: "“a” is damaged: it is no whole JSON text." });
  for (const text of ["[]", "null", "{}"]) assert.throws(() => readRun(text, "a"), { name: "FileError", message: /is JSON, but no run of this page/ });
  assert.throws(() => readRun(file({ version: 2 }), "a"), { name: "FileError", message: /newer version of this page/ });
  for (const more of [{ about: null }, { about: [] }, { history: { epochs: 3 } }, { history: { epochs: [{ epoch: 0 }] } }, { history: { epochs: [{ epoch: 1, loss: "x" }] } }, { history: { epochs: Array(20_001).fill(epochs[0]) } }]) {
    assert.throws(() => readRun(file(more), "a"), { name: "FileError", message: "“a” is damaged: its curves are not those of a run." });
  }
  assert.deepEqual(readRun(file({ history: {} }), "a").history.epochs, []);
});

const picked = (path, bytes, chosen = true) => ({ path, chosen, open: async () => new Blob([bytes]) });

test("a run file is known by what it holds; what cannot be opened at all is said", async () => {
  const { runs } = await readRuns([picked("a.txt", writeRun({ about: { name: "one" }, history: { epochs } }), false)]);
  assert.equal(runs[0].about.name, "one");
  const failing = { path: "gone.csv", chosen: true, open: () => Promise.reject(new DOMException("A file was not found.", "NotFoundError")) };
  assert.deepEqual((await readRuns([failing])).troubles, ["“gone.csv” could not be read (A file was not found)."]);
  const odd = { path: "odd.csv", chosen: true, open: () => Promise.reject("no") };
  assert.deepEqual((await readRuns([odd])).troubles, ["“odd.csv” could not be read (no)."]);
  const { troubles } = await readRuns(Array.from({ length: 5001 }, () => picked("a.csv", "epoch,loss\n1,2\n")));
  assert.deepEqual(troubles, ["Only the first 5000 files were looked at; pick the folder of the logs alone."]);
});

test("an archive with too many files, or whose list breaks off, is refused by its name", async () => {
  const zip = packed({ "a.csv": "epoch,loss\n0,1\n", "folder/": "" });
  const changed = (change) => {
    const bytes = Buffer.from(zip);
    change(bytes, bytes.indexOf("PK\x05\x06", "latin1"), bytes.indexOf("PK\x01\x02", "latin1"));
    return bytes;
  };
  const refusal = async (bytes) => (await readRuns([picked("a.zip", bytes)])).troubles.join("\n");
  assert.equal((await readRuns([picked("a.zip", zip)])).runs.length, 1);
  assert.match(await refusal(changed((bytes, end) => bytes.writeUInt16LE(5001, end + 10))), /holds more than 5000 files/);
  assert.match(await refusal(changed((bytes, end) => bytes.writeUInt16LE(3, end + 10))), /its list of files breaks off/);
  assert.match(await refusal(changed((bytes, _, list) => bytes.writeUInt16LE(60_000, list + 28))), /its list of files breaks off/);
  assert.match(await refusal(changed((bytes, _, list) => bytes.writeUInt16LE(7, list + 10))), /packed in a way that this page does not know/);
});

const events = (path, curves, more = {}) => ({ path, events: { curves: new Map(Object.entries(curves).map(([tag, curve]) => [tag, new Map(curve)])), validated: false, date: 5, troubles: [], ...more } });

test("event files that were picked without their folders are of one run until another one of training comes", () => {
  const runs = runsOf([events("3", { epoch_loss: [[0, 3]] }), events("1", { epoch_loss: [[0, 1]] }), events("2", { epoch_loss: [[0, 2]] }, { validated: true }), events("4", { epoch_loss: [[0, 4]] }, { validated: true }), events("5", { epoch_loss: [[0, 5]] }, { validated: true })]);
  assert.deepEqual(runs.map(({ name, records }) => [name, records]), [
    ["1", [{ epoch: 1, loss: 1, val_loss: 2 }]], ["3", [{ epoch: 1, loss: 3, val_loss: 4 }]], ["5", [{ epoch: 1, val_loss: 5 }]],
  ]);
});

test("of an event file with too many steps the first are shown, and what Keras writes beside its epochs is passed over", () => {
  const [long] = runsOf([events("logs/run/a", { loss: Array.from({ length: 20_001 }, (_, i) => [i, 1]) })]);
  assert.deepEqual([long.name, long.records.length, long.troubles.at(-1)], ["logs/run", 20_000, "“logs/run” has 20001 steps; the first 20000 are shown."]);
  const [mixed] = runsOf([events("train/a", { epoch_loss: [[0, 1]], other: [[7, 1]] }), events("validation/b", { epoch_val_loss: [[0, Infinity]] })]);
  assert.deepEqual(mixed.records, [{ epoch: 1, loss: 1, val_loss: null }]);
});
