/** Shows the events of a run. */

import { clearPredictions, hideEvaluation } from "../result/view.js";
import { showStatus } from "../state/controls.js";
import { page, refresh } from "../state/state.js";
import { showFiles, showTrouble } from "./files.js";
import { addRecord, showBatch, showReading, showRecords } from "./progress/view.js";

/** @import { RunEvent } from "../../shared/protocol.js" */

/** @param {RunEvent} event */
export function onRunEvent(event) {
  const { run } = page;
  switch (event.type) {
    case "continue":
      run.before = event.history?.epochs ?? [];
      run.notes = event.history?.notes ?? [];
      break;
    case "start":
      page.records = run.before;
      run.epochs = event.epochs;
      run.validationImages = event.validationImages;
      hideEvaluation();
      clearPredictions();
      showRecords(run.before, event.epochs);
      showReading("", run.notes);
      if (run.before.length === 0) showFiles([]);
      showStatus("Training");
      break;
    case "batch":
      document.title = `Epoch ${event.epoch} of ${run.epochs} · tabfit`;
      showBatch(event, run.epochs);
      break;
    case "epoch":
      page.records = [...page.records, event.record];
      run.notes.push(...event.notes);
      addRecord(page.records, run.epochs);
      showReading(event.reading, run.notes);
      refresh();
      break;
    case "files":
      showFiles(event.files);
      break;
    case "trouble":
      showTrouble(event.message);
      break;
  }
}
