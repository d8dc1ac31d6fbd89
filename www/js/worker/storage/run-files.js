/**
 * The files that the callbacks of a run wrote. They lie on the disk, not in memory.
 *
 * A file that is overwritten gets a new name on the disk, and the old one is removed only when no checkpoint refers to it
 * any more: whatever happens, the files that belong to a checkpoint are intact. A name on the disk is only a number, because
 * the path of a file may be longer than a name can be.
 */

import { TrainerError } from "../../shared/errors.js";
import { entryNames, readFile, remove, withFile, writeAll } from "./opfs.js";

/**
 * @import { StoredFile } from "../../shared/protocol.js"
 * @typedef {{ name: string, path: string, size: number }} RunFile
 */

/** More bytes of a file than these are not remembered where they cannot be written. */
const MOST_OWED = 64e6;
const FILE = /^file-(\d+)$/;

/** Whether something that was read is such a list. @param {unknown} value @returns {value is RunFile[]} */
export const areFiles = (value) => Array.isArray(value) && value.every((file) => typeof file?.name === "string" && typeof file.path === "string" && Number.isFinite(file.size));

export class RunFiles {
  #folder;
  /** The current files by path, in the order in which they were first written. @type {Map<string, RunFile>} */
  #files = new Map();
  #written = 0;
  /** What could not be written: it is written before the next checkpoint, so that no line is missing. @type {Map<string, { bytes: Uint8Array, append: boolean }>} */
  #owed = new Map();

  /** @param {FileSystemDirectoryHandle} folder */
  constructor(folder) {
    this.#folder = folder;
  }

  /** @returns {StoredFile[]} */
  get list() {
    return this.state.map(({ path, size }) => ({ path, size }));
  }

  /** What a checkpoint stores about the files. */
  get state() {
    return [...this.#files.values()];
  }

  /** @param {string} path */
  has(path) {
    return this.#files.has(path) || this.#owed.has(path);
  }

  /**
   * Remembers what could not be written.
   *
   * @param {string} path
   * @param {Uint8Array} bytes
   * @param {boolean} append
   */
  owe(path, bytes, append) {
    const before = append ? this.#owed.get(path) : undefined;
    const all = before ? joined(before.bytes, bytes) : bytes;
    if (all.length > MOST_OWED) this.#owed.delete(path);
    else this.#owed.set(path, { bytes: all, append: before?.append ?? append });
  }

  /** Writes what could not be written. @param {string} [only] of this file */
  async settle(only) {
    for (const [path, { bytes, append }] of [...this.#owed]) {
      if (only !== undefined && path !== only) continue;
      await this.write(path, bytes, append);
      this.#owed.delete(path);
    }
  }

  /**
   * @param {string} path
   * @param {Uint8Array} bytes
   * @param {boolean} append
   */
  async write(path, bytes, append) {
    const old = this.#files.get(path);
    if (old && append) {
      await withFile(this.#folder, old.name, (file) => appendTo(file, bytes, old.size));
      this.#files.set(path, { ...old, size: old.size + bytes.length });
      return;
    }
    const name = `file-${++this.#written}`;
    try {
      await withFile(this.#folder, name, (file) => appendTo(file, bytes, 0));
    } catch (error) {
      await remove(this.#folder, name).catch(() => {});
      throw error;
    }
    this.#files.set(path, { name, path, size: bytes.length });
  }

  /** @param {string} path it stays on the disk until the next checkpoint is written */
  remove(path) {
    this.#files.delete(path);
    this.#owed.delete(path);
  }

  /**
   * Removes from the disk what is neither a current file nor one of a checkpoint.
   *
   * @param {readonly RunFile[]} [ofCheckpoints]
   */
  async tidy(ofCheckpoints = []) {
    const kept = new Set([...this.state, ...ofCheckpoints].map(({ name }) => name));
    for (const name of await this.#names()) if (!kept.has(name)) await remove(this.#folder, name);
  }

  /**
   * Brings the files back to what they were at a checkpoint; the run will write again what came after it.
   *
   * @param {readonly RunFile[]} state
   */
  async restore(state) {
    await this.open(state);
    for (const { name, size } of this.state) {
      await withFile(this.#folder, name, (file) => {
        if (file.getSize() > size) file.truncate(size);
      });
    }
  }

  /**
   * Takes these files for the current ones, as far as they are there, and changes none.
   *
   * @param {readonly RunFile[]} state
   */
  async open(state) {
    const there = await this.#names();
    this.#files = new Map(state.filter(({ name }) => there.includes(name)).map((file) => [file.path, file]));
    this.#written = Math.max(0, ...there.map((name) => Number(FILE.exec(name)?.[1])));
  }

  /** @param {string} path */
  async file(path) {
    const known = this.#files.get(path);
    const file = known && (await readFile(this.#folder, known.name));
    if (!file) throw new TrainerError("FileError", `The file ${path} is no longer kept.`);
    return file.slice(0, known.size);
  }

  async #names() {
    return (await entryNames(this.#folder)).filter((name) => FILE.test(name));
  }
}

/** @param {Uint8Array} first @param {Uint8Array} then */
function joined(first, then) {
  const all = new Uint8Array(first.length + then.length);
  all.set(first);
  all.set(then, first.length);
  return all;
}

/**
 * @param {import("./opfs.js").SyncHandle} file
 * @param {Uint8Array} bytes
 * @param {number} end the size of the file before
 */
function appendTo(file, bytes, end) {
  if (file.getSize() < end) throw new DOMException("what was written to it is gone", "NotFoundError");
  file.truncate(end); // a write that was cut off may have left bytes there
  writeAll(file, bytes, end);
  file.flush();
}
