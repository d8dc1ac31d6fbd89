/**
 * Step 4: predictions, and files to keep.
 */

import { showError, showStatus } from "./controls.js";
import { chosenDevice } from "./device-view.js";
import { download, historyCsv, historyJson } from "./download.js";
import { client, isBusy, newRun, page, panel, refresh, report } from "./page.js";
import { clearPredictions, hideEvaluation, showModel, showPredictions } from "./result-view.js";
import { showProgress, showReading, showRecords } from "./run-view.js";
import { offerStored } from "./stored-step.js";
import { score } from "./training-step.js";
import { zip } from "./zip.js";

/** @import { ExportFormat } from "./protocol.js" */

/** @param {File[]} files */
export async function predict(files) {
  if (!page.network || isBusy() || files.length === 0) return;
  showError("");
  showStatus("Looking at the pictures");
  try {
    showPredictions(await client.send({ type: "predict", files }));
  } catch (error) {
    report(error);
  }
  showStatus(page.phase === "done" ? "Done" : "Ready");
}

/** @param {File[]} files one network, which in some formats is several files */
export async function openModel(files) {
  if (isBusy()) return;
  showError("");
  showStatus("Opening the network");
  try {
    const info = await client.send({ type: "open", files, device: chosenDevice() });
    const { data } = page;
    const fits = info.imageSize === data?.imageSize && info.classNames.join("\n") === data.classNames.join("\n");
    page.network = true;
    page.scorable = fits && data?.counts.test !== null;
    page.records = info.history?.epochs ?? [];
    page.run = newRun(page.records.length, 0);
    page.phase = "done";
    hideEvaluation();
    clearPredictions();
    showRecords(page.records);
    showReading(info.history?.reading ?? "", info.history?.notes ?? []);
    showProgress(0, data ? "Press Fit to train a new network." : "Pick pictures first.");
    showModel(info);
    void panel.keep(info);
    await offerStored(); // it may be the state of a run
  } catch (error) {
    report(error);
  }
  refresh(page.phase === "done" ? "Done" : "Ready");
}

/** An opened network on the test pictures in memory. */
export async function scoreOpened() {
  try {
    await score();
  } catch (error) {
    report(error);
  }
  refresh(page.phase === "done" ? "Done" : "Ready");
}

export async function saveModel() {
  try {
    download("model.tabfit", new Blob([await client.send({ type: "save" })]));
  } catch (error) {
    report(error);
  }
}

/** @param {Event} event a press of a button that names a format */
export async function exportModel({ currentTarget }) {
  if (!(currentTarget instanceof HTMLElement)) return;
  const format = /** @type {ExportFormat} */ (currentTarget.dataset["export"]);
  try {
    const files = (await client.send({ type: "export", format })).map(({ name, bytes }) => ({ name, content: new Blob([bytes]) }));
    const [only] = files;
    if (only && files.length === 1) download(only.name, only.content);
    else download(`model-${format}.zip`, await zip(files));
  } catch (error) {
    report(error);
  }
}

/** @param {"json" | "csv"} kind */
export function saveHistory(kind) {
  if (kind === "csv") download("history.csv", new Blob([historyCsv(page.records)], { type: "text/csv" }));
  else download("history.json", new Blob([historyJson(page.records)], { type: "application/json" }));
}
