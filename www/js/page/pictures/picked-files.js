/**
 * What a person picks or drops, as sorted entries.
 */

/** @import { FolderEntry } from "../../shared/protocol.js" */

/**
 * The files of a folder input, in a stable order.
 *
 * The path is read here, on the page: Safari clears `webkitRelativePath` on the way to a worker.
 *
 * @param {Iterable<File>} files
 * @returns {FolderEntry[]}
 */
export function pickedEntries(files) {
  return sorted(Array.from(files, (file) => ({ path: file.webkitRelativePath || file.name, file })));
}

/**
 * The files of a drop, folders opened all the way down.
 *
 * The browser empties the list as soon as the event handler returns, so its entries are taken before
 * the first `await`.
 *
 * @param {DataTransfer} transfer
 * @returns {Promise<FolderEntry[]>}
 */
export async function droppedEntries(transfer) {
  const roots = Array.from(transfer.items, (item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  const nested = await Promise.all(roots.map(filesUnder));
  return sorted(nested.flat());
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
 * Everything in a dropped folder. One call of `readEntries` gives at most 100 entries; an empty list is the end.
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

/**
 * By code unit and not by locale: every computer must build the same dataset from the same folder.
 *
 * @param {FolderEntry[]} entries
 */
function sorted(entries) {
  return entries.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}
