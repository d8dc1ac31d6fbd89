/**
 * Step 3: a run from Fit, or from where it was broken off, to its score.
 */

import { client } from "../client/trainer-client.js";
import { panel } from "../network/panel.js";
import { loadAt } from "../pictures/step.js";
import { score } from "../result/step.js";
import { showModel } from "../result/view.js";
import { showError } from "../state/controls.js";
import { isBusy, isRunning, newRun, page, refresh, report, rest } from "../state/state.js";
import { byId } from "../tools/dom.js";
import { many } from "../tools/format.js";
import { keepAwake } from "../tools/wake-lock.js";
import { showTrouble } from "./files.js";
import { chosenDevice } from "./form/device.js";
import { number } from "./form/inputs.js";
import { runConfig } from "./form/run-config.js";
import { showProgress, showReading, showRecords } from "./progress/view.js";

/**
 * @import { History } from "../../../tabfit.js"
 * @import { Command } from "../../shared/protocol.js"
 */

const section = byId("run", HTMLElement);

/** A new run with the settings of the form. */
export async function fit() {
  const size = panel.neededSize;
  if (size !== null && !isBusy() && !(await loadAt(size))) return;
  await run(() => ({ type: "fit", config: runConfig() }));
}

/** The unfinished run, from its last saved point. */
export function goOn() {
  return run(() => ({ type: "go-on", device: chosenDevice(), threads: number("threads") }));
}

/** @param {() => Extract<Command, { type: "fit" | "go-on" }>} command may refuse what the form holds */
async function run(command) {
  if (!page.data || isBusy()) return;
  showError("");
  showTrouble("");
  try {
    const asked = command();
    begin();
    await finish(await client.send(asked));
    await score();
    page.phase = "done";
    refresh("Done");
  } catch (error) {
    if (isRunning()) await end();
    report(error); // after the form is open again, so that the field in question can take the focus
  } finally {
    page.finishing = false;
    if (page.started) page.unfinished = (await client.send({ type: "stored" }).catch(() => null))?.unfinished ?? null;
    document.title = "tabfit";
    void keepAwake(false);
    refresh();
  }
}

/** What the run before showed stays until this one really starts: a refused setting costs nothing. */
function begin() {
  page.phase = "training";
  page.run = newRun(0, 0);
  page.unfinished = null;
  page.found = false;
  showProgress(null, "Preparing the network");
  refresh("Preparing");
  void keepAwake(true);
  section.focus({ preventScroll: true }); // Fit cannot keep the focus; the next Tab reaches Pause
  section.scrollIntoView({ block: "start" });
}

/** After an error. The worker keeps the network of the last finished epoch, for example on a lost GPU. */
async function end() {
  const { epochs } = page.run;
  const finished = epochs > 0 ? page.records.length : 0; // no epochs planned: the run never started
  if (finished === 0) {
    showProgress(0, "Press Fit to train.");
    return rest();
  }
  page.network = true;
  page.phase = "done";
  showProgress(finished / epochs, `Broken off after epoch ${finished} of ${epochs}.`);
  await describeNetwork();
  refresh("Broken off");
}

/** @param {History} history */
async function finish(history) {
  const epochs = history.epochs.length;
  page.network = true;
  page.finishing = true;
  page.records = history.epochs;
  page.run.ended = true;
  showRecords(history.epochs);
  showReading(history.reading, history.notes);
  const ended = { completed: "Finished", callback: "Stopped early", aborted: "Stopped by you" }[history.stopped];
  const share = history.stopped === "aborted" ? epochs / Math.max(1, page.run.epochs) : 1;
  showProgress(share, `${ended} after ${epochs} of ${many(page.run.epochs, "epoch")}.`);
  await describeNetwork();
}

async function describeNetwork() {
  const info = await client.send({ type: "info" });
  showModel(info);
  await panel.keep(info);
}
