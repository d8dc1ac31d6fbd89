/**
 * Notices that the browser has cleared what this page kept. How many networks there were is noted in `localStorage`, which some
 * browsers leave when they clear files, and in `history.state`, which stays with the tab. Where a browser clears `localStorage` too,
 * only a tab that was open before can tell.
 */

import { say } from "../language/say.js";
import { many } from "../tools/format.js";

/** @import { Kept } from "../../shared/protocol.js" */

const NAME = "tabfit kept";

/** How many there were when this page looked last, if now there are none. */
let lost = 0;

/** Called with each list. @param {Kept} kept @param {boolean} first whether this visit has looked before */
export function compareWithLast({ runs, nothing, why }, first) {
  if (why) return; // nothing is known
  const before = noted() ?? history.state?.kept ?? 0;
  if (runs.length > 0 || nothing) lost = 0;
  else if (first) lost = before;
  note(runs.length);
}

/** What the person should know; empty if nothing is lost. */
export function lossInWords() {
  if (lost === 0) return "";
  const networks = many(lost, "network or run", "networks and runs");
  return say("When this page looked last, this browser kept {networks}; now it keeps none. It has cleared what this page kept, or another tab has deleted it. What must not be lost, download as a file.", { networks });
}

/** How many any tab saw last; null if none is noted, or the browser notes nothing for this page. */
function noted() {
  try {
    const count = Number(localStorage.getItem(NAME) ?? NaN);
    return Number.isSafeInteger(count) && count > 0 ? count : null;
  } catch {
    return null;
  }
}

/** Nothing is noted where nothing is kept. @param {number} count */
function note(count) {
  if ((history.state?.kept ?? 0) !== count) history.replaceState({ ...history.state, kept: count }, "");
  try {
    if (count === 0) localStorage.removeItem(NAME);
    else if (noted() !== count) localStorage.setItem(NAME, String(count));
  } catch {
    // This tab notes it.
  }
}
