/** Step 3: one run, new or unfinished, from its start to its score. */

import { client } from "../client/trainer-client.js";
import { groupedBy, keepGrouping, makeGroups, needsGroups } from "../care/late.js";
import { hear, say } from "../language/say.js";
import { chooseLastBlocks } from "../network/fine-tune.js";
import { panel } from "../network/panel.js";
import { isLoadedAt, loadAt } from "../pictures/step.js";
import { foldSamples } from "../pictures/view.js";
import { score } from "../result/step.js";
import { showModel } from "../result/view.js";
import { showError } from "../state/controls.js";
import { backToReady, isBusy, isRunning, newRun, page, refresh, report } from "../state/state.js";
import { byId } from "../tools/dom.js";
import { many, together } from "../tools/format.js";
import { keepAwake } from "../tools/wake-lock.js";
import { showKeptFeatures, showTrouble } from "./files.js";
import { showNews } from "./events.js";
import { chooseDevice, chosenDevice } from "./form/device.js";
import { fieldOf } from "./form/form.js";
import { keepsTogether } from "./form/grouping.js";
import { number } from "./form/inputs.js";
import { runConfig } from "./form/run-config.js";
import { forgetStep } from "./one-step.js";
import { setChanges } from "./progress/changes.js";
import { showProgress, showReading, showRecords } from "./progress/view.js";
import { stopWatching, watchProgress } from "./watchdog.js";

/**
 * @import { History } from "../../../tabfit.js"
 * @import { Command } from "../../shared/protocol.js"
 */

const section = byId("run", HTMLElement);

/** How a run has ended. @type {Record<History["stopped"], (values: { epochs: number, planned: string }) => string>} */
const ENDED = {
  completed: (values) => say("Finished after {epochs} of {planned}.", values),
  callback: (values) => say("Stopped early after {epochs} of {planned}.", values),
  aborted: (values) => say("Stopped by you after {epochs} of {planned}.", values),
};

/** Starts a new run with the settings of the form. */
export async function fit() {
  if (!page.data || isBusy()) return;
  const size = panel.neededSize ?? page.data.imageSize;
  // Without waiting if nothing is to be read, so that a Stop that follows at once finds a run.
  if (!isLoadedAt(size) && !(await loadAt(size))) return;
  if (needsGroups() && !(await makeGroups())) return;
  void keepGrouping();
  await run(() => ({ type: "fit", config: runConfig() }));
}

/**
 * Trains the network in memory further as Keras's guide to fine-tuning does once the head has learnt: its last blocks learn
 * too, at a small learning rate. The form shows what was chosen, so that Fit would do the same again.
 */
export async function fineTune() {
  showError("");
  try {
    const learningRate = chooseLastBlocks();
    byId("learning-rate", HTMLInputElement).valueAsNumber = learningRate;
    byId("schedule", HTMLSelectElement).value = "";
    byId("schedule", HTMLSelectElement).dispatchEvent(new Event("change", { bubbles: true }));
  } catch (error) {
    return report(error);
  }
  await fit();
}

/**
 * Goes on with the unfinished run from its last checkpoint.
 *
 * @param {(history: History) => Promise<unknown>} [judge] scores the network when the run has ended
 */
export async function goOn(judge = () => score()) {
  const before = page.unfinished;
  return run(() => {
    const [device, threads] = [chosenDevice(), number("threads")];
    if (before && (before.device !== device || (device === "cpu" && before.threads !== null && before.threads !== threads))) {
      showTrouble(say("The run goes on with another device or number of threads than before, so its numbers may differ in the last digits."));
    }
    return { type: "go-on", device, threads };
  }, judge);
}

/**
 * @param {() => Extract<Command, { type: "fit" | "go-on" }>} command throws if a setting of the form is invalid
 * @param {(history: History) => Promise<unknown>} [judge] scores the network when the run has ended
 * @returns {Promise<History | null>} null if the run failed; that was said
 */
