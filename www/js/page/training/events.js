/** Shows the events of a run, as seldom as a person can read them. */

import { clearPredictions, hideEvaluation } from "../result/view.js";
import { showStatus } from "../state/controls.js";
import { isRunning, page, refresh } from "../state/state.js";
import { Seldom } from "../tools/seldom.js";
import { showFiles, showTrouble } from "./files.js";
import { progressed } from "./watchdog.js";
import { addRecords, showBatch, showReading, showRecords, showTest } from "./progress/view.js";

/**
 * @import { RunEvent, StoredFile } from "../../shared/protocol.js"
 * @typedef {object} News what came since the last drawing
 * @property {Extract<RunEvent, { type: "batch" }>} [batch] the newest
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
  if (event.type === "batch" || event.type === "test" || event.type === "epoch") progressed();
  switch (event.type) {
    case "continue":
      run.before = event.history?.epochs ?? [];
      run.notes = event.history?.notes ?? [];
      break;
    case "start":
      news = {};
      page.records = [...run.before];
      run.epochs = event.epochs;
      run.validationImages = event.validationImages;
      hideEvaluation();
      clearPredictions();
      page.asksForPixels = false; // it was another network
      showRecords(run.before, event.epochs);
      showReading("", run.notes);
      if (run.before.length === 0) showFiles([]);
      showStatus("Training");
      break;
    case "batch":
      news = { ...news, batch: event, test: undefined };
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
      showTrouble(event.message);
      break;
  }
}

/** Shows what has come and is not shown yet. */
export const showNews = () => drawing.flush();

function draw() {
  const { run, records } = page;
  const { batch, test, files, reading } = news;
  news = {};
  if (batch) {
    const title = `Epoch ${batch.epoch} of ${run.epochs} · tabfit`;
    if (document.title !== title) document.title = title;
    showBatch(batch, run.epochs);
  }
  if (test && isRunning() && test.afterRun === page.scoring) showTest(test, test.afterRun);
  if (reading !== undefined) {
    addRecords(records, run.epochs);
    showReading(reading, run.notes);
    refresh();
  }
  if (files) showFiles(files);
}
