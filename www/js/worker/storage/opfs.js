/**
 * Whole and growing files in the browser's own storage (OPFS), which no other site and no program can see.
 * Worker side: only there does every browser write at once and say when it is done.
 */

/**
 * TypeScript's page library lacks what only workers have.
 * @typedef {object} SyncHandle
 * @property {(bytes: ArrayBufferView, options: { at: number }) => number} write
 * @property {(bytes: ArrayBufferView, options: { at: number }) => number} read
 * @property {() => number} getSize
 * @property {(size: number) => void} truncate
 * @property {() => void} flush
 * @property {() => void} close
 */

/**
 * Opens a file for the length of `use`, alone.
 *
 * @template T
 * @param {FileSystemDirectoryHandle} folder
 * @param {string} name created where it is missing
 * @param {(file: SyncHandle) => T} use
 * @returns {Promise<T>}
 */
export async function withFile(folder, name, use) {
  const handle = await folder.getFileHandle(name, { create: true });
  const file = await /** @type {FileSystemFileHandle & { createSyncAccessHandle(): Promise<SyncHandle> }} */ (
    handle
  ).createSyncAccessHandle();
  try {
    return use(file);
  } finally {
    file.close();
  }
}

/**
 * Writes all of it, or throws: a full disk may also show as fewer bytes written than given.
 *
 * @param {SyncHandle} file
 * @param {ArrayBufferView} bytes
 * @param {number} at
 */
export function writeAll(file, bytes, at) {
  if (file.write(bytes, { at }) !== bytes.byteLength) throw new DOMException("not all was written", "QuotaExceededError");
}

/**
 * The names in a folder, in no order.
 *
 * @param {FileSystemDirectoryHandle} folder
 */
export async function names(folder) {
  /** @type {string[]} */
  const found = [];
  for await (const name of folder.keys()) found.push(name);
  return found;
}

/**
 * @param {FileSystemDirectoryHandle} folder
 * @param {string} name of a file or a folder with all that is in it
 */
export async function remove(folder, name) {
  await folder.removeEntry(name, { recursive: true });
}
