/** Step 3 on the page: the files that callbacks wrote, and what could not be stored. */

import { hear, say } from "../language/say.js";
import { byId, element, setText, setWords, within } from "../tools/dom.js";
import { fileSize, together } from "../tools/format.js";

/**
 * @import { RunEvent, StoredFile } from "../../shared/protocol.js"
 * @typedef {Extract<RunEvent, { type: "kept-features" }>} KeptFeatures
 */

const files = byId("files-list", HTMLElement);
const trouble = byId("trouble", HTMLElement);
const features = byId("features-note", HTMLElement);

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

/** What was told of the features since the run began. @type {KeptFeatures[]} */
let told = [];

/** @param {KeptFeatures | null} event null when a run begins, of which nothing is known yet */
export function showKeptFeatures(event) {
  const same = told.find(({ what, why }) => what === event?.what && why === event.why);
  told = event ? told.filter((other) => other !== same) : [];
  if (event) told.push({ ...event, bytes: event.bytes + (same?.bytes ?? 0) });
  setText(features, together(told.map(sentenceOf)));
  features.hidden = told.length === 0;
}

/** @param {KeptFeatures} event */
function sentenceOf({ what, bytes, why }) {
  const values = { size: fileSize(bytes), why: hear(why) };
  switch (what) {
    case "read":
      return say("What the frozen layers make of the pictures was kept in this browser ({size}), so it was read and not computed again.", values);
    case "kept":
      return say("What the frozen layers make of the pictures is now kept in this browser ({size}), so that later runs need not compute it.", values);
    case "refused":
      return say("The file of what the frozen layers make of the pictures {why}: it was deleted, and the run computes it anew.", values);
    case "unread":
      return say("What the frozen layers make of the pictures could not be looked for in this browser ({why}), so the run computes it.", values);
    case "unkept":
      return say("What the frozen layers make of the pictures could not be kept in this browser: {why}. Training goes on.", values);
  }
}

/** @param {string} path */
function fileRow(path) {
  const row = element("li", "");
  row.dataset["path"] = path;
  const button = element("button", say("Download"));
  button.setAttribute("type", "button");
  setWords(button, "aria-label", say("Download {path}", { path }));
  row.append(element("span", path, "path"), element("span", "", "size"), button);
  return row;
}
