/**
 * Reading and writing files in the browser's private storage (OPFS), which no other site can see.
 * Only a worker gets the synchronous handles used here, which say when the bytes have reached the disk.
 */

/**
 * @typedef {object} SyncHandle TypeScript's DOM library does not know it, because only workers have it
 * @property {(bytes: ArrayBufferView, options: { at: number }) => number} write
 * @property {(bytes: ArrayBufferView, options: { at: number }) => number} read
 * @property {() => number} getSize
 * @property {(size: number) => void} truncate
 * @property {() => void} flush
 * @property {() => void} close
 */

/**
 * Opens a file for the duration of `use`; nobody else can open it meanwhile.
 *
 * @template T
 * @param {FileSystemDirectoryHandle} folder
 * @param {string} name created if missing
 * @param {(file: SyncHandle) => T | Promise<T>} use
 * @returns {Promise<T>}
 */
export async function withFile(folder, name, use) {
  const handle = await folder.getFileHandle(name, { create: true });
  const file = await /** @type {FileSystemFileHandle & { createSyncAccessHandle(): Promise<SyncHandle> }} */ (
    handle
  ).createSyncAccessHandle();
  try {
    return await use(file);
  } finally {
    file.close();
  }
}

/**
 * Writes all bytes or throws: on a full disk a browser may write fewer bytes without an error.
 *
 * @param {SyncHandle} file
 * @param {ArrayBufferView} bytes
 * @param {number} at
 */
export function writeAll(file, bytes, at) {
  if (file.write(bytes, { at }) !== bytes.byteLength) throw new DOMException("not all was written", "QuotaExceededError");
}

/**
 * Replaces a file as a whole: whoever reads it, also after a crash, finds the old content or the new one, never a part.
 *
 * @param {FileSystemDirectoryHandle} folder
 * @param {string} name
 * @param {Uint8Array} bytes
 */
export async function replaceFile(folder, name, bytes) {
  const draft = `${name}.part`;
  try {
    await withFile(folder, draft, (file) => {
      file.truncate(0);
      writeAll(file, bytes, 0);
      file.flush();
    });
  } catch (error) {
    await remove(folder, draft).catch(() => {}); // half a file is of no use, and the disk may be full
    throw error;
  }
  await renameFile(folder, draft, name);
}

/**
 * Gives a file another name, in the place of the file of that name.
 *
 * @param {FileSystemDirectoryHandle} folder
 * @param {string} from
 * @param {string} to
 */
export async function renameFile(folder, from, to) {
  const handle = /** @type {FileSystemFileHandle & { move(name: string): Promise<void> }} */ (await folder.getFileHandle(from));
  await handle.move(to);
}

/**
 * What a file holds now; null if there is no such file. Unlike `withFile` it never waits for another tab.
 *
 * @param {FileSystemDirectoryHandle} folder
 * @param {string} name
 */
export async function readFile(folder, name) {
  try {
    return await (await folder.getFileHandle(name)).getFile();
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** Whether something that was to be opened is not there, or no longer. @param {unknown} error */
export const isMissing = (error) => error instanceof DOMException && error.name === "NotFoundError";

/**
 * The names of the files and folders in a folder, in no particular order.
 *
 * @param {FileSystemDirectoryHandle} folder
 */
export async function entryNames(folder) {
  /** @type {string[]} */
  const found = [];
  for await (const name of folder.keys()) found.push(name);
  return found;
}

/**
 * @param {FileSystemDirectoryHandle} folder
 * @param {string} name a file, or a folder with everything in it
 */
export async function remove(folder, name) {
  await folder.removeEntry(name, { recursive: true });
}
