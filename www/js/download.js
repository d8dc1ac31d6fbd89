/**
 * Files for the person to keep: the network, and the history in Keras's shapes.
 */

/**
 * @import { EpochRecord } from "../tabfit.js"
 */

/**
 * Keras's `history.epoch`, counted from 0, beside the lists of `history.history`.
 *
 * @param {readonly EpochRecord[]} records
 */
export function historyJson(records) {
  const names = metricNames(records);
  const columns = names.map((name) => [name, records.map((record) => value(record, name))]);
  const history = { epoch: records.map(({ epoch }) => epoch - 1), ...Object.fromEntries(columns) };
  return `${JSON.stringify(history, null, 2)}\n`;
}

/**
 * What Keras's `CSVLogger` writes: epochs from 0, then the metrics in sorted order.
 *
 * @param {readonly EpochRecord[]} records
 */
export function historyCsv(records) {
  const names = metricNames(records);
  const lines = records.map((record) => [record.epoch - 1, ...names.map((name) => value(record, name) ?? "nan")]);
  return [["epoch", ...names], ...lines].map((line) => `${line.join(",")}\n`).join("");
}

/**
 * Hands a file to the browser's downloads.
 *
 * @param {string} name
 * @param {BlobPart} content
 * @param {string} type
 */
export function download(name, content, type) {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000); // some browsers read the blob after the click
}

/** @param {readonly EpochRecord[]} records */
function metricNames(records) {
  return [...new Set(records.flatMap((record) => Object.keys(record)))].filter((name) => name !== "epoch").sort();
}

/**
 * @param {EpochRecord} record
 * @param {string} name
 */
function value(record, name) {
  return /** @type {Record<string, number | null | undefined>} */ ({ ...record })[name] ?? null;
}
