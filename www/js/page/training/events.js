/** Shows the events of a run, as seldom as a person can read them. */

import { clearPredictions, hideEvaluation } from "../result/view.js";
import { hear, say } from "../language/say.js";
import { showStatus } from "../state/controls.js";
import { isRunning, page, refresh } from "../state/state.js";
import { fileSize } from "../tools/format.js";
import { sizeOf } from "../tools/program-files.js";
import { Seldom } from "../tools/seldom.js";
import { showFiles, showKeptFeatures, showTrouble } from "./files.js";
import { progressed } from "./watchdog.js";
import { addRecords, showBatch, showFeatures, showProgress, showReading, showRecords, showTest } from "./progress/view.js";

/**
 * @import { RunEvent, StoredFile } from "../../shared/protocol.js"
 * @typedef {object} News what came since the last drawing
 * @property {Extract<RunEvent, { type: "batch" }>} [batch] the newest
 * @property {Extract<RunEvent, { type: "features" }>} [features] the newest, unless a batch came after it
 * @property {Extract<RunEvent, { type: "test" }> & { afterRun: boolean }} [test] the newest, unless a batch came after it
 * @property {StoredFile[]} [files]
 * @property {string} [reading] of the newest epoch
 */

/** @type {News} */
let news = {};
const drawing = new Seldom(draw);

/** @param {Exclude<RunEvent, { type: "stored" | "kept" }>} event */
export function onRunEvent(event) {
  const { run } = page;
  if (["features", "batch", "test", "epoch"].includes(event.type)) progressed();
  switch (event.type) {
    case "continue":
      run.before = event.history?.epochs ?? [];
      run.notes = event.history?.notes ?? [];
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
      hideEvaluation();
      clearPredictions();
      run.notes.push(...event.notes.filter((note) => !run.notes.includes(note)));
      page.asksForPixels = false; // it was another network
      showRecords(run.before, event.epochs);
      showReading("", run.notes.map(hear));
      if (run.before.length === 0) showFiles([]);
      showStatus(say("Training"));
      break;
    case "features":
      news = { ...news, features: event };
      drawing.draw();
      break;
    case "batch":
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
  const { features, batch, test, files, reading } = news;
  news = {};
  if (features) showFeatures(features);
  if (batch) {
    const title = say("Epoch {epoch} of {epochs} · tabfit", { epoch: batch.epoch, epochs: run.epochs });
    if (document.title !== title) document.title = title;
    showBatch(batch, run.epochs);
  }
  if (test && isRunning() && test.afterRun === page.scoring) showTest(test, test.afterRun);
  if (reading !== undefined) {
    addRecords(records, run.epochs);
    showReading(hear(reading), run.notes.map(hear));
    refresh();
  }
  if (files) showFiles(files);
}
