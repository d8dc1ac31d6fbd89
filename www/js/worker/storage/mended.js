/** The manifest of a run whose own is damaged, made of its network, its newest checkpoint and its curves, which say most of it too. */

import { aboutOf, historyOf, object } from "../../shared/run-about.js";
import { jsonOf, readFile } from "./opfs.js";
import { Slots } from "./slots.js";
import { headerOf, recordsOf } from "./tabfit-header.js";

/**
 * @import { DeviceKind } from "../../../tabfit.js"
 * @import { RunAbout } from "../../shared/runs.js"
 * @import { RunFile } from "./run-files.js"
 * @typedef {{ date: number, device: DeviceKind, files: RunFile[] }} Note
 */

/** What the page calls a run whose name is lost. */
const UNNAMED = "Recovered";

/**
 * @param {FileSystemDirectoryHandle} folder of the run
 * @param {unknown} damaged what could be read of its manifest: name, note and scores are nowhere else
 * @returns {Promise<(RunAbout & { format: 1, ended: boolean, files: RunFile[] }) | null>} null if nothing else is there
 */
export async function mended(folder, damaged) {
  const [weights, curves] = [await readFile(folder, "weights.tabfit"), await readFile(folder, "history.json")];
  const slots = /** @type {Slots<Note>} */ (new Slots(folder));
  const slot = weights ? undefined : (await slots.intact())[0];
  const file = weights ?? slot?.checkpoint ?? null;
  if (!file && !curves) return null;
  const header = file && (await headerOf(file).catch(() => null));
  const history = historyOf(curves && (await jsonOf(curves).catch(() => null)));
  const epochs = history?.epochs ?? (header ? recordsOf(header) : []);
  const { name, note, scores } = object(damaged) ?? {};
  const about = aboutOf({
    name, note, scores, date: slot?.note.date ?? (weights ?? curves)?.lastModified, device: slot?.note.device, run: header?.manifest,
    classNames: header?.classNames, imageSize: header?.model.imageSize, epochs: header?.place?.config.epochs,
  }, epochs, UNNAMED);
  return { format: 1, ...about, ended: slot === undefined, files: slot?.note.files ?? [] };
}
