/** The files that are dropped on the section of runs, and those in dropped folders. */

/** @import { PickedFile } from "./files/unzip.js" */

/** More are not looked for. */
const MOST = 5000;

/**
 * The browser empties `transfer.items` as soon as the event handler returns, so they are read before the first `await`.
 *
 * @param {DataTransfer} transfer
 * @returns {Promise<PickedFile[]>}
 */
export async function droppedFiles(transfer) {
  const waiting = Array.from(transfer.items, (item) => item.webkitGetAsEntry()).filter((entry) => entry !== null).map((entry) => ({ entry, chosen: true }));
  /** @type {PickedFile[]} */
  const found = [];
  for (let next = waiting.pop(); next && found.length < MOST; next = waiting.pop()) {
    const { entry, chosen } = next;
    if (entry.isDirectory) {
      const reader = /** @type {FileSystemDirectoryEntry} */ (entry).createReader();
      for (let some = await children(reader); some.length > 0; some = await children(reader)) waiting.push(...some.map((entry) => ({ entry, chosen: false })));
    } else found.push({ path: entry.fullPath.replace(/^\//, ""), chosen, open: () => fileOf(/** @type {FileSystemFileEntry} */ (entry)) });
  }
  return found;
}

/**
 * @param {FileSystemDirectoryReader} reader
 * @returns {Promise<FileSystemEntry[]>} an empty list after the last ones
 */
const children = (reader) => new Promise((resolve, reject) => reader.readEntries(resolve, reject));

/**
 * @param {FileSystemFileEntry} entry
 * @returns {Promise<File>}
 */
const fileOf = (entry) => new Promise((resolve, reject) => entry.file(resolve, reject));
