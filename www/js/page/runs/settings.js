/** The settings of several runs side by side. Pure functions. */

import { isolated } from "../language/direction.js";
import { say } from "../language/say.js";
import { many, nameOf } from "../tools/format.js";
import { changeWords } from "../training/progress/changes.js";

/**
 * @import { Change } from "../../../tabfit.js"
 * @import { Run, RunAbout } from "../../shared/runs.js"
 * @typedef {{ name: string, values: (string | null)[], differs: boolean }} Row a value is null if the run has no such setting
 */

/** A file of another page cannot fill the table. */
const [MOST_ROWS, DEEPEST, LONGEST] = [2000, 6, 500];

/**
 * A row for each setting of any of the runs. A run of which no settings are known differs in none.
 *
 * @param {readonly Run[]} runs
 * @returns {Row[]}
 */
export function settingRows(runs) {
  const all = runs.map(({ about, history }) => settingsOf(about, history?.changes ?? []));
  const names = [...new Set(all.flatMap((settings) => [...settings.keys()]))];
  return names.slice(0, MOST_ROWS).map((name) => {
    const values = all.map((settings) => settings.get(name) ?? null);
    const known = values.filter((_, i) => runs[i]?.about.run);
    return { name, values, differs: known.length > 1 && new Set(known).size > 1 };
  });
}

/**
 * By name, in the order of their importance.
 *
 * @param {RunAbout} about
 * @param {readonly Change[]} changes
 * @returns {Map<string, string>}
 */
function settingsOf({ run, network, classNames, imageSize, epochs, browser }, changes) {
  /** @type {Map<string, string>} */
  const found = new Map();
  const add = (/** @type {string} */ name, /** @type {unknown} */ value, depth = 0) => {
    if (value === undefined || value === null || found.size >= MOST_ROWS) return;
    if (isShort(value)) found.set(name, value.map((item) => isolated(String(item ?? ""))).join(", ").slice(0, LONGEST));
    else if (typeof value !== "object") found.set(name, String(value).slice(0, LONGEST));
    else if (depth >= DEEPEST) found.set(name, JSON.stringify(value).slice(0, LONGEST));
    else for (const [key, inner] of Object.entries(value)) add(name ? `${name}.${key}` : key, inner, depth + 1);
  };
  if (!run) return found;
  const { compile, fit, model, pictures, device, threads, resumed, tabfit } = run;
  add(say("Network"), network && nameOf(network));
  add("epochs", epochs);
  add("optimizer", compile.optimizer);
  add("loss", compile.loss);
  add("metrics", compile.metrics);
  const { callbacks, epochs: same, ...rest } = /** @type {typeof fit & Record<string, unknown>} */ (fit);
  add("", rest);
  for (const callback of Array.isArray(callbacks) ? callbacks : []) addTyped(say("Callback {name}", { name: String(Object(callback).type) }), callback);
  if (changes.length > 0) found.set(say("Changed while it trained"), changes.map(changeWords).join(", ").slice(0, LONGEST));
  add(say("Picture size"), imageSize);
  add(say("Training pictures"), pictures.training);
  add(say("Validation pictures"), pictures.validation);
  add(say("Checksums of the pictures"), pictures.hash);
  add(say("Classes"), classNames);
  for (const [i, layer] of model.layers.entries()) addTyped(say("Layer {number}", { number: i + 1 }), layer);
  add(say("Device"), device?.name);
  add(say("CPU threads"), threads);
  if (resumed?.length > 0) found.set(say("Went on after an interruption"), many(resumed.length, "time"));
  add("tabfit", tabfit);
  add(say("Browser"), browser);
  return found;

  /** @param {string} name @param {unknown} value a layer or a callback: `Conv2D(filters=8, kernelSize=3)` */
  function addTyped(name, value) {
    const { type, ...options } = /** @type {Record<string, unknown>} */ (Object(value));
    const written = Object.entries(options).filter(([, option]) => option !== null).map(([key, option]) => `${key}=${typeof option === "string" ? isolated(option) : JSON.stringify(option)}`);
    add(name, `${type}(${written.join(", ")})`);
  }
}

/** Whether a value is a list of words or numbers, which is read in one line. @param {unknown} value @returns {value is unknown[]} */
const isShort = (value) => Array.isArray(value) && value.every((item) => typeof item !== "object" || item === null);
