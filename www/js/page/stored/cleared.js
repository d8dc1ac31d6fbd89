/**
 * Notices that the browser has cleared what this page kept: how many networks there were lies beside the place of this tab in its
 * history, which a browser does not clear with the storage.
 */

import { say } from "../language/say.js";
import { many } from "../tools/format.js";

/** @import { Kept } from "../../shared/protocol.js" */

/** How many there were when this tab looked last, if now there are none. */
let lost = 0;

/** Called with each list. @param {Kept} kept @param {boolean} first whether this visit has looked before */
export function compareWithLast({ runs, nothing, why }, first) {
  if (why) return; // nothing is known
  const before = history.state?.kept ?? 0;
  if (runs.length > 0 || nothing) lost = 0;
  else if (first) lost = before;
  if (before !== runs.length) history.replaceState({ ...history.state, kept: runs.length }, "");
}

/** What the person should know; empty if nothing is lost. */
export function lossInWords() {
  if (lost === 0) return "";
  const networks = many(lost, "network or run", "networks and runs");
  return say("When this tab looked last, this browser kept {networks}; now it keeps none. It has cleared what this page kept, or another tab has deleted it. What must not be lost, download as a file.", { networks });
}
