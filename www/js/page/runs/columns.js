/** The columns of the table of runs, and its order. Pure functions. */

import { say } from "../language/say.js";
import { count, decimals, nameOf, percent, rate, shortMoment } from "../tools/format.js";

/**
 * @import { RunLine } from "../../shared/runs.js"
 * @typedef {object} Column
 * @property {string} id
 * @property {string} title
 * @property {boolean} number numbers are aligned at their ends, and the first click on the title sorts the largest to the top
 * @property {(line: RunLine) => string | number | null} value by which rows are sorted; those without one come last
 * @property {(line: RunLine) => string} text
 * @typedef {{ column: string, descending: boolean }} Order
 */

const DEVICES = { cpu: "CPU", webgpu: "WebGPU" };
const UNKNOWN = "–";

/**
 * @param {string} id
 * @param {string} title
 * @param {(line: RunLine) => string | null} value
 * @returns {Column}
 */
const words = (id, title, value) => ({ id, title, number: false, value, text: (line) => value(line) ?? UNKNOWN });

/**
 * @param {string} id
 * @param {string} title
 * @param {(line: RunLine) => number | null} value
 * @param {(value: number) => string} text
 * @returns {Column}
 */
const numbers = (id, title, value, text) => ({ id, title, number: true, value, text: (line) => {
  const known = value(line);
  return known === null ? UNKNOWN : text(known);
} });

/** @returns {Column[]} */
export const columns = () => [
  words("name", say("Name"), ({ name }) => nameOf(name)),
  numbers("date", say("Date"), ({ date }) => date, shortMoment),
  numbers("best", say("Best validation accuracy"), ({ best }) => best, percent),
  numbers("val-accuracy", say("Last validation accuracy"), ({ valAccuracy }) => valAccuracy, percent),
  numbers("val-loss", say("Validation loss"), ({ valLoss }) => valLoss, decimals),
  numbers("test-accuracy", say("Test accuracy"), ({ testAccuracy }) => testAccuracy, percent),
  { ...numbers("epochs", say("Epochs"), ({ epoch }) => epoch, count), text: epochsOf },
  words("network", say("Network"), ({ network }) => network && nameOf(network)),
  words("optimizer", say("Optimizer"), ({ optimizer }) => optimizer),
  numbers("rate", say("Learning rate"), (line) => line.rate, rate),
  numbers("batch-size", say("Batch size"), ({ batchSize }) => batchSize, count),
  numbers("accuracy", say("Training accuracy"), ({ accuracy }) => accuracy, percent),
  numbers("pictures", say("Training pictures"), ({ pictures }) => pictures, count),
  numbers("classes", say("Classes"), ({ classes }) => classes, count),
  numbers("image-size", say("Picture size"), ({ imageSize }) => imageSize, (side) => `${side} × ${side}`),
  words("device", say("Device"), ({ device }) => device && DEVICES[device]),
  { ...words("note", say("Note"), ({ note }) => note || null), text: ({ note }) => note },
];

/** @param {RunLine} line */
function epochsOf({ epoch, epochs, ended, elsewhere }) {
  const done = epoch === epochs ? count(epoch) : say("{epoch} of {epochs}", { epoch: count(epoch), epochs: count(epochs) });
  if (ended) return done;
  return elsewhere ? say("{done}, another tab trains it", { done }) : say("{done}, not finished", { done });
}

/**
 * @param {readonly RunLine[]} lines
 * @param {Order} order
 */
export function sorted(lines, { column, descending }) {
  const value = columns().find(({ id }) => id === column)?.value ?? (() => null);
  const sign = descending ? -1 : 1;
  return lines.toSorted((a, b) => {
    const [x, y] = [value(a), value(b)];
    if (x === null || y === null) return Number(x === null) - Number(y === null);
    return sign * (typeof x === "string" ? x.localeCompare(String(y), undefined, { numeric: true, sensitivity: "base" }) : x - Number(y));
  });
}

/**
 * What a click on a title does: the other way round if the table is sorted by it already.
 *
 * @param {Order} order
 * @param {string} column
 * @returns {Order}
 */
export function turned(order, column) {
  if (order.column === column) return { column, descending: !order.descending };
  return { column, descending: columns().find(({ id }) => id === column)?.number ?? false };
}
