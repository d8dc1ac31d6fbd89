/** Every parser of the page that is JavaScript: what a whole file of it is, how one is changed, and what it may answer. */

import assert from "node:assert/strict";
import { zipSync } from "fflate";
import { packed } from "../fixtures.mjs";
import { kerasFiles } from "../keras-run.mjs";
import { ABOUT, history, tabfitFile } from "../faults/made-up.js";
import { anyhow, archive, behind, described, headed, json, jsonFile, link, message, record, records, text } from "./changes.mjs";

const bytes = (...texts) => texts.map((one) => Buffer.from(one));
const textOf = (file) => Buffer.from(file).toString("utf8");
/** What no sentence for a person holds. */
const RAW = /undefined|\[object|Maximum call stack|Cannot |is not (a|iterable|defined)|Unexpected token|in JSON at|Invalid (array|string)|of null/;

/** What a person would read. @param {string[]} sentences */
function sentences(all) {
  for (const sentence of all) {
    assert.doesNotMatch(sentence, RAW);
    assert.match(sentence, /\.$/);
  }
}

/** Only an error of these names may be thrown, with a sentence. @param {() => unknown} work @param {string[]} names */
async function refusing(work, names) {
  try {
    return await work();
  } catch (error) {
    assert.ok(names.includes(error.name), `${error.stack}`);
    assert.doesNotMatch(error.message, /Maximum call stack/);
    return null;
  }
}

/** Runs as they are listed, kept and drawn. */
async function usable(runs) {
  const { lineOf } = await import("../../../www/js/shared/run-line.js");
  for (const { about, history } of runs) {
    JSON.stringify({ about, history });
    lineOf("1", about, true);
    let before = 0;
    for (const { epoch, ...numbers } of history?.epochs ?? []) {
      assert.ok(Number.isSafeInteger(epoch) && epoch > 0, `epoch ${epoch}`);
      if (about.imported.from !== "tabfit") assert.ok(epoch > before);
      before = epoch;
      for (const number of Object.values(numbers)) assert.ok(number === null || Number.isFinite(number), `${number}`);
    }
  }
}

/** @param {string} name of the file that a person picked */
const picked = (name) => async (file) => {
  const { readRuns } = await import("../../../www/js/page/runs/files/read.js");
  const { runs, troubles } = await readRuns([{ path: name, chosen: true, open: async () => new File([file], name, { lastModified: 1 }) }]);
  assert.ok(runs.length + troubles.length > 0, "neither a run nor a sentence");
  sentences(troubles);
  await usable(runs);
};

const keras = kerasFiles();
const logs = Object.entries(keras).filter(([path]) => /tfevents/.test(path)).map(([, bytes]) => Buffer.from(bytes));
const RUN = {
  format: "tabfit-run", version: 1, history: history(3),
  about: { ...ABOUT, date: 1, last: null, scores: { test: { accuracy: 0.5 } }, run: { pictures: { training: 5 }, model: { layers: [{ type: "Dense" }] }, compile: { optimizer: { type: "Adam" } }, fit: { batchSize: 4 } } },
};
const MANIFEST = { format: 1, ...RUN.about, epoch: 3, ended: true, files: [{ name: "file-1", path: "log.csv", size: 3 }] };
const KEPT = { id: "1", name: "a", date: 1, classNames: ["a"], imageSize: 32, epoch: 1, epochs: 1, ended: true, accuracy: { part: "test", value: 0.5 }, size: 5, weights: true, imported: false };
const LINE = { id: "1", name: "a", date: 1, note: "", network: "small", epoch: 1, epochs: 1, ended: true, imported: null };
const ENTRY = { kept: KEPT, line: LINE, files: MANIFEST.files };
const ANSWERS = { part: "test", classNames: ["a", "b"], pictures: Uint32Array.of(0), labels: Uint32Array.of(0), probabilities: Float32Array.of(0.5, 0.5), temperature: null, unlike: null, groups: undefined };

/** The storage in memory, and a file of it. */
async function stored(name, content) {
  const folder = await navigator.storage.getDirectory();
  const handle = await (await folder.getFileHandle(name, { create: true })).createSyncAccessHandle();
  handle.truncate(0);
  handle.write(content, { at: 0 });
  handle.close();
}

/** A folder of a run with these files. @param {Record<string, Uint8Array>} files */
function folderOf(files) {
  const known = new Map(Object.entries(files));
  return {
    getFileHandle: async (name) => (known.has(name) ? { getFile: async () => new File([known.get(name)], name, { lastModified: 1 }) } : Promise.reject(new DOMException("no such file", "NotFoundError"))),
    keys: () => [...known.keys()].values(),
  };
}

const slot = (note, checkpoint = tabfitFile(2)) => {
  const text = Buffer.from(note);
  return Buffer.concat([Buffer.from(Uint32Array.of(0x74616266, text.length).buffer), text, checkpoint]);
};
const NOTE = { date: 1, device: "cpu", threads: 1, files: MANIFEST.files, generation: 1, bytes: tabfitFile(2).length, digest: "0" };

/**
 * @typedef {object} Format
 * @property {() => Buffer[]} seeds whole files
 * @property {((bytes: Buffer, random: () => number) => Buffer)[]} changes
 * @property {(file: Buffer) => Promise<void>} read fails where the parser does what it may not
 * @property {true} [memory] it reads the browser's storage, of which there is one in memory
 */

/** @type {Record<string, Format>} */
export const FORMATS = {
  "logs of CSVLogger": { seeds: () => [Buffer.from(keras["training.csv"]), Buffer.from(keras["training-semicolon.csv"]), ...bytes('epoch\tacc\t"f1; ""all"""\n0\t0,5\t"[1, 2]"\n')], changes: [text, text, anyhow], read: picked("a.csv") },
  "event files": { seeds: () => logs, changes: [records, records, records, anyhow], read: picked("events.out.tfevents.1") },
  "messages of event files": {
    seeds: () => logs.flatMap((log) => [log.subarray(12, 12 + Number(log.readBigUInt64LE(0))), log.subarray(16 + Number(log.readBigUInt64LE(0)) + 12)].map(Buffer.from)).concat([Buffer.from([16, 5, 42, 0])]),
    changes: [message, message, message, anyhow],
    read: (bytes) => picked("events.out.tfevents.1")(record(bytes)),
  },
  "archives of logs": {
    seeds: () => [packed({ "a.csv": keras["training.csv"], "logs/train/events.out.tfevents.1": logs[0] }), Buffer.from(zipSync({ "a.csv": keras["training.csv"], "folder/run.json": Buffer.from(JSON.stringify(RUN)) }))],
    changes: [archive, archive, anyhow],
    read: picked("a.zip"),
  },
  "run files": { seeds: () => bytes(JSON.stringify(RUN), JSON.stringify({ ...RUN, history: null })), changes: [jsonFile, jsonFile, jsonFile, anyhow], read: picked("a.tabfit-run.json") },
  "tables of decisions": {
    seeds: () => bytes('\uFEFFfile,content,decision,class\r\na.png,0a1b,exclude,\r\n"b, ""x"".png",00e1,relabel,"\'=a"\r\n', "sep=;\nfile;content;decision;class\na.png;;relabel;b\n"),
    changes: [text, text, anyhow],
    async read(file) {
      const { readCsv, writeCsv } = await import("../../../www/js/page/care/csv.js");
      const table = readCsv(textOf(file));
      if (!table) return;
      const again = readCsv(writeCsv(table.lines.map(({ path, content, label }) => ({ path, content, given: "", label }))));
      assert.deepEqual(again.lines.map(({ path, label }) => [path, label]), table.lines.map(({ path, label }) => [path, label]));
    },
  },
  "packed text of links": {
    seeds: () => bytes('[{ "type": "Dense" }]', ".q1YqVrJSUNJRKi1KVbIy0FFKLwYSBgA"),
    changes: [link, link, anyhow],
    async read(file) {
      const { unpack } = await import("../../../www/js/page/link/packed.js");
      const text = await unpack(textOf(file));
      assert.ok(text === null || text.length <= Math.max(400_000, file.length));
    },
  },
  "weights of classes in links": {
    seeds: () => bytes('{"a": 1, "b": 0.5}', "{}"),
    changes: [jsonFile, text, anyhow],
    async read(file) {
      const { readWeights } = await import("../../../www/js/page/link/weights-text.js");
      for (const weight of readWeights(textOf(file))?.values() ?? []) assert.equal(typeof weight, "number");
    },
  },
  "layers as text": {
    seeds: () => bytes('[\n  { "type": "Conv2D", "filters": 8, "kernelSize": [3, 3] },\n  { "type": "Add", "branches": [[{ "type": "ReLU" }], []] }\n]'),
    changes: [jsonFile, jsonFile, text, anyhow],
    async read(file) {
      const { parseLayers } = await import("../../../www/js/page/network/layers-text.js");
      await refusing(() => assert.ok(Array.isArray(parseLayers(textOf(file)))), ["ConfigError"]);
    },
  },
  "heads of .tabfit files": {
    seeds: () => [tabfitFile(3), tabfitFile(2, true)].map((file) => Buffer.from(file)),
    changes: [headed(8, described), headed(8, described), anyhow],
    async read(file) {
      const { headerOf, recordsOf } = await import("../../../www/js/worker/storage/tabfit-header.js");
      const header = await refusing(() => headerOf(new Blob([file])), ["ModelFileError"]);
      if (header) for (const { epoch } of recordsOf(header)) assert.ok(Number.isSafeInteger(epoch));
    },
  },
  "manifests of runs": {
    seeds: () => bytes(JSON.stringify(MANIFEST), JSON.stringify({ ...MANIFEST, run: null, last: { epoch: 3, loss: 1 } })),
    changes: [jsonFile, jsonFile, anyhow],
    async read(file) {
      const { readManifest } = await import("../../../www/js/worker/storage/manifest.js");
      const { lineOf } = await import("../../../www/js/shared/run-line.js");
      const { sizesOf, waste } = await import("../../../www/js/worker/storage/run-folder.js");
      for (const beside of [{ "weights.tabfit": tabfitFile(3, true) }, { "history.json": Buffer.from(JSON.stringify(history(2))) }, {}]) {
        const folder = folderOf({ "manifest.json": file, ...beside });
        const manifest = await readManifest(folder);
        if (manifest) lineOf("1", manifest, manifest.ended);
        if (manifest) JSON.stringify(manifest);
        if (!manifest) assert.equal(Object.keys(beside).length, 0, "what else there is says what it is");
        await Promise.all([sizesOf(folder), waste(folder)]);
      }
    },
  },
  "curves of runs": {
    seeds: () => bytes(JSON.stringify(history(3)), JSON.stringify({ ...history(2), notes: ["a"], changes: [{ epoch: 1, step: 0, what: "learningRate", layer: null, from: 1, to: 0.5 }] })),
    changes: [jsonFile, jsonFile, anyhow],
    async read(file) {
      const { historyOf } = await import("../../../www/js/shared/run-about.js");
      const { readManifest } = await import("../../../www/js/worker/storage/manifest.js");
      const { jsonOf } = await import("../../../www/js/worker/storage/opfs.js");
      const known = historyOf(await jsonOf(new File([file], "history.json")));
      if (known) await usable([{ about: { ...RUN.about, imported: { from: "tabfit" } }, history: known }]);
      assert.ok(await readManifest(folderOf({ "manifest.json": Buffer.from("{"), "history.json": file })));
    },
  },
  "beginnings of safetensors files": {
    seeds: () => [Buffer.from(tabfitFile(3)), Buffer.from('\x02\0\0\0\0\0\0\0{}')],
    changes: [headed(8), headed(8), anyhow],
    async read(file) {
      const { isDescribed } = await import("../../../www/js/worker/make-network.js");
      assert.equal(typeof isDescribed(new Uint8Array(file)), "boolean");
    },
  },
  "checkpoints and their notes": {
    seeds: () => [Buffer.from(JSON.stringify(NOTE)), Buffer.from(JSON.stringify({ ...NOTE, files: [] }))],
    changes: [jsonFile, jsonFile, anyhow],
    async read(file) {
      const { Slots, isSound } = await import("../../../www/js/worker/storage/slots.js");
      const { readManifest } = await import("../../../www/js/worker/storage/manifest.js");
      const sound = slot(JSON.stringify({ ...NOTE, generation: 0 }));
      const folder = folderOf({ "slot-a": slot(file), "slot-b": sound, "manifest.json": Buffer.from("{") });
      const found = await new Slots(folder).intact();
      assert.ok(found.length >= 1, "the other one is there");
      for (const { note } of found) note.files.map(({ name }) => name);
      for (const one of found) await isSound(one);
      assert.ok(await readManifest(folder));
    },
  },
  "slots": {
    seeds: () => [slot(JSON.stringify(NOTE))],
    changes: [behind(4, headed(4)), behind(4, headed(4)), anyhow],
    async read(file) {
      const { Slots } = await import("../../../www/js/worker/storage/slots.js");
      for (const { note } of await new Slots(folderOf({ "slot-a": file })).intact()) note.files.map(({ name }) => name);
    },
  },
  "lists of runs": {
    memory: true,
    seeds: () => bytes(JSON.stringify({ format: 1, entries: [ENTRY, { ...ENTRY, kept: { ...KEPT, id: "2" }, line: { ...LINE, id: "2" } }] })),
    changes: [jsonFile, jsonFile, anyhow],
    async read(file) {
      const { readListing } = await import("../../../www/js/worker/storage/listing.js");
      await stored("listing.json", file);
      for (const [id, { kept, line, files }] of await readListing()) {
        assert.ok(kept.id === id && line.id === id);
        files.map(({ name }) => name);
        kept.classNames.map((name) => name.trim());
        JSON.stringify([kept, line]);
      }
    },
  },
  "notes": {
    memory: true,
    seeds: () => bytes('{"format": 1, "records": [{"content": "a", "path": "b", "given": "c", "label": null}]}', '{"by": "name", "pattern": "a"}', '{"format": 1, "done": [1]}', '[["part", 3], ["other", 1]]'),
    changes: [jsonFile, jsonFile, anyhow],
    async read(file) {
      const { countDecisions, keptFolds, keptGrouping } = await import("../../../www/js/worker/decisions.js");
      const { timesOpened } = await import("../../../www/js/worker/storage/opened.js");
      for (const name of ["decisions", "grouping", "folds", "opened"]) await stored(`${name}.json`, file);
      assert.ok(Number.isSafeInteger(await countDecisions()));
      await keptFolds();
      await keptGrouping();
      assert.ok(Number.isSafeInteger(await timesOpened("part", 1)));
    },
  },
  "answers": {
    seeds() {
      const head = Buffer.from(JSON.stringify({ pictures: "0".repeat(32), classNames: ["a", "b"] }));
      return [Buffer.concat([Buffer.from(Uint32Array.of(head.length).buffer), head, Buffer.from([0, 1, 2, 3])])];
    },
    memory: true,
    changes: [headed(4), headed(4), anyhow],
    async read(file) {
      const { readAnswers } = await import("../../../www/js/worker/study/read-answers.js");
      const { takeRead } = await import("../../../www/js/worker/care.js");
      takeRead({ pictures: { contents: ["x"], labels: Uint32Array.of(0), parts: Uint8Array.of(0), paths: ["x"] }, free() {} }, {});
      const read = await readAnswers({ answers: async () => Uint8Array.from(file) }, ANSWERS);
      if (typeof read !== "string") for (const probability of read) assert.ok(probability >= 0 && probability <= 1, `${[...read]}`);
    },
  },
};

export { json };
