/**
 * What lies in the browser's storage, on the page: the run that can go on, and the files of callbacks.
 */

import { byId, element, within } from "./dom.js";
import { fileSize, list, moment } from "./format.js";

/** @import { StoredFile, UnfinishedRun } from "./protocol.js" */

const files = byId("files-list", HTMLElement);
const trouble = byId("trouble", HTMLElement);

/**
 * @param {UnfinishedRun} run
 * @param {boolean} pictures there are pictures to go on with
 */
export function describeUnfinished({ date, epoch, epochs, classNames }, pictures) {
  const where = epoch > 0 ? `after epoch ${epoch} of ${epochs}` : `before the first of its ${epochs} epochs was over`;
  const how = pictures ? "Resume goes on where it stopped, with the settings it had." : "Pick the same folder again to go on.";
  byId("unfinished-text", HTMLElement).textContent = `A run of ${moment(date)} stopped ${where} (${list(classNames)}). ${how}`;
}

/**
 * Rows stay where they are while files grow: a button keeps the focus.
 *
 * @param {readonly StoredFile[]} stored
 */
export function showFiles(stored) {
  byId("files", HTMLElement).hidden = stored.length === 0;
  const rows = new Map([...files.children].map((row) => [/** @type {HTMLElement} */ (row).dataset["path"], row]));
  for (const { path, size } of stored) {
    const row = rows.get(path) ?? files.appendChild(fileRow(path));
    within(row, ".size").textContent = fileSize(size);
    rows.delete(path);
  }
  for (const row of rows.values()) row.remove();
}

/** The paths on show, in order. */
export function shownFiles() {
  return [...files.children].map((row) => /** @type {HTMLElement} */ (row).dataset["path"] ?? "");
}

/** @param {string} sentence empty when all is well */
export function showTrouble(sentence) {
  trouble.hidden = sentence === "";
  if (trouble.textContent !== sentence) trouble.textContent = sentence;
}

/** @param {string} path */
function fileRow(path) {
  const row = element("li", "");
  row.dataset["path"] = path;
  const button = element("button", "Download");
  button.setAttribute("type", "button");
  button.setAttribute("aria-label", `Download ${path}`);
  row.append(element("span", path, "path"), element("span", "", "size"), button);
  return row;
}
