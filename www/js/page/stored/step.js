/** What a person can do with the stored run: go on with it, discard it, or download the files of its callbacks. */

import { makeKeptGroups } from "../care/late.js";
import { client } from "../client/trainer-client.js";
import { hear } from "../language/say.js";
import { chooseSize, loadAt } from "../pictures/step.js";
import { showError } from "../state/controls.js";
import { isBusy, page, refresh, report } from "../state/state.js";
import { download } from "../tools/download.js";
import { showFiles } from "../training/files.js";
import { chooseDevice, offerThreads } from "../training/form/device.js";
import { goOn } from "../training/step.js";
import { onKept } from "./kept-view.js";
import { showPersisted } from "./persist.js";

/** Offers what an earlier visit or a lost trainer worker has left. */
export async function offerStored() {
  try {
    const { unfinished, files, kept, trouble } = await client.send({ type: "stored" });
    page.unfinished = unfinished;
    page.found = unfinished !== null;
    if (unfinished) chooseDevice(unfinished.device);
    if (unfinished?.threads) offerThreads(unfinished.threads);
    if (unfinished && !page.data) chooseSize(unfinished.imageSize);
    showFiles(files);
    onKept(kept);
    if (trouble) showError(hear(trouble));
    await showPersisted();
  } catch (error) {
    report(error);
  }
  refresh();
}

export async function resumeRun() {
  if (!page.unfinished || isBusy()) return;
  showError("");
  if ((await loadAt(page.unfinished.imageSize)) && (await makeKeptGroups())) await goOn();
}

/** Removes the unfinished run. */
export async function discard() {
  try {
    await client.send({ type: "discard" });
    page.unfinished = null;
    showFiles([]);
  } catch (error) {
    report(error);
  }
  refresh();
}

/** @param {Event} event a click somewhere in the list of files */
export async function downloadStored({ target }) {
  const row = target instanceof HTMLButtonElement && target.closest("li");
  const path = row && row.dataset["path"];
  if (!path) return;
  try {
    download(nameOf(path), await client.send({ type: "file", path }));
  } catch (error) {
    report(error);
  }
}

export async function downloadAllStored() {
  try {
    download("run.zip", await client.send({ type: "all-files" }));
  } catch (error) {
    report(error);
  }
}

/** @param {string} path */
const nameOf = (path) => path.split("/").at(-1) ?? path;
