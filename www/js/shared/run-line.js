/** What the table of runs shows of one. Pure functions. */

/**
 * @import { EpochRecord } from "../../tabfit.js"
 * @import { RunAbout, RunLine } from "./runs.js"
 */

/**
 * @param {string} id
 * @param {RunAbout} about
 * @param {boolean} ended
 * @returns {Omit<RunLine, "elsewhere">}
 */
export function lineOf(id, about, ended) {
  const { name, note, date, network, classNames, imageSize, device, epoch, epochs, last, best, rate, scores, run, imported } = about;
  return {
    id, name, date, device, epoch, epochs, ended,
    note: note ?? "",
    network: network ?? (run ? `${run.model.layers.length} layers` : null),
    pictures: run?.pictures.training ?? null,
    classes: classNames.length || null,
    imageSize: imageSize || null,
    optimizer: run?.compile.optimizer.type ?? null,
    rate: rate ?? last?.learning_rate ?? null,
    batchSize: run?.fit.batchSize ?? null,
    accuracy: last?.accuracy ?? null,
    best: best ?? null,
    valAccuracy: last?.val_accuracy ?? null,
    valLoss: last?.val_loss ?? null,
    testAccuracy: scores.test?.accuracy ?? null,
    imported: imported ?? null,
  };
}

/**
 * What the manifest of a run says of its curves, so that a list of runs need not read them.
 *
 * @param {readonly EpochRecord[]} records
 */
export function digestOf(records) {
  const accuracies = records.flatMap(({ val_accuracy }) => val_accuracy ?? []);
  const best = accuracies.length === 0 ? null : accuracies.reduce((a, b) => Math.max(a, b));
  return { best, rate: records[0]?.learning_rate ?? null };
}
