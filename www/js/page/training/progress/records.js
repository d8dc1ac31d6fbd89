/** The numbers of each epoch by their names in Keras. Pure functions. */

/**
 * @import { EpochRecord } from "../../../../tabfit.js"
 * @import { Point } from "./scale.js"
 */

/**
 * The columns of the table: training first, then validation, the learning rate last.
 *
 * @param {readonly EpochRecord[]} records
 */
export function columnNames(records) {
  const names = metricNames(records);
  const training = names.filter((name) => !name.startsWith("val_") && name !== "learning_rate");
  const validation = training.map((name) => `val_${name}`).filter((name) => names.includes(name));
  return [...training, ...validation, "learning_rate"];
}

/**
 * The names of everything recorded, in the order of the first record.
 *
 * @param {readonly EpochRecord[]} records
 */
export function metricNames(records) {
  return [...new Set(records.flatMap((record) => Object.keys(record)))].filter((name) => name !== "epoch");
}

/**
 * Null if it was not measured or is NaN.
 *
 * @param {EpochRecord} record
 * @param {string} name
 */
export function valueOf(record, name) {
  return /** @type {Record<string, number | null | undefined>} */ ({ ...record })[name] ?? null;
}

/**
 * The points of one curve. A value that is missing, NaN or infinite leaves a gap.
 *
 * @param {readonly EpochRecord[]} records
 * @param {string} metric
 * @returns {Point[]}
 */
export function pointsOf(records, metric) {
  return records.flatMap((record) => {
    const value = valueOf(record, metric);
    return value === null || !Number.isFinite(value) ? [] : [/** @type {const} */ ([record.epoch, value])];
  });
}
