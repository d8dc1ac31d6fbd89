/** Opens a network in place of the one in memory: from files on the person's disk, or one that is kept in this browser. */

import { client } from "../client/trainer-client.js";
import { needsPart } from "../device.js";
import { hear, say } from "../language/say.js";
import { panel } from "../network/panel.js";
import { askForClassNames } from "../result/class-names.js";
import { askForPixels } from "../result/pixels.js";
import { clearPredictions, hideEvaluation, showEvaluation, showModel } from "../result/view.js";
import { showError } from "../state/controls.js";
import { canScore, isBusy, newRun, page, refresh, report } from "../state/state.js";
import { chosenDevice } from "../training/form/device.js";
import { setChanges } from "../training/progress/changes.js";
import { showProgress, showReading, showRecords } from "../training/progress/view.js";
import { offerStored } from "./step.js";

/**
 * @import { Evaluation, History, ModelInfo, Part } from "../../../tabfit.js"
 * @typedef {Partial<Record<Part, Evaluation>>} Scores
 */

/** @param {File[]} files of one network: some formats need several files */
export async function openModel(files) {
  if (isBusy()) return;
  await opening(async () => {
    const info = await client.send({ type: "open", files, device: needsPart() ? "cpu" : chosenDevice() });
    showOpened(info, {});
    page.saved = true; // it is in that file
    const ours = files.every(({ name }) => /\.tabfit$/i.test(name)); // its networks take the pixels as they are
    if (!ours) await askForPixels(info);
  });
  await offerStored(); // the file may be the checkpoint of an unfinished run
}

/**
 * Opens something. Meanwhile nothing else can be begun, and what was there before stays if it fails.
 *
 * @param {() => Promise<void>} work
 */
export async function opening(work) {
  const { phase } = page;
  page.phase = "loading";
  showError("");
  refresh(say("Opening the network"));
  try {
    await work();
    page.phase = "done";
  } catch (error) {
    if (page.started) page.phase = phase;
    report(error);
  }
  refresh(page.phase === "done" ? say("Done") : say("Ready"));
}

/**
 * @param {ModelInfo} info of the network that is now in memory
 * @param {Scores} scores that are kept of it
 */
export function showOpened(info, scores) {
  page.network = true;
  page.saved = false;
  page.asksForPixels = false;
  page.scorable = canScore(info);
  clearPredictions();
  askForClassNames(info);
  showCurves(info.history, scores);
  showModel(info);
  void panel.keep(info);
}

/**
 * @param {History | null} history
 * @param {Scores} scores
 */
export function showCurves(history, scores) {
  page.records = history?.epochs ?? [];
  page.run = newRun(page.records.length, 0);
  hideEvaluation();
  for (const part of /** @type {const} */ (["validation", "test"])) if (scores[part]) showEvaluation(part, scores[part]);
  page.run.changes = history?.changes ?? []; // an earlier version kept none
  setChanges(page.run.changes);
  showRecords(page.records);
  showReading(hear(history?.reading ?? ""), (history?.notes ?? []).map(hear));
  showProgress(0, page.data ? say("Press Fit to train a new network.") : say("Pick pictures first."));
}
