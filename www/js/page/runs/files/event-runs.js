/**
 * Which event files of TensorBoard are of one run, and its curves. Keras writes those of training and of validation into folders
 * `train` and `validation`, with the same tags, and counts epochs from 0. Pure functions.
 */

import { say } from "../../language/say.js";
import { nameOf } from "./csv-log.js";

/**
 * @import { EpochRecord } from "../../../../tabfit.js"
 * @import { Events } from "./events.js"
 * @typedef {{ path: string, events: Events }} EventFile
 * @typedef {{ name: string, date: number, records: EpochRecord[], troubles: string[] }} EventRun
 */

const MOST_EPOCHS = 20_000;
/** Whether the files in a folder of this name are of validation. */
const PARTS = new Map([["train", false], ["training", false], ["validation", true], ["val", true], ["valid", true], ["eval", true], ["test", true]]);
const KERAS = "epoch_";
/** As many users of PyTorch name their curves. */
const SLASHED = /^(loss|acc|accuracy)\/(train|training|val|valid|validation|eval|test)$/i;

/**
 * @param {readonly EventFile[]} files
 * @returns {EventRun[]}
 */
export function runsOf(files) {
  const sorted = files.toSorted((a, b) => (a.path < b.path ? -1 : 1)); // a name begins with the time at which its file was begun
  /** @type {Map<string, { training: EventFile[], validation: EventFile[] }>} */
  const runs = new Map();
  let loose = "";
  let top = "";
  for (const file of sorted) {
    const folders = file.path.split("/").slice(0, -1);
    const part = PARTS.get((folders.at(-1) ?? "").toLowerCase());
    const validation = part ?? file.events.validated;
    // Files that were picked without their folders: one of training begins a run, to which the next one of validation belongs.
    if (folders.length === 0 && (!validation || (runs.get(loose)?.validation.length ?? 1) > 0)) loose = file.path;
    const name = folders.length === 0 ? loose : (part === undefined ? folders : folders.slice(0, -1)).join("/") || (top ||= file.path); // an archive may begin with the folders of the parts
    const run = runs.get(name) ?? { training: [], validation: [] };
    run[validation ? "validation" : "training"].push(file);
    runs.set(name, run);
  }
  return Array.from(runs, ([name, { training, validation }]) => joined(name, training, validation));
}

/**
 * @param {string} name
 * @param {readonly EventFile[]} training
 * @param {readonly EventFile[]} validation
 * @returns {EventRun}
 */
function joined(name, training, validation) {
  const all = [...training, ...validation];
  const tags = new Set(all.flatMap(({ events }) => [...events.curves.keys()]));
  const ofKeras = [...tags].some((tag) => tag.startsWith(KERAS));
  /** @type {Map<number, Map<string, number>>} */
  const steps = new Map();
  for (const [i, { events }] of all.entries()) {
    for (const [tag, curve] of events.curves) {
      if (ofKeras && !tag.startsWith(KERAS)) continue;
      const column = columnOf(ofKeras ? tag.slice(KERAS.length) : tag, i >= training.length);
      for (const [step, value] of curve) {
        const values = steps.get(step) ?? new Map();
        steps.set(step, values.set(column, value));
      }
    }
  }
  const order = [...steps].sort(([a], [b]) => a - b);
  const shift = ofKeras || order[0]?.[0] === 0 ? 1 : 0;
  const records = order.slice(0, MOST_EPOCHS).map(([step, values]) => {
    const logs = Array.from(values, ([column, value]) => [column, Number.isFinite(value) ? value : null]);
    return /** @type {EpochRecord} */ ({ ...Object.fromEntries(logs), epoch: step + shift });
  });
  const troubles = all.flatMap(({ events }) => events.troubles);
  if (!ofKeras && records.length > 0) troubles.push(say("“{file}” has no curves over epochs as Keras writes them; its steps are shown as epochs.", { file: name }));
  if (order.length > MOST_EPOCHS) troubles.push(say("“{file}” has {steps} steps; the first {most} are shown.", { file: name, steps: order.length, most: MOST_EPOCHS }));
  return { name, date: all.reduce((date, { events }) => Math.max(date, events.date), 0), records, troubles };
}

/** @param {string} tag @param {boolean} validation */
function columnOf(tag, validation) {
  const [, metric, part] = SLASHED.exec(tag) ?? [];
  const name = nameOf(metric?.toLowerCase() ?? tag);
  const ofValidation = validation || (part !== undefined && PARTS.get(part.toLowerCase()) === true);
  return ofValidation && !name.startsWith("val_") ? `val_${name}` : name;
}
