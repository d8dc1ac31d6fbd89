/** The start of the trainer worker, and what to do when it breaks down. */

import { connect } from "./device.js";
import { hear, say } from "./language/say.js";
import { panel } from "./network/panel.js";
import { load } from "./pictures/step.js";
import { hideLoading } from "./pictures/view.js";
import { showModel } from "./result/view.js";
import { showError } from "./state/controls.js";
import { isRunning, page, refresh, report } from "./state/state.js";
import { offerStored } from "./stored/step.js";
import { showNews } from "./training/events.js";
import { forgetEstimate } from "./training/estimate.js";
import { showProgress } from "./training/progress/view.js";

export async function start() {
  try {
    void panel.offer((await connect()).presets);
    refresh(say("Ready"));
    keepHelper();
    await offerStored();
  } catch (error) {
    report(error);
  }
}

/** Has the browser keep the script of a thread, which is loaded only when a run begins: by then there may be no network. */
function keepHelper() {
  fetch(new URL("../helper.js", import.meta.url), { priority: "low" }).catch(() => {}); // without it a run has one thread, and says so
}

/**
 * Called when the trainer worker is lost, and its pictures and network with it. The curves stay on the page, and the
 * files are read again.
 *
 * @param {string} message
 * @param {boolean} alive whether a new trainer worker has started
 */
export async function recover(message, alive) {
  const interrupted = page.phase;
  const kept = isRunning() && !page.run.ended ? null : page.kept?.current ?? null;
  showNews();
  Object.assign(page, { phase: "idle", started: false, network: false, scorable: false, pausing: false, finishing: false, scoring: false, gpuFailed: false, data: null, unfinished: null });
  hideLoading();
  showModel(null);
  void panel.keep(null);
  showProgress(0, say("Pick pictures first."));
  // After its first line a panic names a place in the source, which does not help the person.
  const why = hear((message.split("\n", 1)[0] ?? "").replace(/[.:\s]+$/, ""));
  if (!alive) {
    refresh(say("Not available"));
    showError(say("The trainer could not be started: {why}. Reload the page to try again.", { why }));
    return;
  }
  refresh(say("Starting again"));
  await start();
  // If it broke down while reading the pictures, it could do so again and again; then the person decides.
  const again = page.started && page.entries.length > 0 && interrupted !== "loading";
  if (again) await load(() => page.entries);
  forgetEstimate(); // it might break the trainer again; a change of the settings asks for it
  showError(brokeDown(why, kept));
}

/**
 * @param {string} why
 * @param {string | null} kept the id of the network that was in memory and has trained to its end, if it is kept
 */
function brokeDown(why, kept) {
  if (page.kept?.runs.some(({ id, weights }) => id === kept && weights)) return say("The trainer broke down: {why}. The network of that run is kept: open it in “Kept in this browser”.", { why });
  if (page.unfinished) return say("The trainer broke down: {why}. Resume goes on after epoch {epoch}.", { why, epoch: page.unfinished.epoch });
  return page.records.length > 0
    ? say("The trainer broke down: {why}. The curves are kept, the network of that run is lost.", { why })
    : say("The trainer broke down: {why}.", { why });
}
