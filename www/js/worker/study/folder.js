/** Asks the network about the pictures of a whole folder, or of zip archives. */

import { ZipFolder } from "../../../tabfit.js";
import { TrainerError } from "../../shared/errors.js";
import { isArchive, isHidden, mayBePicture } from "../../shared/names.js";
import { sendEvent, takeEntries, tasks, theNetwork } from "../state.js";

/**
 * @import { FolderEntry } from "../../shared/protocol.js"
 * @import { FolderAnswer, StudyReplies } from "../../shared/study.js"
 * @typedef {{ path: string, file: () => Blob | null }} Found a picture that is unpacked when its turn comes
 */

/** As many pictures are computed together; between two such batches a person can stop it. */
const AT_ONCE = 32;
const UNOPENED = "It could not be opened; it may have been moved or locked.";

/** @returns {Promise<StudyReplies["predict-many"]>} */
export function predictMany() {
  return tasks.runAlone(async (signal) => {
    const network = theNetwork();
    const { classNames } = network.info;
    const found = picturesOf(takeEntries());
    if (found.length === 0) throw new TrainerError("DatasetError", "There is no picture in it; pick a folder of pictures, or a zip archive of them.");
    /** @type {FolderAnswer[]} */
    const pictures = [];
    while (pictures.length < found.length && !signal.aborted) {
      sendEvent({ type: "predicted", done: pictures.length, total: found.length });
      const some = found.slice(pictures.length, pictures.length + AT_ONCE).map(({ path, file }) => ({ path, ...opened(file) }));
      const answers = await network.predict(some.flatMap(({ file }) => file ?? []));
      for (const { path, file, error } of some) pictures.push(answerOf(path, file ? answers.shift() : { error }, classNames));
    }
    sendEvent({ type: "predicted", done: pictures.length, total: found.length });
    return { classNames, stopped: pictures.length < found.length, pictures };
  });
}

/**
 * @param {string} path
 * @param {Partial<import("../../../tabfit.js").Answer> | undefined} answer
 * @param {string[]} classNames
 * @returns {FolderAnswer}
 */
function answerOf(path, { predictions = [], unlike = null, error = null } = {}, classNames) {
  const [best] = predictions;
  if (!best) return { path, said: null, probabilities: null, unlike, error };
  const of = new Map(predictions.map(({ className, probability }) => [className, probability]));
  const probabilities = Float32Array.from(classNames, (name) => of.get(name) ?? 0);
  return { path, said: classNames.indexOf(best.className), probabilities, unlike, error };
}

/** @param {() => Blob | null} file */
function opened(file) {
  try {
    const given = file();
    return { file: given, error: given ? null : UNOPENED };
  } catch (error) {
    return { file: null, error: error instanceof Error ? error.message : String(error) };
  }
}

/**
 * The pictures of a folder by their paths; where all its files are archives, of these.
 *
 * @param {readonly FolderEntry[]} entries
 * @returns {Found[]}
 */
function picturesOf(entries) {
  const visible = entries.filter(({ path }) => !isHidden(path));
  if (!visible.every(({ path }) => isArchive(path))) {
    const pictures = visible.filter(({ path, file }) => mayBePicture(path) || file?.type.startsWith("image/"));
    return sorted(pictures.map(({ path, file }) => ({ path, file: () => file })));
  }
  return sorted(visible.flatMap(({ path: archive, file }) => {
    if (!file) return /** @type {Found[]} */ ([{ path: archive, file: () => null }]);
    const folder = new ZipFolder(file);
    const name = visible.length > 1 ? `${archive.replace(/^.*\//, "")}/` : "";
    const paths = folder.paths.map((path, index) => ({ path, index })).filter(({ path }) => mayBePicture(path) && !isHidden(path));
    return paths.map(({ path, index }) => ({ path: name + path, file: () => new Blob([new Uint8Array(folder.read(index))]) }));
  }));
}

/** @param {Found[]} found */
const sorted = (found) => found.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
