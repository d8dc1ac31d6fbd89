/**
 * The worker's start, and what to do when it breaks down.
 */

import { client } from "./client/trainer-client.js";
import { panel } from "./network/panel.js";
import { load } from "./pictures/step.js";
import { hideLoading } from "./pictures/view.js";
import { showModel } from "./result/view.js";
import { showError } from "./state/controls.js";
import { page, refresh, report } from "./state/state.js";
import { offerStored } from "./stored/step.js";
import { showDevices } from "./training/form/device.js";
import { showProgress } from "./training/progress/view.js";

/** Greets the worker: its first answer says that the wasm is there. */
export async function start() {
  try {
    const { gpu, gpuReason, cores, presets } = await client.send({ type: "start" });
    page.started = true;
    showDevices(gpu, gpuReason, cores);
    void panel.offer(presets);
    refresh("Ready");
    await offerStored();
  } catch (error) {
    report(error);
  }
}

/**
 * The worker is gone, with its pictures and its network. The curves stay; the files are read again.
 *
 * @param {string} message
 * @param {boolean} alive a fresh worker has started
 */
export async function recover(message, alive) {
  const interrupted = page.phase;
  Object.assign(page, { phase: "idle", started: false, network: false, scorable: false, finishing: false, data: null, unfinished: null });
  hideLoading();
  showModel(null);
  void panel.keep(null);
  showProgress(0, "Pick pictures first.");
  // A panic goes on with its place in the source, which helps nobody in a class room.
  const why = (message.split("\n", 1)[0] ?? "").replace(/[.:\s]+$/, "");
  if (!alive) {
    refresh("Not available");
    showError(`The trainer could not be started: ${why}. Reload the page to try again.`);
    return;
  }
  refresh("Starting again");
  await start();
  // Pictures that broke it while they were read could do so for ever; then the person decides.
  const again = page.started && page.entries.length > 0 && interrupted !== "loading";
  if (again) await load(page.entries);
  showError(`The trainer broke down: ${why}.${whatIsKept()}`);
}

function whatIsKept() {
  if (page.unfinished) return ` Resume goes on after epoch ${page.unfinished.epoch}.`;
  return page.records.length > 0 ? " The curves are kept, the network of that run is lost." : "";
}
