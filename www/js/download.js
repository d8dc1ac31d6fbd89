/**
 * Files for the person to keep: the network, and the history in Keras's shapes.
 */

import { metricNames, valueOf } from "./records.js";

/**
 * @import { EpochRecord } from "../tabfit.js"
 */

/**
 * Keras's `history.epoch`, counted from 0, beside the lists of `history.history`.
 *
 * @param {readonly EpochRecord[]} records
 */
export function historyJson(records) {
  const lists = sortedNames(records).map((name) => [name, records.map((record) => valueOf(record, name))]);
  const history = { epoch: records.map(({ epoch }) => epoch - 1), ...Object.fromEntries(lists) };
  return `${JSON.stringify(history, null, 2)}\n`;
}

/**
 * What Keras's `CSVLogger` writes: epochs from 0, then the metrics in sorted order.
 *
 * @param {readonly EpochRecord[]} records
 */
export function historyCsv(records) {
  const names = sortedNames(records);
  const lines = records.map((record) => [record.epoch - 1, ...names.map((name) => valueOf(record, name) ?? "nan")]);
  return [["epoch", ...names], ...lines].map((line) => `${line.join(",")}\n`).join("");
}

/**
 * Hands a file to the browser's downloads.
 *
 * @param {string} name
 * @param {Blob} content
 */
export function download(name, content) {
  const url = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000); // some browsers read the blob after the click
}

/** @param {readonly EpochRecord[]} records */
const sortedNames = (records) => metricNames(records).sort();
