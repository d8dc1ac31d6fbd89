/**
 * A run as one file, `<name>.tabfit-run.json`: JSON text
 *
 *     { "format": "tabfit-run", "version": 1, "about": {…}, "history": {…} or null }
 *
 * `about` is what the manifest of a kept run says (`RunAbout` in shared/runs.d.ts): its name, note and date, its settings as
 * `run`, its scores. `history` holds its curves as `fit` returns them. Neither weights nor pictures are in it. A number that was
 * NaN or infinite is null. What is opened is checked only where the page relies on it; everything else is shown as text.
 */

import { aboutOf, historyOf, isRecord, MOST_EPOCHS, object } from "../../../shared/run-about.js";
import { refused } from "./refuse.js";

/** @import { Run } from "../../../shared/runs.js" */

export const FORMAT = "tabfit-run";
const VERSION = 1;

/** @param {Run} run */
export function writeRun({ about, history }) {
  return JSON.stringify({ format: FORMAT, version: VERSION, about, history });
}

/**
 * @param {string} text
 * @param {string} file its name
 * @returns {Run}
 */
export function readRun(text, file) {
  const whole = parsed(text, file);
  if (whole?.["format"] !== FORMAT) throw refused("“{file}” is JSON, but no run of this page: those end in .tabfit-run.json.", file);
  if (whole["version"] !== VERSION) throw refused("“{file}” was written by a newer version of this page; reload the page to get it.", file);
  const about = object(whole["about"]);
  const epochs = object(whole["history"])?.["epochs"] ?? [];
  if (!about || !Array.isArray(epochs) || epochs.length > MOST_EPOCHS || !epochs.every(isRecord)) {
    throw refused("“{file}” is damaged: its curves are not those of a run.", file);
  }
  return {
    about: { ...aboutOf(about, epochs, file), imported: { from: "tabfit", file } },
    history: historyOf(whole["history"]),
  };
}

/** @param {string} text @param {string} file */
function parsed(text, file) {
  try {
    return object(JSON.parse(text));
  } catch {
    throw refused("“{file}” is damaged: it is no whole JSON text.", file);
  }
}
