/** A visit of the page, as its trainer worker sees it, without a browser: the worker's own modules, and what stands in for the wasm. */

import init from "../../../www/tabfit.js";
import { keepAnswers, testPart } from "../../../www/js/worker/kept-answers.js";
import * as decisions from "../../../www/js/worker/decisions.js";
import * as kept from "../../../www/js/worker/kept.js";
import * as list from "../../../www/js/worker/run-list.js";
import * as network from "../../../www/js/worker/make-network.js";
import * as runs from "../../../www/js/worker/runs.js";
import { readAnswers } from "../../../www/js/worker/study/read-answers.js";
import { takeRead } from "../../../www/js/worker/care.js";
import { autosave, state, storageSearch, tasks } from "../../../www/js/worker/state.js";
import { StoredRun } from "../../../www/js/worker/storage/stored-run.js";
import { folder } from "./made-up.js";
import { alive, orders, Sequential } from "./cpu/tabfit.js";

/** What the page is sent. @type {any[]} */
export const sent = [];
globalThis.postMessage = ({ event }) => void sent.push(event);

await init({ device: "cpu", module: {} });

/** Pictures of three classes, the last of them of the test part. @param {object} [more] */
export function pictures({ classNames = ["disc", "frame", "stripes"], parts = ["training", "validation"], contents = "abcdef", features = [] } = {}) {
  const dataset = { ...folder({ classNames, contents, features, bytes: 6 }), parts, summary: {} };
  takeRead(dataset, { classNames, imageSize: 32 });
  return dataset;
}

export const CONFIG = { model: { preset: "bench" }, device: "cpu", threads: 2, compile: { optimizer: { type: "Adam" } }, fit: { epochs: 5, seed: 3 } };

export { alive, autosave, decisions, keepAnswers, kept, list, network, orders, readAnswers, runs, Sequential, state, storageSearch, StoredRun, tasks, testPart };
