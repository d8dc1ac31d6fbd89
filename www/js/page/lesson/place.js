/**
 * Where the person is in the lesson. A tab remembers it for its own reload, in the state of its entry in the browser's history,
 * and forgets it when it is closed; with "Keep nothing on this computer" nothing is remembered at all.
 */

import { page } from "../state/state.js";
import { byId } from "../tools/dom.js";

/**
 * @import { RunFacts } from "./facts.js"
 * @typedef {object} Place
 * @property {string} step its id
 * @property {Record<string, RunFacts>} runs by the ids of their steps
 * @property {Record<string, number>} parameters by preset
 */

const keepNothing = byId("keep-nothing", HTMLInputElement);

/** @returns {Place | null} */
export const remembered = () => history.state?.lesson ?? null;

/** @param {Place | null} place null when the lesson has ended */
export function remember(place) {
  const kept = keepNothing.checked || page.kept?.nothing ? null : place;
  if (JSON.stringify(kept) === JSON.stringify(remembered())) return;
  history.replaceState({ ...history.state, lesson: kept }, "");
}
