/**
 * What the callbacks of a run wrote, on the disk and not in memory. Worker side.
 *
 * A file that is written anew gets a new name, and the old one goes when the next checkpoint is safe: whatever happens,
 * the files of the last checkpoint are whole.
 */

import { TrainerError } from "../../shared/errors.js";
import { names, remove, withFile, writeAll } from "./opfs.js";

/**
 * @import { StoredFile } from "../../shared/protocol.js"
 * @typedef {{ name: string, path: string, size: number }} RunFile
 */

const FILE = /^file-(\d+)-(.*)$/;

export class RunFiles {
  #folder;
  /** By path, in the order in which they were first written. @type {Map<string, RunFile>} */
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

  /** What a checkpoint remembers of them. */
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
    // Slashes are not allowed in a name, and "." and ".." mean something else.
    const name = `file-${++this.#written}-${encodeURIComponent(path)}`;
    try {
      await withFile(this.#folder, name, (file) => appendTo(file, bytes, 0));
    } catch (error) {
      await remove(this.#folder, name).catch(() => {});
      throw error;
    }
    this.#files.set(path, { name, path, size: bytes.length });
  }

  /** @param {string} path it goes from the disk when the next checkpoint is safe */
  remove(path) {
    this.#files.delete(path);
  }

  /** Removes what the present files replaced. */
  async tidy() {
    const kept = new Set(this.state.map(({ name }) => name));
    for (const name of await this.#names()) if (!kept.has(name)) await remove(this.#folder, name);
  }

  /**
   * Brings the files back to what they were at a checkpoint: the run writes again what came after it.
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

  /** Finds the files of a run that is over: of each path the one written last. */
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
    return (await names(this.#folder)).filter((name) => FILE.test(name));
  }
}

/** @param {string} name */
const order = (name) => Number(FILE.exec(name)?.[1]);

/**
 * @param {import("./opfs.js").SyncHandle} file
 * @param {Uint8Array} bytes
 * @param {number} end where the file ends until now
 */
function appendTo(file, bytes, end) {
  file.truncate(end); // half of an earlier write may lie behind it
  writeAll(file, bytes, end);
  file.flush();
}
