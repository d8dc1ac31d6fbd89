/** Step 3 on the page: the files that callbacks wrote, and what could not be stored. */

import { byId, element, setText, within } from "../tools/dom.js";
import { fileSize } from "../tools/format.js";

/** @import { StoredFile } from "../../shared/protocol.js" */

const files = byId("files-list", HTMLElement);
const trouble = byId("trouble", HTMLElement);

/**
 * Rows of files that exist already are updated in place, so that a button keeps the focus.
 *
 * @param {readonly StoredFile[]} stored
 */
export function showFiles(stored) {
  byId("files", HTMLElement).hidden = stored.length === 0;
  const rows = new Map([...files.children].map((row) => [/** @type {HTMLElement} */ (row).dataset["path"], row]));
  for (const { path, size } of stored) {
    const row = rows.get(path) ?? files.appendChild(fileRow(path));
    setText(within(row, ".size"), fileSize(size));
    rows.delete(path);
  }
  for (const row of rows.values()) row.remove();
}

/** @param {string} sentence empty to hide the line */
export function showTrouble(sentence) {
  trouble.hidden = sentence === "";
  setText(trouble, sentence);
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
