/**
 * Stores the run while it trains, so that it can go on after a reload, and the files of its callbacks. If something
 * cannot be stored, the page is told and training goes on.
 */

import { TrainerError } from "../../shared/errors.js";
import { RunStore } from "./run-store.js";

/**
 * @import { DeviceKind, FitEvent } from "../../../tabfit.js"
 * @import { RunEvent } from "../../shared/protocol.js"
 */

/** The callback BackupAndRestore gives this name to the checkpoint of the run. */
const BACKUP = "backup.tabfit";

export class Autosave {
  #post;
  /** The newest stored run. @type {RunStore | null} */
  #kept = null;
  /** The run that trains. It replaces the stored one with its first save, not before. @type {RunStore | null} */
  #next = null;
  /** The device it trains on. @type {DeviceKind} */
  #device = "cpu";
  /** How many threads of the processor train; null on a GPU. @type {number | null} */
  threads = null;

  /** @param {(event: RunEvent) => void} post */
  constructor(post) {
    this.#post = post;
  }

  get files() {
    return (this.#next ?? this.#kept)?.files.list ?? [];
  }

  /** Looks for a run that an earlier visit left. */
  async findEarlierRun() {
    this.#kept = await RunStore.newest().catch(() => null);
  }

  /** A new run begins. */
  async begin() {
    this.#next = null;
    await this.#attempt("This browser can keep neither the run nor the files of its callbacks", async () => {
      this.#next = await RunStore.create();
    });
  }

  /** The stored run goes on. */
  async goOn() {
    this.#next = this.#kept;
    if (!this.#next) await this.begin();
  }

  /**
   * Opens the newest stored checkpoint that is not damaged; null if there is none.
   *
   * @template T
   * @param {(checkpoint: Uint8Array) => Promise<T>} open rejects a damaged checkpoint
   */
  async restore(open) {
    return (await this.#kept?.restore(open)) ?? null;
  }

  /**
   * Stores the files that an event carries.
   *
   * @param {FitEvent} event
   * @returns {Promise<RunEvent>} the event for the page, where a stored file is replaced by the list of all files
   */
  async onFitEvent(event) {
    if (event.type === "start") this.#device = event.device.kind;
    if (event.type !== "file") return event;
    const { path, bytes, append, onlyIfEmpty } = event;
    if (path !== BACKUP) {
      await this.#attempt(`The file ${path} could not be kept`, async () => {
        if (!bytes) this.#next?.files.remove(path);
        else if (!onlyIfEmpty || !this.#next?.files.has(path)) await this.#next?.files.write(path, bytes, append);
      });
    } else if (bytes) await this.save(async () => bytes);
    return { type: "files", files: this.#next?.files.list ?? [] };
  }

  /** @param {() => Promise<Uint8Array>} checkpoint */
  async save(checkpoint) {
    const what = "The run could not be saved; after a reload it would go on from an earlier epoch, or not at all";
    await this.#attempt(what, async () => {
      await this.#next?.save(await checkpoint(), this.#device, this.threads);
      await this.#replace();
    });
  }

  /** The run has ended; its files stay. */
  async finish() {
    await this.#attempt("What was kept of the run could not be removed", async () => {
      await this.#next?.finish();
      await this.#replace();
    });
  }

  /** The run failed. If that was before its first save, the run stored before it is still there. */
  async cancel() {
    if (this.#next !== this.#kept) await this.#next?.remove().catch(() => {});
    this.#next = this.#kept;
  }

  /** Removes the stored run and its files. */
  async discard() {
    const kept = this.#kept;
    this.#kept = this.#next = null;
    await kept?.remove();
  }

  /** Removes everything stored, except what another tab uses. */
  async forget() {
    await this.discard();
    await RunStore.removeAll();
  }

  /** @param {string} path */
  async file(path) {
    const store = this.#next ?? this.#kept;
    if (!store) throw new TrainerError("FileError", `The file ${path} is no longer kept.`);
    return store.files.file(path);
  }

  async #replace() {
    const old = this.#kept;
    if (!this.#next || old === this.#next) return;
    this.#kept = this.#next;
    await old?.remove();
  }

  /**
   * @param {string} what
   * @param {() => Promise<unknown>} work
   */
  async #attempt(what, work) {
    try {
      await work();
    } catch (error) {
      this.#post({ type: "trouble", message: `${what}: ${reason(error)}. Training goes on.` });
    }
  }
}

/** @param {unknown} error */
function reason(error) {
  const name = error instanceof Error ? error.name : "";
  if (name === "QuotaExceededError") return "there is no space left for this page on this computer";
  if (name === "SecurityError") return "it keeps nothing for this page, as in a private window";
  return error instanceof Error ? error.message.replace(/\.$/, "") : String(error);
}
