/** Which controls are enabled and shown in which state. No other file decides that. */

import { say } from "../language/say.js";
import { byId, setText } from "../tools/dom.js";

/**
 * @typedef {"idle" | "loading" | "ready" | "training" | "paused" | "done"} Phase
 * @typedef {object} State
 * @property {Phase} phase
 * @property {boolean} started the trainer worker has answered
 * @property {boolean} data it holds pictures
 * @property {boolean} network it holds a network
 * @property {boolean} scorable that network can be scored on the test pictures
 * @property {boolean} asksForPixels it is not known what pixels that network was trained on
 * @property {boolean} asksForNames its classes have made-up names
 * @property {boolean} pausing it was asked to pause and has not answered yet
 * @property {boolean} finishing the run or the scoring is being stopped
 * @property {boolean} reloadable the pictures were lost, but the page still has the files
 * @property {number} epochs how many finished epochs are shown
 * @property {boolean} stuck the run has not reacted to Stop
 * @property {boolean} unfinished there is a run that can go on
 * @property {boolean} found the banner should offer it
 * @property {boolean} steerable something can be changed in the run that goes on
 * @property {boolean} keeps there is a kept network that can be opened
 */

const fit = byId("fit", HTMLButtonElement);
const pause = byId("pause", HTMLButtonElement);
const resume = byId("resume", HTMLButtonElement);
const stop = byId("stop", HTMLButtonElement);
const statusLine = byId("status", HTMLElement);
const error = byId("error", HTMLElement);

/** @param {State} state */
export function showState({
  phase, started, data, network, scorable, asksForPixels, asksForNames, pausing, finishing, reloadable, epochs, stuck, unfinished, found, steerable, keeps,
}) {
  const running = phase === "training" || phase === "paused";
  const busy = running || phase === "loading";
  document.body.dataset["state"] = phase;
  document.body.dataset["network"] = String(network);

  byId("pictures-controls", HTMLFieldSetElement).disabled = busy;
  byId("network-controls", HTMLFieldSetElement).disabled = running;
  byId("settings", HTMLFieldSetElement).disabled = running;

  // Fit is disabled but not hidden, so that the second click of a double click does not land on another button.
  fit.disabled = busy || !started || !data;
  pause.hidden = phase !== "training";
  pause.disabled = finishing || pausing;
  resume.hidden = !(phase === "paused" || (unfinished && data && !busy));
  resume.disabled = finishing;
  stop.hidden = !running;
  stop.disabled = finishing;
  setText(stop, stuck ? say("Stop at once") : say("Stop"));

  byId("one-step", HTMLButtonElement).hidden = phase !== "paused" || !steerable;
  byId("one-step", HTMLButtonElement).disabled = finishing;
  byId("steer", HTMLElement).hidden = !running || finishing || !steerable;

  byId("unfinished", HTMLElement).hidden = !(unfinished && found) || running;
  byId("go-on", HTMLButtonElement).disabled = busy || !data;
  byId("discard", HTMLButtonElement).disabled = busy;
  byId("forget", HTMLButtonElement).disabled = busy || !started;
  byId("kept-controls", HTMLFieldSetElement).disabled = busy;
  byId("kept-offer", HTMLElement).hidden = !keeps || network || running;
  byId("open-newest", HTMLButtonElement).disabled = busy || !started;

  byId("predict-input", HTMLInputElement).disabled = busy || !network;
  byId("live-start", HTMLButtonElement).disabled = busy || !network;
  byId("predict-hint", HTMLElement).hidden = network;
  byId("open-model", HTMLInputElement).disabled = busy || !started;
  byId("pixels", HTMLFieldSetElement).hidden = !asksForPixels || !network || running;
  byId("pixels", HTMLFieldSetElement).disabled = busy;
  byId("class-names", HTMLFieldSetElement).hidden = !asksForNames || !network || running;
  byId("class-names", HTMLFieldSetElement).disabled = busy;
  byId("train-on", HTMLButtonElement).hidden = busy || !network || !data;
  byId("save-model", HTMLButtonElement).disabled = busy || !network;
  for (const button of document.querySelectorAll("[data-export], [data-report]")) {
    if (button instanceof HTMLButtonElement) button.disabled = busy || !network;
  }
  byId("show-copies", HTMLButtonElement).disabled = busy || !data;
  byId("copy-keras", HTMLButtonElement).disabled = busy || !data;
  byId("score", HTMLButtonElement).hidden = busy || !scorable;
  byId("download-json", HTMLButtonElement).disabled = epochs === 0;
  byId("download-csv", HTMLButtonElement).disabled = epochs === 0;
  byId("reload", HTMLButtonElement).hidden = !reloadable || busy;
}

/** @param {string} sentence */
export function showStatus(sentence) {
  setText(statusLine, sentence); // a screen reader would read the same text again if it were written again
}

/**
 * @param {string} sentence empty to hide the alert
 * @param {HTMLElement | null} [field] the field that the error is about
 */
export function showError(sentence, field = null) {
  setText(error, sentence);
  error.hidden = sentence === "";
  for (const marked of document.querySelectorAll("[aria-invalid=true][aria-errormessage=error]")) {
    marked.removeAttribute("aria-invalid");
    marked.removeAttribute("aria-errormessage");
  }
  if (!field) return;
  field.setAttribute("aria-invalid", "true");
  field.setAttribute("aria-errormessage", "error");
  for (let panel = field.closest("details"); panel; panel = panel.parentElement?.closest("details") ?? null) panel.open = true;
  field.focus();
}
