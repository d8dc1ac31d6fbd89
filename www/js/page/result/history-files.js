/** The history of a run as files, in the shapes that Keras gives it. Pure functions. */

import { metricNames, valueOf } from "../training/progress/records.js";

/** @import { EpochRecord } from "../../../tabfit.js" */

/**
 * Keras's `history.epoch`, counted from 0, together with the lists of `history.history`.
 *
 * @param {readonly EpochRecord[]} records
 */
export function historyJson(records) {
  const lists = sortedNames(records).map((name) => [name, records.map((record) => valueOf(record, name))]);
  const history = { epoch: records.map(({ epoch }) => epoch - 1), ...Object.fromEntries(lists) };
  return `${JSON.stringify(history, null, 2)}\n`;
}

/**
 * The format of Keras's `CSVLogger`: epochs from 0, then the metrics in sorted order, and NaN as "nan".
 *
 * @param {readonly EpochRecord[]} records
 */
export function historyCsv(records) {
  const names = sortedNames(records);
  const lines = records.map((record) => [record.epoch - 1, ...names.map((name) => valueOf(record, name) ?? "nan")]);
  return [["epoch", ...names], ...lines].map((line) => `${line.join(",")}\n`).join("");
}

/** @param {readonly EpochRecord[]} records */
const sortedNames = (records) => metricNames(records).sort();
