/**
 * The files that the callbacks of a run wrote. They lie on the disk, not in memory.
 *
 * A file that is overwritten gets a new name on the disk, and the old one is removed only after the next checkpoint:
 * whatever happens, the files that belong to the last checkpoint are intact.
 */

import { TrainerError } from "../../shared/errors.js";
import { entryNames, remove, withFile, writeAll } from "./opfs.js";

/**
 * @import { StoredFile } from "../../shared/protocol.js"
 * @typedef {{ name: string, path: string, size: number }} RunFile
 */

const FILE = /^file-(\d+)-(.*)$/;

export class RunFiles {
  #folder;
  /** The current files by path, in the order in which they were first written. @type {Map<string, RunFile>} */
  #files = new Map();
  #written = 0;

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
    return this.#files.has(path);
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
    // A path is encoded because a name may hold no slash, and may not be "." or "..".
    const name = `file-${++this.#written}-${encodeURIComponent(path)}`;
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
  }

  /** Removes from the disk what is no longer a current file. */
  async tidy() {
    const kept = new Set(this.state.map(({ name }) => name));
    for (const name of await this.#names()) if (!kept.has(name)) await remove(this.#folder, name);
  }

  /**
   * Brings the files back to what they were at a checkpoint; the run will write again what came after it.
   *
   * @param {readonly RunFile[]} state
   */
  async restore(state) {
    const there = await this.#names();
    const kept = state.filter(({ name }) => there.includes(name));
    for (const { name, size } of kept) await withFile(this.#folder, name, (file) => file.truncate(size));
    this.#use(kept, there);
    await this.tidy();
  }

  /** Finds the files of a finished run: for each path, the one written last. */
  async open() {
    const there = (await this.#names()).sort((a, b) => order(a) - order(b));
    /** @type {RunFile[]} */
    const found = [];
    for (const name of there) {
      const { size } = await (await this.#folder.getFileHandle(name)).getFile();
      found.push({ name, path: decodeURIComponent(FILE.exec(name)?.[2] ?? ""), size });
    }
    this.#use(found, there);
  }

  /** @param {string} path */
  async file(path) {
    const known = this.#files.get(path);
    if (!known) throw new TrainerError("FileError", `The file ${path} is no longer kept.`);
    return (await this.#folder.getFileHandle(known.name)).getFile();
  }

  /**
   * @param {readonly RunFile[]} files
   * @param {readonly string[]} there
   */
  #use(files, there) {
    this.#files = new Map(files.map((file) => [file.path, file]));
    this.#written = Math.max(0, ...there.map(order));
  }

  async #names() {
    return (await entryNames(this.#folder)).filter((name) => FILE.test(name));
  }
}

/** @param {string} name */
const order = (name) => Number(FILE.exec(name)?.[1]);

/**
 * @param {import("./opfs.js").SyncHandle} file
 * @param {Uint8Array} bytes
 * @param {number} end the size of the file before
 */
function appendTo(file, bytes, end) {
  file.truncate(end); // a write that was cut off may have left bytes there
  writeAll(file, bytes, end);
  file.flush();
}
