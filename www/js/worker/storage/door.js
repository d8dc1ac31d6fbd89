/**
 * The one door to the files that this page keeps on the computer. Nothing else in the page asks the browser for files, so that the
 * tick "Keep nothing on this computer" holds for every feature. The tick itself is an empty file, the only one that is then kept.
 */

import { TrainerError } from "../../shared/errors.js";
import { answered, entryNames, remove, replaceFile } from "./opfs.js";

const TICK = "keep-nothing";

/**
 * Everything that is kept lies in this folder. Rejects with a "SecurityError" where nothing can be kept, and with
 * "KeepsNothing" where the person wants nothing to be.
 */
export async function storage() {
  const folder = await browserStorage();
  if ((await entryNames(folder)).includes(TICK)) throw new TrainerError("KeepsNothing", "You chose to keep nothing on this computer.");
  return folder;
}

export async function keepsNothing() {
  return (await entryNames(await browserStorage())).includes(TICK);
}

/** @param {boolean} wished */
export async function keepNothing(wished) {
  const folder = await browserStorage();
  if (wished) await replaceFile(folder, TICK, new Uint8Array());
  else if ((await entryNames(folder)).includes(TICK)) await remove(folder, TICK);
}

/** How much this page uses of what the browser allows it, in bytes; null where the browser does not say. */
export async function space() {
  const { usage, quota } = (await answered(async () => navigator.storage?.estimate?.()).catch(() => null)) ?? {};
  return usage === undefined || quota === undefined ? null : { usage, quota };
}

/** The same for who only removes something, which is done whatever the person wishes. Rejects where the browser stores nothing. */
export const storageToClear = () => browserStorage();

/** Rejects where the browser stores nothing: in some private windows, for pages loaded over plain HTTP, in GTK's WebKit. */
async function browserStorage() {
  if (!isSecureContext || !navigator.storage?.getDirectory) throw new DOMException("not for this page", "SecurityError");
  return answered(() => navigator.storage.getDirectory());
}
