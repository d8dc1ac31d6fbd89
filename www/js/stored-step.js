/**
 * What a person does with what lies in the browser's storage: go on, discard, download, forget.
 */

import { byId } from "./dom.js";
import { download } from "./download.js";
import { client, isBusy, page, refresh, report } from "./page.js";
import { load } from "./pictures-step.js";
import { showFiles, shownFiles } from "./stored-view.js";
import { goOn } from "./training-step.js";
import { zip } from "./zip.js";

/** @import { StoredFile, UnfinishedRun } from "./protocol.js" */

const imageSize = byId("image-size", HTMLSelectElement);
const note = byId("forget-note", HTMLElement);

/**
 * What an earlier visit, or a worker that broke down, has left.
 *
 * @param {UnfinishedRun | null} unfinished
 * @param {readonly StoredFile[]} files
 */
export function offerStored(unfinished, files) {
  page.unfinished = unfinished;
  page.found = unfinished !== null;
  if (unfinished && !page.data) readAt(unfinished.imageSize);
  showFiles(files);
  refresh();
}

/** The pictures must have the size they had; they are read again where they have another. */
export async function resumeRun() {
  const { unfinished, data, entries } = page;
  if (!unfinished || !data || isBusy()) return;
  if (data.imageSize !== unfinished.imageSize) {
    readAt(unfinished.imageSize);
    await load(entries);
    if (page.data?.imageSize !== unfinished.imageSize) return;
  }
  await goOn();
}

export function discard() {
  return client.send({ type: "discard" }).catch(report);
}

export async function forget() {
  try {
    await client.send({ type: "forget" });
    note.textContent = "Nothing is kept any more.";
  } catch (error) {
    report(error);
  }
}

/** @param {Event} event a click in the list of files */
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
    const files = shownFiles().map(async (path) => ({ name: path, content: await client.send({ type: "file", path }) }));
    download("run.zip", await zip(await Promise.all(files)));
  } catch (error) {
    report(error);
  }
}

/** @param {number} size */
function readAt(size) {
  if ([...imageSize.options].every(({ value }) => value !== String(size))) imageSize.add(new Option(`${size} × ${size}`, String(size)));
  imageSize.value = String(size);
}

/** @param {string} path */
const nameOf = (path) => path.split("/").at(-1) ?? path;
