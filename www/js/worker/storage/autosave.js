/**
 * Keeps the run on the disk while it trains, so that it can go on after a reload, and the files of its callbacks.
 * What cannot be kept is said in a sentence and costs nothing else: training goes on. Worker side.
 */

import { TrainerError } from "../../shared/errors.js";
import { RunStore } from "./run-store.js";

/**
 * @import { DeviceKind, FitEvent } from "../../../tabfit.js"
 * @import { RunEvent } from "../../shared/protocol.js"
 */

/** Under this name the callback BackupAndRestore hands out the state of the run. */
const BACKUP = "backup.tabfit";

export class Autosave {
  #post;
  /** Where the newest run is kept. @type {RunStore | null} */
  #kept = null;
  /**
   * Where the run that trains is kept. It takes the other's place with its first save, not before.
   *
   * @type {RunStore | null}
   */
  #next = null;
  /** Where it trains. @type {DeviceKind} */
  #device = "cpu";

  /** @param {(event: RunEvent) => void} post */
  constructor(post) {
    this.#post = post;
  }

  get files() {
    return (this.#next ?? this.#kept)?.files.list ?? [];
  }

  /** Looks for what an earlier page left. */
  async find() {
    this.#kept = await RunStore.newest().catch(() => null);
  }

  /** A run begins that has nothing on the disk yet. */
  async begin() {
    this.#next = null;
    await this.#attempt("This browser can keep neither the run nor the files of its callbacks", async () => {
      this.#next = await RunStore.create();
    });
  }

  /** The run that is kept goes on in its place. */
  async goOn() {
    this.#next = this.#kept;
    if (!this.#next) await this.begin();
  }

  /**
   * The newest state that is kept and is not damaged, opened; null without one.
   *
   * @template T
   * @param {(state: Uint8Array) => Promise<T>} open rejects for a state that is damaged
   */
  async restore(open) {
    return (await this.#kept?.restore(open)) ?? null;
  }

  /**
   * @param {FitEvent} event
   * @returns {Promise<RunEvent>} what the page should hear
   */
  async hear(event) {
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

  /** @param {() => Promise<Uint8Array>} state */
  async save(state) {
    const what = "The run could not be saved; after a reload it would go on from an earlier epoch, or not at all";
    await this.#attempt(what, async () => {
      await this.#next?.save(await state(), this.#device);
      await this.#replace();
    });
  }

  /** The run has reached its end and will not go on; its files are kept. */
  async finish() {
    await this.#attempt("What was kept of the run could not be removed", async () => {
      await this.#next?.finish();
      await this.#replace();
    });
  }

  /** The run failed. If that was before its first save, the one before it is still there. */
  async cancel() {
    if (this.#next !== this.#kept) await this.#next?.remove().catch(() => {});
    this.#next = this.#kept;
  }

  /** Forgets the run that could go on, and its files. */
  async discard() {
    const kept = this.#kept;
    this.#kept = this.#next = null;
    await kept?.remove();
  }

  /** Forgets everything that no other tab is using. */
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
