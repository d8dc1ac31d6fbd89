/** What a report says of the pictures: classes, counts, hashes, skipped files, and what a person decided about them. */

import { hear, say } from "../../language/say.js";
import { page } from "../../state/state.js";
import { noPictures } from "./ask.js";

/**
 * @import { Part } from "../../../../tabfit.js"
 * @import { CareReplies, Pictures } from "../../../shared/care.js"
 * @import { DataPart, Known, PictureName } from "../report.js"
 * @import { Facts } from "./ask.js"
 */

/** @type {readonly Part[]} the numbers of the parts in the lists of pictures are places in this list */
export const PARTS = ["training", "validation", "test"];

/** The list of a larger folder would make the file larger than its other contents together. */
const MOST_LISTED = 20_000;

/** @param {Facts} facts @returns {Promise<Known<DataPart>>} */
export async function dataOf({ info, care }) {
  const { data, entries } = page;
  const { manifest } = info;
  if (!data) return { unknown: noPictures() };
  const fits = data.classNames.join("\n") === info.classNames.join("\n");
  if (!fits) return { unknown: say("The pictures that are open have other classes than the network, so they are not those it was trained on.") };
  const { classNames, imageSize, counts, skipped, skippedCount, warnings } = data;
  const notTrained = { unknown: say("The network's file does not say how it was trained.") };
  return {
    folder: entries[0]?.path.split("/")[0] ?? null,
    classNames, imageSize, given: counts,
    used: manifest ? { training: manifest.pictures.training, validation: manifest.pictures.validation } : notTrained,
    hash: "unknown" in care ? care : await hashOf(care),
    checksums: manifest ? manifest.pictures.hash : notTrained,
    skipped: { count: skippedCount, files: skipped.map(({ path, reason }) => ({ path, reason: hear(reason) })) },
    warnings: warnings.map(hear),
    greys: greysOf(warnings),
    revisions: "unknown" in care ? care : revisionsOf(care, classNames),
    pictures: "unknown" in care ? care : listOf(care, classNames),
  };
}

/** What the warnings say of values that are more than a picture's 256 greys. @param {readonly string[]} warnings in English */
function greysOf(warnings) {
  const dicom = warnings.some((sentence) => /^Of .* DICOM files? only the pixels were read/.test(sentence));
  const window = say("The values of DICOM files became grey by the window that each file states, where it states one.");
  return [...(dicom ? [window] : []), ...warnings.filter((sentence) => sentence.includes("(no window)")).map(hear)];
}

/**
 * One number for all pictures: it does not change with the names of files, and changes with any byte of any of them.
 *
 * @param {CareReplies["care"]} care
 * @returns {Promise<Known<string>>}
 */
async function hashOf({ pictures: { parts, labels, contents, excluded } }) {
  if (!globalThis.crypto?.subtle) return { unknown: say("The browser computes hashes only on pages from https addresses or from this computer.") };
  const lines = contents.flatMap((content, id) => (excluded[id] ? [] : [`${content} ${PARTS[parts[id] ?? 0]} ${page.data?.classNames[labels[id] ?? 0]}\n`]));
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(lines.sort(byCode).join("")));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The same order on every computer. @param {string} a @param {string} b */
const byCode = (a, b) => (a < b ? -1 : Number(a > b));

/** @param {CareReplies["care"]} care @param {readonly string[]} classNames @returns {DataPart["revisions"]} */
function revisionsOf({ pictures: { paths, labels, given, excluded } }, classNames) {
  const ids = paths.map((_, id) => id);
  return {
    relabelled: ids.filter((id) => given[id] !== labels[id]).map((id) => ({ path: paths[id] ?? "", from: classNames[given[id] ?? 0] ?? "", to: classNames[labels[id] ?? 0] ?? "" })),
    excluded: ids.filter((id) => excluded[id]).map((id) => paths[id] ?? ""),
  };
}

/** @param {CareReplies["care"]} care @param {readonly string[]} classNames @returns {DataPart["pictures"]} */
function listOf({ pictures }, classNames) {
  if (pictures.paths.length > MOST_LISTED) {
    return { unknown: say("The folder has more pictures than a report lists; the hash of all of them stands above.") };
  }
  return pictures.paths.map((path, id) => ({ ...nameOf(pictures, classNames)(id), path, content: pictures.contents[id] ?? "", excluded: pictures.excluded[id] === 1 }));
}

/**
 * What a picture is called.
 *
 * @param {Pick<Pictures, "paths" | "parts" | "labels">} pictures
 * @param {readonly string[]} classNames
 * @returns {(id: number) => PictureName}
 */
export const nameOf = ({ paths, parts, labels }, classNames) => (id) =>
  ({ path: paths[id] ?? "", part: PARTS[parts[id] ?? 0] ?? "training", className: classNames[labels[id] ?? 0] ?? "" });
