/** From the files that a person picked to runs: what each file is shows in its first bytes, and not in its name. */

import { say } from "../../language/say.js";
import { digestOf } from "../../../shared/run-line.js";
import { readCsvLog, separatorOf } from "./csv-log.js";
import { runsOf } from "./event-runs.js";
import { readEvents } from "./events.js";
import { refused } from "./refuse.js";
import { FORMAT, readRun } from "./run-file.js";
import { isRecord } from "./tf-records.js";
import { unzip } from "./unzip.js";

/**
 * @import { EpochRecord } from "../../../../tabfit.js"
 * @import { Imported, Run } from "../../../shared/runs.js"
 * @import { EventFile } from "./event-runs.js"
 * @import { PickedFile } from "./unzip.js"
 * @typedef {{ runs: Run[], troubles: string[] }} Found runs, and sentences on what could not be opened
 */

/** So many bytes show what a file is. */
const HEAD = 4096;
const MOST_FILES = 5000;
/** Of a log, and of an event file, which is not read as a whole. */
const [LARGEST_TEXT, LARGEST_EVENTS] = [2 ** 25, 2 ** 30];

/**
 * @param {readonly PickedFile[]} picked
 * @returns {Promise<Found>}
 */
export async function readRuns(picked) {
  const reading = new Reading();
  for (const file of picked.slice(0, MOST_FILES)) await reading.add(file);
  if (picked.length > MOST_FILES) reading.troubles.push(say("Only the first {most} files were looked at; pick the folder of the logs alone.", { most: MOST_FILES }));
  return reading.end();
}

class Reading {
  /** @type {Run[]} */
  #runs = [];
  /** @type {EventFile[]} */
  #events = [];
  /** Files in a folder or an archive that are no logs. */
  #passed = 0;
  /** @type {string[]} */
  troubles = [];

  /** @param {PickedFile} file */
  async add({ path, chosen, open }) {
    try {
      const content = await open();
      const head = new Uint8Array(await content.slice(0, HEAD).arrayBuffer());
      const kind = kindOf(head, path, chosen);
      if (kind === "zip") for (const file of await unzip(content, path)) await this.add(file);
      else if (kind === null) this.#passed += 1;
      else await this.#read(kind, content, path);
    } catch (error) {
      const { name, message } = error instanceof Error ? error : new Error(String(error));
      this.troubles.push(name === "FileError" ? message : say("“{file}” could not be read ({why}).", { file: path, why: message.replace(/\.$/, "") }));
    }
  }

  /**
   * @param {"events" | "run" | "csv" | "unknown"} kind
   * @param {Blob} content
   * @param {string} path
   */
  async #read(kind, content, path) {
    if (content.size === 0) throw refused("“{file}” is empty.", path);
    if (kind === "unknown") throw refused("“{file}” is no run of this page, no log of Keras's CSVLogger, no event file of TensorBoard and no zip archive of these.", path);
    if (content.size > (kind === "events" ? LARGEST_EVENTS : LARGEST_TEXT)) throw refused("“{file}” is too large for a log.", path);
    if (kind === "events") this.#events.push({ path, events: await readEvents(content, path) });
    else if (kind === "run") this.#runs.push(readRun(await content.text(), path));
    else {
      const { records, troubles } = readCsvLog(await content.text(), path);
      this.troubles.push(...troubles);
      this.#runs.push(imported("csv", path, path.replace(/\.\w+$/, ""), content instanceof File ? content.lastModified : Date.now(), records));
    }
  }

  /** @returns {Found} */
  end() {
    for (const { name, date, records, troubles } of runsOf(this.#events)) {
      this.troubles.push(...troubles);
      if (records.length === 0) this.troubles.push(say("“{file}” holds no numbers.", { file: name }));
      else this.#runs.push(imported("tensorboard", name, name, date, records));
    }
    if (this.#runs.length === 0 && (this.#passed > 0 || this.troubles.length === 0)) this.troubles.push(say("Among the files there is no run of this page, no log of Keras's CSVLogger and no event file of TensorBoard."));
    return { runs: this.#runs, troubles: this.troubles };
  }
}

/**
 * @param {Uint8Array} head
 * @param {string} path
 * @param {boolean} chosen
 * @returns {"zip" | "events" | "run" | "csv" | "unknown" | null} null for another file beside logs
 */
function kindOf(head, path, chosen) {
  const name = path.split("/").at(-1) ?? "";
  const text = new TextDecoder().decode(head);
  if (isRecord(head) || /tfevents/.test(name)) return "events";
  if (/^PK(\x03\x04|\x05\x06)/.test(text)) return chosen ? "zip" : null;
  if (/^\s*\{/.test(text) && (text.includes(`"${FORMAT}"`) || chosen)) return "run";
  if (!text.includes("\0") && (separatorOf(text) !== null || (chosen && /\.(csv|tsv|log|txt)$/i.test(name)))) return "csv";
  return chosen ? (/\.zip$/i.test(name) ? "zip" : "unknown") : null;
}

/**
 * The run of a log, of which nothing is known but its curves.
 *
 * @param {Imported["from"]} from
 * @param {string} file
 * @param {string} name
 * @param {number} date
 * @param {EpochRecord[]} epochs
 * @returns {Run}
 */
function imported(from, file, name, date, epochs) {
  const last = epochs.at(-1) ?? null;
  const epoch = last?.epoch ?? 0;
  return {
    about: {
      name: name.slice(-80), date, classNames: [], imageSize: 0, epoch, epochs: epoch, device: null, browser: "", last,
      ...digestOf(epochs), scores: {}, run: null, imported: { from, file },
    },
    history: { epochs, stopped: "completed", reading: "", notes: [], changes: [] },
  };
}
