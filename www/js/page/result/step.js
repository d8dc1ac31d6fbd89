/** Step 4: scoring, predictions, and files to save. */

import { client } from "../client/trainer-client.js";
import { say } from "../language/say.js";
import { showError, showStatus } from "../state/controls.js";
import { isBusy, isRunning, page, refresh, report } from "../state/state.js";
import { byId } from "../tools/dom.js";
import { download } from "../tools/download.js";
import { late } from "../tools/late.js";
import { metricNames, valueOf } from "../training/progress/records.js";
import { progressNow, showProgress } from "../training/progress/view.js";
import { showEvaluation, showPredictions } from "./view.js";

/** @import { ExportFormat, Part } from "../../../tabfit.js" */

/** @param {File[]} files */
export async function predict(files) {
  if (!page.network || isBusy() || files.length === 0) return;
  showError("");
  showStatus(say("Looking at the pictures"));
  try {
    showPredictions(await client.send({ type: "predict", files }));
  } catch (error) {
    report(error);
  }
  showStatus(page.phase === "done" ? say("Done") : say("Ready"));
}

/** Scores the network on the test pictures, else on the validation pictures, but never on those it learnt from. */
export async function score() {
  /** @type {Part | null} */
  const part = page.data?.counts.test ? "test" : page.run.validationImages > 0 ? "validation" : null;
  if (!part || page.records.length === 0) return;
  Object.assign(page, { scoring: true, finishing: false });
  page.run.stuck = false; // what did not react was the training
  refresh(part === "test" ? say("Scoring the test pictures") : say("Scoring the validation pictures"));
  const text = progressNow();
  try {
    showEvaluation(part, await client.send({ type: "evaluate", part }));
  } catch (error) {
    if (!(error instanceof Error && error.name === "AbortError")) throw error;
    page.scorable = true; // so that it can be asked for again
  } finally {
    Object.assign(page, { scoring: false, finishing: false });
    showProgress(text.share, text.sentence());
  }
}

/** Scores a network that was opened from a file. */
export async function scoreOpened() {
  page.phase = "training"; // it can be paused and stopped as a run can
  try {
    await score();
  } catch (error) {
    report(error);
  }
  if (isRunning()) page.phase = "done"; // unless the trainer worker was lost meanwhile
  refresh(say("Done"));
}

export async function saveModel() {
  try {
    const includeOptimizer = byId("include-optimizer", HTMLInputElement).checked;
    download("model.tabfit", new Blob([await client.send({ type: "save", includeOptimizer })]));
    page.saved = true;
  } catch (error) {
    report(error);
  }
}

/** @param {Event} event a click on a button whose `data-export` is the format */
export async function exportModel({ currentTarget }) {
  if (!(currentTarget instanceof HTMLElement)) return;
  const format = /** @type {ExportFormat | "run"} */ (currentTarget.dataset["export"]);
  showError("");
  try {
    const card = format === "run" ? "" : await theReport().then(({ modelCard }) => modelCard(format)).catch((error) => (report(error), "")); // without it, the network still comes
    const { name, content } = await client.send({ type: "export", format, card });
    download(name, content);
    page.saved = true;
  } catch (error) {
    report(error);
  }
}

/** The report, or the model card of a `.tabfit` file. @param {Event} event a click on a button whose `data-report` says which */
export async function saveReport({ currentTarget }) {
  if (!(currentTarget instanceof HTMLElement)) return;
  showError("");
  showStatus(say("Making the report"));
  try {
    await (await theReport()).saveReport(currentTarget.dataset["report"] ?? "");
  } catch (error) {
    report(error);
  }
  showStatus(page.phase === "done" ? say("Done") : say("Ready"));
}

const theReport = () => late(() => import("../report/step.js"));

export async function saveHistoryCsv() {
  try {
    const csv = await client.send({ type: "history-csv", records: page.records });
    download("history.csv", new Blob([csv], { type: "text/csv" }));
  } catch (error) {
    report(error);
  }
}

/** Keras's `history.epoch`, counted from 0, together with the lists of `history.history`. */
export function saveHistoryJson() {
  const { records } = page;
  const lists = metricNames(records).sort().map((name) => [name, records.map((record) => valueOf(record, name))]);
  const { changes } = page.run;
  const changed = changes.length > 0 ? { changes } : {}; // where there are none, the file is Keras's alone
  const history = { epoch: records.map(({ epoch }) => epoch - 1), ...Object.fromEntries(lists), ...changed };
  download("history.json", new Blob([`${JSON.stringify(history, null, 2)}\n`], { type: "application/json" }));
}