export async function run(command, judge = () => score()) {
  if (!page.data || isBusy()) return null;
  showError("");
  showTrouble(together(page.notes));
  showKeptFeatures(null);
  page.notes = [];
  try {
    const asked = command();
    begin();
    const history = await client.send(asked).finally(showNews);
    await finish(history);
    await judge(history);
    page.phase = "done";
    refresh(say("Done"));
    return history;
  } catch (error) {
    if (isRunning()) await endAfterError().catch(report);
    const { name = "" } = error instanceof Error ? error : {};
    if (name === "DeviceError" && chosenDevice() === "webgpu") page.gpuFailed = true;
    if (name === "WrongNumbersError") chooseDevice("cpu");
    tell(error); // only now: the form is enabled again, so that the invalid field can take the focus
    return null;
  } finally {
    page.finishing = false;
    if (page.started) page.unfinished = (await client.send({ type: "stored" }).catch(() => null))?.unfinished ?? null;
    document.title = "tabfit";
    void keepAwake(false);
    stopWatching();
    forgetStep();
    refresh();
    if (document.activeElement === document.body) section.focus({ preventScroll: true }); // the button that was pressed is gone
  }
}

/** A split may fail only because pictures are kept together; then it is said how that is changed. @param {unknown} error */
function tell(error) {
  const { name, message } = error instanceof Error ? error : { name: "", message: "" };
  if (name !== "ConfigError" || !/^validationSplit of .* leaves /.test(message) || !keepsTogether()) return report(error);
  const how = say("Pictures that look alike are kept on one side; if that leaves too few for the other, choose “nothing” for “Kept together” under “Data and batches”.");
  showError(together([hear(message), how]), fieldOf(error));
}

/** The curves of the previous run stay until this one really starts, so that a refused setting clears nothing. */
function begin() {
  page.phase = "training";
  page.run = { ...newRun(0, 0), groupedBy: groupedBy() };
  page.unfinished = null;
  page.found = false;
  foldSamples();
  showProgress(null, say("Preparing the network"));
  refresh(say("Preparing"));
  void keepAwake(true);
  watchProgress();
  section.focus({ preventScroll: true }); // the disabled Fit loses the focus; from here the next Tab reaches Pause
  section.scrollIntoView({ block: "start" });
  section.parentElement?.scrollTo({ top: 0 }); // in a wide window, the part of the page that scrolls
}

/** The trainer worker keeps the network of the last finished epoch, for example when the GPU was lost. */
async function endAfterError() {
  const { epochs, before, ended } = page.run;
  if (ended > 0) { // only its scoring failed
    page.phase = "done";
    return refresh(say("Done"));
  }
  const finished = epochs > 0 ? page.records.length : 0; // 0 planned epochs: the run has not started
  if (finished <= before.length) {
    // The worker still holds the network that it had before, if any.
    showProgress(0, before.length > 0 ? say("Press Resume to go on, or Fit to train a new network.") : say("Press Fit to train."));
    return backToReady();
  }
  page.network = true;
  page.saved = false;
  page.phase = "done";
  showProgress(finished / epochs, say("Broken off after epoch {finished} of {epochs}.", { finished, epochs }));
  await describeNetwork();
  refresh(say("Broken off"));
}

/** @param {History} history */
async function finish(history) {
  const epochs = history.epochs.at(-1)?.epoch ?? 0; // a run need not begin with the first one
  page.network = true;
  page.saved = false;
  page.records = history.epochs;
  page.run.ended = Date.now();
  page.run.changes = history.changes;
  setChanges(history.changes, page.run.steps);
  showRecords(history.epochs);
  showReading(hear(history.reading), history.notes.map(hear));
  const share = history.stopped === "aborted" ? epochs / Math.max(1, page.run.epochs) : 1;
  showProgress(share, ENDED[history.stopped]({ epochs, planned: many(page.run.epochs, "epoch") }));
  await describeNetwork();
}

async function describeNetwork() {
  const info = await client.send({ type: "info" });
  showModel(info);
  await panel.keep(info);
}
