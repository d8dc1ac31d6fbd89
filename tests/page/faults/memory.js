/**
 * A browser's private storage and its locks in memory, for Node: there every call of every save can fail within minutes. That
 * Chromium's storage does the same, `storage-browser` looks at.
 */

const refused = (name, message) => Promise.reject(new DOMException(message, name));

/** @typedef {{ bytes: Uint8Array, open: boolean, modified: number }} Content */

let modified = 0;

class FileSystemSyncAccessHandle {
  #content;

  /** @param {Content} content */
  constructor(content) {
    this.#content = content;
    content.open = true;
  }

  write(view, { at }) {
    const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
    const { length } = this.#content.bytes;
    const next = new Uint8Array(Math.max(length, at + bytes.length));
    next.set(this.#content.bytes);
    next.set(bytes, at);
    this.#put(next);
    return bytes.length;
  }

  truncate(size) {
    const next = new Uint8Array(size);
    next.set(this.#content.bytes.subarray(0, size));
    this.#put(next);
  }

  getSize() {
    return this.#content.bytes.length;
  }

  flush() {}

  close() {
    this.#content.open = false;
  }

  #put(bytes) {
    Object.assign(this.#content, { bytes, modified: ++modified });
  }
}

/**
 * A file as it was when it was asked for. As in Chromium its bytes are looked up when they are read: one that another tab has
 * deleted or replaced by then is not found, and one that it has written to is not readable.
 */
class Blob {
  #find;
  #range;

  /** @param {() => Uint8Array} find @param {[from: number, to: number]} range */
  constructor(find, range) {
    this.#find = find;
    this.#range = range;
  }

  get size() {
    return this.#range[1] - this.#range[0];
  }

  slice(from, to = this.size) {
    const [begin] = this.#range;
    const place = (at) => begin + Math.min(Math.max(at, 0), this.size);
    return new Blob(this.#find, [place(from), Math.max(place(from), place(to))]);
  }

  async arrayBuffer() {
    return this.#find().slice(...this.#range).buffer;
  }

  async text() {
    return new TextDecoder().decode(this.#find().subarray(...this.#range));
  }
}

class FileSystemFileHandle {
  kind = "file";
  #folder;
  #name;

  constructor(folder, name) {
    [this.#folder, this.#name] = [folder, name];
  }

  async getFile() {
    const content = this.#folder.get(this.#name);
    if (!content) return refused("NotFoundError", "no such file");
    const { bytes, modified } = content;
    const [folder, name] = [this.#folder, this.#name];
    const find = () => {
      if (folder.get(name) !== content || gone.has(folder)) throw new DOMException("no such file", "NotFoundError");
      if (content.modified !== modified) throw new DOMException("the file was changed", "NotReadableError");
      return bytes;
    };
    return Object.assign(new Blob(find, [0, bytes.length]), { name, lastModified: modified });
  }

  async createSyncAccessHandle() {
    const content = this.#folder.get(this.#name);
    if (!content) return refused("NotFoundError", "no such file");
    if (content.open) return refused("NoModificationAllowedError", "the file is open");
    return new FileSystemSyncAccessHandle(content);
  }

  async move(name) {
    const content = this.#folder.get(this.#name);
    if (!content) return refused("NotFoundError", "no such file");
    if (content.open || this.#folder.get(name)?.open) return refused("NoModificationAllowedError", "the file is open");
    this.#folder.delete(this.#name);
    this.#folder.set(name, content);
    this.#name = name;
  }
}

class FileSystemDirectoryHandle {
  kind = "directory";
  #entries;

  /** @param {Map<string, any>} entries contents of files, and maps of folders */
  constructor(entries) {
    this.#entries = entries;
  }

  async getDirectoryHandle(name, { create = false } = {}) {
    if (this.#gone) return refused("NotFoundError", "no such folder");
    if (!this.#entries.has(name) && create) this.#entries.set(name, new Map());
    const entries = this.#entries.get(name);
    return entries ? new FileSystemDirectoryHandle(entries) : refused("NotFoundError", "no such folder");
  }

  async getFileHandle(name, { create = false } = {}) {
    if (this.#gone) return refused("NotFoundError", "no such folder");
    if (!this.#entries.has(name) && create) this.#entries.set(name, { bytes: new Uint8Array(), open: false, modified: ++modified });
    return this.#entries.has(name) ? new FileSystemFileHandle(this.#entries, name) : refused("NotFoundError", "no such file");
  }

  async removeEntry(name) {
    const entry = this.#entries.get(name);
    if (!entry) return refused("NotFoundError", "no such entry");
    if (isOpen(entry)) return refused("NoModificationAllowedError", "a file is open");
    if (entry instanceof Map) forget(entry);
    this.#entries.delete(name);
  }

  async *keys() {
    if (this.#gone) await refused("NotFoundError", "no such folder");
    yield* [...this.#entries.keys()];
  }

  async *entries() {
    for (const [name, entry] of this.#entries) {
      yield [name, entry instanceof Map ? new FileSystemDirectoryHandle(entry) : new FileSystemFileHandle(this.#entries, name)];
    }
  }

  get #gone() {
    return gone.has(this.#entries);
  }
}

/** Folders that were removed. */
const gone = new WeakSet();

/** @param {Map<string, any>} folder */
function forget(folder) {
  gone.add(folder);
  for (const entry of folder.values()) if (entry instanceof Map) forget(entry);
}

/** @param {any} entry */
const isOpen = (entry) => (entry instanceof Map ? [...entry.values()].some(isOpen) : entry.open);

const root = new Map();

class StorageManager {
  async getDirectory() {
    return new FileSystemDirectoryHandle(root);
  }

  async estimate() {
    return { usage: 0, quota: 1e12 };
  }
}

/** Who waits for each lock; the first one holds it. */
let locks = new Map();

const manager = {
  async request(name, options, work = options) {
    const known = locks;
    if (!known.has(name)) known.set(name, []);
    const queue = known.get(name);
    const { promise: turn, resolve, reject } = Promise.withResolvers();
    const mine = { resolve };
    queue.push(mine);
    options.signal?.addEventListener("abort", () => {
      if (queue[0] === mine || !queue.includes(mine)) return;
      queue.splice(queue.indexOf(mine), 1);
      reject(options.signal.reason);
    });
    if (queue[0] === mine) resolve();
    await turn;
    try {
      return await work({ name });
    } finally {
      queue.shift();
      if (queue.length > 0) queue[0].resolve();
      else known.delete(name);
    }
  },
  query: async () => ({ held: [...locks.keys()].map((name) => ({ name })) }),
};

/** A process has ended: its files are closed, and its locks are free. */
export function ended() {
  const close = (folder) => folder.forEach((entry) => (entry instanceof Map ? close(entry) : (entry.open = false)));
  close(root);
  locks = new Map();
}

const turns = async (/** @type {number} */ count) => {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
};
const later = globalThis.setTimeout;
/** How long a tab waits for another one to give up a run. */
const PATIENCE_MS = 3000;
/** A second counts as so many turns. */
const TURNS = 30;

/**
 * From now on each call answers after a random while, and the time limits of the page's modules are counted in turns.
 *
 * @param {() => number} random
 */
export function slowly(random) {
  for (const [{ prototype }, names] of CALLS) {
    for (const name of names) {
      const call = prototype[name].call_ ?? prototype[name];
      prototype[name] = async function (...given) {
        await turns(Math.floor(random() * 4));
        return call.apply(this, given);
      };
      prototype[name].call_ = call;
    }
  }
  globalThis.setTimeout = (work, milliseconds = 0, ...given) =>
    (milliseconds === PATIENCE_MS ? void turns(PATIENCE_MS / 1000 * TURNS).then(work) : later(work, milliseconds, ...given));
  AbortSignal.timeout = (milliseconds) => {
    const controller = new AbortController();
    turns(milliseconds / 1000 * TURNS).then(() => controller.abort(new DOMException("time is up", "TimeoutError")));
    return controller.signal;
  };
}

const CALLS = /** @type {[any, string[]][]} */ ([
  [FileSystemDirectoryHandle, ["getDirectoryHandle", "getFileHandle", "removeEntry"]],
  [FileSystemFileHandle, ["createSyncAccessHandle", "getFile", "move"]],
  [Blob, ["arrayBuffer", "text"]],
]);

Promise.withResolvers ??= function () {
  const all = {};
  all.promise = new Promise((resolve, reject) => Object.assign(all, { resolve, reject }));
  return all;
};
class BroadcastChannel {
  postMessage() {}
}
Object.assign(globalThis, { FileSystemSyncAccessHandle, FileSystemFileHandle, FileSystemDirectoryHandle, StorageManager, Blob, BroadcastChannel, isSecureContext: true, self: globalThis });
Object.defineProperty(globalThis, "navigator", { value: { storage: new StorageManager(), locks: manager, hardwareConcurrency: 2, userAgent: "Node" } });
globalThis.postMessage = () => {};
