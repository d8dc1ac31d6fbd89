/** The history of a run as a JSON file, in the shape that Keras gives it. */

import { metricNames, valueOf } from "../training/progress/records.js";

/** @import { EpochRecord } from "../../../tabfit.js" */

/**
 * Keras's `history.epoch`, counted from 0, together with the lists of `history.history`.
 *
 * @param {readonly EpochRecord[]} records
 */
export function historyJson(records) {
  const lists = metricNames(records).sort().map((name) => [name, records.map((record) => valueOf(record, name))]);
  const history = { epoch: records.map(({ epoch }) => epoch - 1), ...Object.fromEntries(lists) };
  return `${JSON.stringify(history, null, 2)}\n`;
}
