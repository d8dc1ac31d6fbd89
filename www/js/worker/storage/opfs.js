/**
 * Reading and writing files in the browser's private storage (OPFS), which no other site can see.
 * Only a worker gets the synchronous handles used here, which say when the bytes have reached the disk.
 */

import { TrainerError } from "../../shared/errors.js";
import { isShallow } from "../../shared/run-about.js";

/**
 * @typedef {object} SyncHandle TypeScript's DOM library does not know it, because only workers have it
 * @property {(bytes: ArrayBufferView, options: { at: number }) => number} write
 * @property {(bytes: ArrayBufferView, options: { at: number }) => number} read
 * @property {() => number} getSize
 * @property {(size: number) => void} truncate
 * @property {() => void} flush
 * @property {() => void} close
 */

/** A call of the storage that has not answered for so long has failed. */
const PATIENCE_MS = 30_000;

/** How many times more something is read that is changed meanwhile. */
const TRIES = 5;

/** How many calls were given up and have not answered yet. */
let overdue = 0;

/**
 * The answer to a call of the storage. Where none comes, it rejects, and so do all other calls until the one that was given up
 * has answered: what it was to do must not be done after something newer.
 *
 * @template T
 * @param {() => Promise<T>} call
 * @param {(answer: T) => void} [late] does with an answer that came too late what its caller would have done in the end
 * @returns {Promise<T>}
 */
export async function answered(call, late = () => {}) {
  if (overdue > 0) throw noAnswer();
  const answer = call();
  const limit = Promise.withResolvers();
  const timer = setTimeout(() => {
    overdue += 1;
    answer.then(late).catch(() => {}).finally(() => (overdue -= 1));
    limit.reject(noAnswer());
  }, PATIENCE_MS);
  try {
    return await Promise.race([answer, limit.promise]);
  } finally {
    clearTimeout(timer);
  }
}

const noAnswer = () => new TrainerError("FileError", "The browser's storage does not answer.");

/** @param {Blob} file */
export const bytesOf = async (file) => new Uint8Array(await answered(() => file.arrayBuffer()));

/** @param {Blob} file */
export const textOf = (file) => answered(() => file.text());

/** What a file of JSON says. @param {Blob} file @returns {Promise<any>} null if it is damaged */
export async function jsonOf(file) {
  const text = await textOf(file);
  try {
    const value = JSON.parse(text);
    return isShallow(value) ? value : null;
  } catch {
    return null;
  }
}

/**
 * A folder in a folder.
 *
 * @param {FileSystemDirectoryHandle} folder
 * @param {string} name
 * @param {boolean} [create] if it is missing
 */
export const folderIn = (folder, name, create = false) => answered(() => folder.getDirectoryHandle(name, { create }));

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
  const handle = /** @type {FileSystemFileHandle & { createSyncAccessHandle(): Promise<SyncHandle> }} */ (
    await answered(() => folder.getFileHandle(name, { create: true }))
  );
  const file = await answered(() => handle.createSyncAccessHandle(), (late) => late.close());
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
    await renameFile(folder, draft, name);
  } catch (error) {
    await remove(folder, draft).catch(() => {}); // half a file is of no use, and the disk may be full
    throw error;
  }
}

/**
 * Gives a file another name, in the place of the file of that name.
 *
 * @param {FileSystemDirectoryHandle} folder
 * @param {string} from
 * @param {string} to
 */
export async function renameFile(folder, from, to) {
  const handle = /** @type {FileSystemFileHandle & { move(name: string): Promise<void> }} */ (await answered(() => folder.getFileHandle(from)));
  await answered(() => handle.move(to));
}

/**
 * What a file holds now; null if there is no such file. Unlike `withFile` it never waits for another tab.
 *
 * @param {FileSystemDirectoryHandle} folder
 * @param {string} name
 */
export async function readFile(folder, name) {
  try {
    const handle = await answered(() => folder.getFileHandle(name));
    return await answered(() => handle.getFile());
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/**
 * Does something with what is read, and once more where another tab has deleted or replaced a file between its being asked for and its
 * being read: a browser looks the bytes up only then.
 *
 * @template T
 * @param {() => Promise<T>} work changes nothing
 * @returns {Promise<T>}
 */
export async function again(work) {
  for (let left = TRIES; ; left--) {
    try {
      return await work();
    } catch (error) {
      if (left === 0 || !isChanged(error)) throw error;
    }
  }
}

/**
 * What a file of JSON says now; null if there is no such file, or if it is damaged.
 *
 * @param {FileSystemDirectoryHandle} folder
 * @param {string} name
 * @returns {Promise<any>}
 */
export const jsonIn = (folder, name) => again(async () => {
  const file = await readFile(folder, name);
  return file && jsonOf(file);
});

/** Whether something that was to be opened is not there, or no longer. @param {unknown} error */
export const isMissing = (error) => error instanceof DOMException && error.name === "NotFoundError";

/** Whether another tab has deleted, replaced or written to a file that was to be read. @param {unknown} error */
export const isChanged = (error) => isMissing(error) || (error instanceof DOMException && error.name === "NotReadableError");

/**
 * The names of the files and folders in a folder, in no particular order.
 *
 * @param {FileSystemDirectoryHandle} folder
 */
export async function entryNames(folder) {
  /** @type {string[]} */
  const found = [];
  const names = folder.keys();
  for (;;) {
    const { value, done } = await answered(() => names.next());
    if (done) return found;
    found.push(value);
  }
}

/**
 * @param {FileSystemDirectoryHandle} folder
 * @param {string} name a file, or a folder with everything in it
 */
export async function remove(folder, name) {
  await answered(() => folder.removeEntry(name, { recursive: true }));
}
