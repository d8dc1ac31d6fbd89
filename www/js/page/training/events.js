/** Shows the events of a run, as seldom as a person can read them. */

import { clearPredictions, hideEvaluation } from "../result/view.js";
import { hear, say } from "../language/say.js";
import { showStatus } from "../state/controls.js";
import { isRunning, page, refresh, report } from "../state/state.js";
import { fileSize } from "../tools/format.js";
import { sizeOf } from "../tools/program-files.js";
import { Seldom } from "../tools/seldom.js";
import { showFiles, showKeptFeatures, showTrouble } from "./files.js";
import { setChanges } from "./progress/changes.js";
import { drawCurves } from "./progress/curves.js";
import { addRecords, readingNow, showBatch, showFeatures, showProgress, showReading, showRecords, showTest } from "./progress/view.js";
import { tellInside } from "./inside-door.js";
import { forgetStep, onStep } from "./one-step.js";
import { offerSteering, showChanged, showNow } from "./steer.js";
import { progressed } from "./watchdog.js";

/**
 * @import { RunEvent, StoredFile } from "../../shared/protocol.js"
 * @typedef {object} News what came since the last drawing
 * @property {Extract<RunEvent, { type: "batch" }>} [batch] the newest
 * @property {Extract<RunEvent, { type: "features" }>} [features] the newest, unless a batch came after it
 * @property {Extract<RunEvent, { type: "test" }> & { afterRun: boolean }} [test] the newest, unless a batch came after it
 * @property {StoredFile[]} [files]
 * @property {boolean} [changed] the person changed something
 * @property {string} [reading] of the newest epoch
 */

/** @type {News} */
let news = {};
const drawing = new Seldom(draw);

/** @param {Exclude<RunEvent, { type: "stored" | "kept" }>} event */
export function onRunEvent(event) {
  const { run } = page;
  tellInside(event);
  if (["features", "batch", "test", "epoch"].includes(event.type)) progressed();
  switch (event.type) {
    case "continue":
      run.before = event.history?.epochs ?? [];
      run.notes = event.history?.notes ?? [];
      run.changes = event.history?.changes ?? [];
      break;
    case "learnt":
      progressed();
      void showLearnt(event);
      break;
    case "start":
      news = {};
      page.records = [...run.before];
      run.epochs = event.epochs;
      run.validationImages = event.validationImages;
      run.steps = event.steps;
      run.steerable = event.steerable;
      setChanges(run.changes, run.steps);
      offerSteering();
      forgetStep();
      hideEvaluation();
      clearPredictions();
      run.notes.push(...event.notes.filter((note) => !run.notes.includes(note)));
      page.asksForPixels = page.asksForNames = false; // it was another network
      showRecords(run.before, event.epochs);
      showReading("", run.notes.map(hear));
      if (run.before.length === 0) showFiles([]);
      showStatus(say("Training"));
      refresh();
      break;
    case "change":
      run.changes.push(...event.changes);
      for (const { what, layer, to } of event.changes) {
        if (run.steerable && what === "learningRate") run.steerable.learningRate = to;
        else if (run.steerable && layer !== null) run.steerable.dropout[layer] = to;
      }
      news.changed = true;
      drawing.draw();
      break;
    case "features":
      news = { ...news, features: event };
      drawing.draw();
      break;
    case "step":
      if (event.pixels.length > 0) void onStep(event).catch(report);
      break;
    case "batch":
      if (run.steerable?.learningRate != null) run.steerable.learningRate = event.learningRate;
      news = { ...news, features: undefined, batch: event, test: undefined };
      drawing.draw();
      break;
    case "test":
      news = { ...news, batch: undefined, test: { ...event, afterRun: page.scoring } };
      drawing.draw();
      break;
    case "epoch":
      page.records.push(event.record);
      run.notes.push(...event.notes);
      news.reading = event.reading;
      drawing.draw();
      break;
    case "files":
      news.files = event.files;
      drawing.draw();
      break;
    case "trouble":
      showTrouble(hear(event.message));
      break;
    case "kept-features":
      showKeptFeatures(event);
      break;
  }
}

/** Shows what has come and is not shown yet. */
export const showNews = () => drawing.flush();

/** @param {Extract<RunEvent, { type: "learnt" }>} event */
async function showLearnt({ name, loaded }) {
  const total = await sizeOf(`pretrained/${name}.safetensors`); // a server need not say it
  if (!isRunning() || page.run.epochs > 0) return; // the run has begun meanwhile
  if (loaded === total) return showProgress(null, say("Preparing the network"));
  if (total === null) return showProgress(null, say("Loading what the network has learnt: {loaded}", { loaded: fileSize(loaded) }));
  const sentence = say("Loading what the network has learnt: {loaded} of {total}", { loaded: fileSize(loaded), total: fileSize(total) });
  return showProgress(loaded / total, sentence);
}

function draw() {
  const { run, records } = page;
  const { features, batch, test, files, changed, reading } = news;
  news = {};
  if (features) showFeatures(features);
  if (batch) {
    const title = say("Epoch {epoch} of {epochs} · tabfit", { epoch: batch.epoch, epochs: run.epochs });
    if (document.title !== title) document.title = title;
    showBatch(batch, run.epochs);
    showNow();
  }
  if (test && isRunning() && test.afterRun === page.scoring) showTest(test, test.afterRun);
  if (changed) {
    showChanged();
    drawCurves(records, run.epochs);
    showReading(readingNow(), run.notes.map(hear));
  }
  if (reading !== undefined) {
    addRecords(records, run.epochs);
    showReading(hear(reading), run.notes.map(hear));
    refresh();
  }
  if (files) showFiles(files);
}
