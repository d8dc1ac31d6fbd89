/** Visits of the page without a browser, one after the other, on one storage in memory; and what disks and strangers do to that. */

import { register } from "node:module";
import { ended } from "./memory.js";

register("./instances.mjs", import.meta.url);

export const browser = navigator.storage;
let visits = 0;

/** The page is opened; what was open before has ended. @returns {Promise<typeof import("./visit.js")>} */
export async function visit({ empty = true } = {}) {
  ended();
  if (empty) for await (const name of (await browser.getDirectory()).keys()) await (await browser.getDirectory()).removeEntry(name);
  const page = await import(`./visit.js?tab=${++visits}`);
  await page.storageSearch;
  return page;
}

/** A module of the storage, as the last visit has it. @param {string} name */
export const store = (name) => import(`../../../www/js/worker/storage/${name}.js?tab=${visits}`);

export const untilStopped = () => new AbortController();
export const fit = (page, more = {}, signal = untilStopped().signal) => page.runs.fit({ ...page.CONFIG, ...more }, signal);

/** Fits, and does something at a step, counted from the beginning. */
export function fitUntil(page, step, act, more) {
  const stop = untilStopped();
  let steps = 0;
  Object.defineProperty(page.tasks, "unpaused", { configurable: true, get: () => (page.sent.at(-1)?.type === "step" && ++steps === step ? act(stop) : undefined) });
  return fit(page, more, stop.signal).finally(() => delete page.tasks.unpaused);
}

/** A visit with a run that has ended. */
export async function withRun(more) {
  const page = await visit();
  page.pictures();
  await fit(page, more);
  return { page, id: page.autosave.run.id };
}

/** Changes a file of the storage. @param {string} path @param {(text: string) => string | Uint8Array} change */
export async function spoil(path, change) {
  const names = path.split("/");
  let folder = await browser.getDirectory();
  for (const name of names.slice(0, -1)) folder = await folder.getDirectoryHandle(name, { create: true });
  const handle = await folder.getFileHandle(names.at(-1), { create: true });
  const changed = change(await (await handle.getFile()).text());
  const sync = await handle.createSyncAccessHandle();
  sync.truncate(0);
  sync.write(typeof changed === "string" ? new TextEncoder().encode(changed) : changed, { at: 0 });
  sync.close();
}

/** The runs that the list of networks shows. */
export const listed = async (page) => (await page.kept.listKept()).runs;
/** What the page was told that could not be kept, since it was asked last. */
export const troubles = (page) => page.sent.splice(0).filter(({ type }) => type === "trouble").map(({ message }) => message);
/** The runs that have a folder. */
export async function runFolders() {
  const found = [];
  for await (const name of (await (await browser.getDirectory()).getDirectoryHandle("runs")).keys()) found.push(name);
  return found;
}
