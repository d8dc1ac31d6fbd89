/**
 * The numbers in an event file of TensorBoard: TFRecords of `Event` messages, whose summaries hold a number plainly
 * (`simple_value`, as TensorFlow 1 and PyTorch write it) or as a tensor without dimensions (TensorFlow 2, Keras and this page).
 */

import { fields, viewOf } from "./protobuf.js";
import { refused } from "./refuse.js";
import { Damaged, records } from "./tf-records.js";

/**
 * @typedef {object} Events
 * @property {Map<string, Map<number, number>>} curves by tag and step; of a step that was written twice, the later number
 * @property {boolean} validated it has what Keras writes only where validation pictures are scored
 * @property {number} date of the last event, in milliseconds since 1970
 * @property {string[]} troubles sentences on what could not be read
 */

/** More is not kept of a file, so that none fills the memory. */
const [MOST_TAGS, MOST_NUMBERS] = [500, 500_000];
/** Curves over steps that Keras writes beside those over epochs; a run is compared by its epochs. */
const OVER_STEPS = /^batch_|^evaluation_.*_vs_iterations$/;
/** The numbers of TensorFlow's `DataType`, and where a `TensorProto` lists such values one by one. */
const [FLOAT, DOUBLE] = [1, 2];
const [FLOAT_LIST, DOUBLE_LIST] = [5, 6];

const text = new TextDecoder();

/**
 * @param {Blob} file
 * @param {string} path
 * @returns {Promise<Events>}
 */
export async function readEvents(file, path) {
  /** @type {Events} */
  const events = { curves: new Map(), validated: false, date: 0, troubles: [] };
  let numbers = 0;
  try {
    for await (const record of records(file)) {
      const { step, date, values } = event(record);
      events.date = Math.max(events.date, date);
      for (const { tag, number } of values) {
        events.validated ||= tag.startsWith("evaluation_");
        if (OVER_STEPS.test(tag) || number === null) continue;
        if (++numbers > MOST_NUMBERS || (!events.curves.has(tag) && events.curves.size >= MOST_TAGS)) throw new Damaged("it holds too many numbers");
        const curve = events.curves.get(tag) ?? new Map();
        events.curves.set(tag, curve.set(step, number));
      }
    }
  } catch (error) {
    if (!(error instanceof Damaged || error instanceof RangeError)) throw error;
    if (events.curves.size === 0) throw refused("“{file}” is no event file of TensorBoard, or it is damaged at its beginning.", path);
    events.troubles.push(refused("“{file}” could be read only in part ({why}); what comes before is shown.", path, { why: error.message }).message);
  }
  return events;
}

/** @param {Uint8Array} bytes */
function event(bytes) {
  let [step, date] = [0, 0];
  /** @type {{ tag: string, number: number | null }[]} */
  const values = [];
  for (const { number, value } of fields(bytes)) {
    if (number === 1 && isBytes(value, 8)) date = Math.round(viewOf(value).getFloat64(0, true) * 1000);
    else if (number === 2 && typeof value === "number") step = value;
    else if (number === 5 && isBytes(value)) for (const one of fields(value)) if (one.number === 1 && isBytes(one.value)) values.push(summary(one.value));
  }
  if (!(step >= 0 && Number.isSafeInteger(step + 1))) throw new RangeError(`an event has the step ${step}`);
  return { step, date: Number.isFinite(date) ? date : 0, values };
}

/** @param {Uint8Array} bytes */
function summary(bytes) {
  let tag = "";
  /** @type {number | null} */
  let number = null;
  for (const { number: field, value } of fields(bytes)) {
    if (field === 1 && isBytes(value)) tag = text.decode(value);
    else if (field === 2 && isBytes(value, 4)) number = viewOf(value).getFloat32(0, true);
    else if (field === 8 && isBytes(value)) number = scalar(value);
  }
  return { tag, number };
}

/** The number in a tensor; null if it holds anything else. @param {Uint8Array} bytes a `TensorProto` */
function scalar(bytes) {
  let type = 0;
  /** @type {Uint8Array | null} */
  let content = null;
  for (const { number, value } of fields(bytes)) {
    if (number === 1 && typeof value === "number") type = value;
    else if ((number === 4 || number === FLOAT_LIST || number === DOUBLE_LIST) && isBytes(value)) content = value;
  }
  if (type === FLOAT && content?.length === 4) return viewOf(content).getFloat32(0, true);
  return type === DOUBLE && content?.length === 8 ? viewOf(content).getFloat64(0, true) : null;
}

/**
 * @param {number | Uint8Array} value
 * @param {number} [length]
 * @returns {value is Uint8Array}
 */
const isBytes = (value, length) => value instanceof Uint8Array && (length === undefined || value.length === length);
