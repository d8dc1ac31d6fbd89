/** The files that a person picks or drops, with their paths. */

/** @import { FolderEntry } from "../../shared/protocol.js" */

/**
 * The files of a folder input.
 *
 * The path is read on the page, because Safari clears `webkitRelativePath` when a file is sent to a worker.
 *
 * @param {Iterable<File>} files
 * @returns {FolderEntry[]}
 */
export function pickedEntries(files) {
  return Array.from(files, (file) => ({ path: file.webkitRelativePath || file.name, file }));
}

/**
 * The dropped files, including those in dropped folders and their subfolders.
 *
 * The browser empties `transfer.items` as soon as the event handler returns, so they are read before the first `await`.
 *
 * @param {DataTransfer} transfer
 * @returns {Promise<FolderEntry[]>}
 */
export async function droppedEntries(transfer) {
  const roots = Array.from(transfer.items, (item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  const nested = await Promise.all(roots.map(filesUnder));
  return nested.flat();
}

/**
 * @param {FileSystemEntry} entry
 * @returns {Promise<FolderEntry[]>}
 */
async function filesUnder(entry) {
  if (entry.isDirectory) {
    const directory = /** @type {FileSystemDirectoryEntry} */ (entry);
    /** @type {FolderEntry[]} */
    const files = [];
    for (const child of await children(directory)) files.push(...(await filesUnder(child)));
    return files;
  }
  const leaf = /** @type {FileSystemFileEntry} */ (entry);
  /** @type {File} */
  const file = await new Promise((resolve, reject) => leaf.file(resolve, reject));
  return [{ path: leaf.fullPath.replace(/^\//, ""), file }];
}

/**
 * Everything in a dropped folder. `readEntries` must be called until it gives an empty list: each call gives at most 100.
 *
 * @param {FileSystemDirectoryEntry} directory
 */
async function children(directory) {
  const reader = directory.createReader();
  /** @type {FileSystemEntry[]} */
  const all = [];
  for (;;) {
    /** @type {FileSystemEntry[]} */
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return all;
    all.push(...some);
  }
}
