/**
 * Step 3: a run from Fit to its score.
 */

import { showError, showStatus } from "./controls.js";
import { chosenDevice } from "./device-view.js";
import { byId } from "./dom.js";
import { compileConfig, fitConfig } from "./form.js";
import { many } from "./format.js";
import { client, isBusy, isRunning, newRun, page, panel, refresh, report, rest } from "./page.js";
import { clearPredictions, hideEvaluation, showEvaluation, showModel } from "./result-view.js";
import { addRecord, showBatch, showProgress, showReading, showRecords } from "./run-view.js";
import { keepAwake } from "./wake-lock.js";

/**
 * @import { FitEvent, History, Part } from "../tabfit.js"
 */

const STOP_PATIENCE_MS = 8000;
const STOP = "Stop";
const STOP_AT_ONCE = "Stop at once";

const section = byId("run", HTMLElement);
const stopButton = byId("stop", HTMLButtonElement);

/** What callbacks did so far. @type {string[]} */
let notes = [];

export async function fit() {
  if (!page.data || isBusy()) return;
  showError("");
  try {
    const config = { device: chosenDevice(), model: panel.choice(), compile: compileConfig(), fit: fitConfig() };
    begin();
    finish(await client.send({ type: "fit", config }));
    await score();
    page.phase = "done";
    refresh("Done");
  } catch (error) {
    if (isRunning()) end();
    report(error); // after the form is open again, so that the field in question can take the focus
  } finally {
    page.finishing = false;
    document.title = "tabfit";
    void keepAwake(false);
    refresh();
  }
}

/** What the run before showed stays until this one really starts: a refused setting costs nothing. */
function begin() {
  page.phase = "training";
  page.run = newRun(0, 0);
  stopButton.textContent = STOP;
  showProgress(null, "Preparing the network");
  refresh("Preparing");
  void keepAwake(true);
  section.focus({ preventScroll: true }); // Fit cannot keep the focus; the next Tab reaches Pause
  section.scrollIntoView({ block: "start" });
}

/** @param {FitEvent} event */
export function onFitEvent(event) {
  switch (event.type) {
    case "start":
      page.records = [];
      page.run.epochs = event.epochs;
      page.run.validationImages = event.validationImages;
      notes = [];
      hideEvaluation();
      clearPredictions();
      showRecords([], event.epochs);
      showReading("", []);
      showStatus("Training");
      break;
    case "batch":
      document.title = `Epoch ${event.epoch} of ${page.run.epochs} · tabfit`;
      showBatch(event, page.run.epochs);
      break;
    case "epoch":
      page.records = [...page.records, event.record];
      notes.push(...event.notes);
      addRecord(page.records, page.run.epochs);
      showReading(event.reading, notes);
      refresh();
      break;
  }
}

/** After an error. The worker keeps the network of the last finished epoch, for example on a lost GPU. */
function end() {
  const { epochs } = page.run;
  const finished = epochs > 0 ? page.records.length : 0; // no epochs planned: the run never started
  if (finished === 0) {
    showProgress(0, "Press Fit to train.");
    return rest();
  }
  page.network = true;
  page.phase = "done";
  showProgress(finished / epochs, `Broken off after epoch ${finished} of ${epochs}.`);
  describeNetwork();
  refresh("Broken off");
}

/** @param {History} history */
function finish(history) {
  const epochs = history.epochs.length;
  page.network = true;
  page.finishing = true;
  page.records = history.epochs;
  page.run.ended = true;
  showRecords(history.epochs);
  showReading(history.reading, history.notes);
  const ended = { completed: "Finished", callback: "Stopped early", aborted: "Stopped by you" }[history.stopped];
  showProgress(1, `${ended} after ${epochs} of ${many(page.run.epochs, "epoch")}.`);
  describeNetwork();
}

function describeNetwork() {
  if (page.data) showModel({ ...page.data, parameters: panel.parameters, epochs: page.records.length });
}

/** Scores the network on the hardest pictures there are, and on none that it learnt from. */
export async function score() {
  /** @type {Part | null} */
  const part = page.data?.counts.test ? "test" : page.run.validationImages > 0 ? "validation" : null;
  if (!part || page.records.length === 0) return;
  refresh(part === "test" ? "Scoring the test pictures" : "Scoring the validation pictures");
  showEvaluation(part, await client.send({ type: "evaluate", part }));
}

/** @param {"pause" | "resume"} type */
export async function hold(type) {
  try {
    await client.send({ type });
    if (!isRunning() || page.finishing) return;
    page.phase = type === "pause" ? "paused" : "training";
    refresh(type === "pause" ? "Paused" : "Training");
    byId(type === "pause" ? "resume" : "pause", HTMLButtonElement).focus({ preventScroll: true });
  } catch (error) {
    report(error);
  }
}

export async function stop() {
  if (page.finishing) return;
  if (stopButton.textContent === STOP_AT_ONCE) {
    client.restart("stopped at once");
    client.onFatal("it did not answer, so it was stopped at once", true);
    return;
  }
  page.finishing = true;
  refresh("Stopping");
  const { run } = page;
  setTimeout(() => {
    if (page.run !== run || run.ended || !isRunning()) return;
    stopButton.textContent = STOP_AT_ONCE; // the worker hangs: the next press ends it
    page.finishing = false;
    refresh();
  }, STOP_PATIENCE_MS);
  await client.send({ type: "stop" }).catch(report);
}
