/** Opens a network from files on the person's disk, in place of the network in memory. */

import { client } from "../client/trainer-client.js";
import { needsPart } from "../device.js";
import { panel } from "../network/panel.js";
import { clearPredictions, hideEvaluation, showModel } from "../result/view.js";
import { showError, showStatus } from "../state/controls.js";
import { isBusy, newRun, page, refresh, report } from "../state/state.js";
import { chosenDevice } from "../training/form/device.js";
import { showProgress, showReading, showRecords } from "../training/progress/view.js";
import { offerStored } from "./step.js";

/** @param {File[]} files of one network: some formats need several files */
export async function openModel(files) {
  if (isBusy()) return;
  showError("");
  showStatus("Opening the network");
  try {
    const info = await client.send({ type: "open", files, device: needsPart() ? "cpu" : chosenDevice() });
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
    await offerStored(); // the file may be the checkpoint of an unfinished run
  } catch (error) {
    report(error);
  }
  refresh(page.phase === "done" ? "Done" : "Ready");
}
