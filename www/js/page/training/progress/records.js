/**
 * The numbers of each epoch, by Keras's names. Pure functions.
 */

/** @import { EpochRecord } from "../../../../tabfit.js" */

/**
 * The names that a history holds: training first, then validation, the rate last.
 *
 * @param {readonly EpochRecord[]} records
 */
export function columns(records) {
  const names = metricNames(records);
  const training = names.filter((name) => !name.startsWith("val_") && name !== "learning_rate");
  const validation = training.map((name) => `val_${name}`).filter((name) => names.includes(name));
  return [...training, ...validation, "learning_rate"];
}

/**
 * What was measured, in the order of the first record.
 *
 * @param {readonly EpochRecord[]} records
 */
export function metricNames(records) {
  return [...new Set(records.flatMap((record) => Object.keys(record)))].filter((name) => name !== "epoch");
}

/**
 * Null where it was not measured, or is no number.
 *
 * @param {EpochRecord} record
 * @param {string} name
 */
export function valueOf(record, name) {
  return /** @type {Record<string, number | null | undefined>} */ ({ ...record })[name] ?? null;
}
