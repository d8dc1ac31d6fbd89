/**
 * The page's connection to the trainer worker: one promise per command, a callback for events, and a new worker when the
 * old one is lost. Importing this file starts the worker.
 */

import { TrainerError } from "../../shared/errors.js";
import { firstWorker, newWorker } from "./early.js";
import { currentPart } from "./part.js";

/**
 * @import { Command, Replies, WorkerEvent, WorkerMessage } from "../../shared/protocol.js"
 * @typedef {{ resolve: (value: any) => void, reject: (reason: Error) => void }} Pending
 */

export class TrainerClient {
  /** Null after a worker that never answered, because a new one would fail in the same way. @type {Worker | null} */
  #worker;
  /** Whether the current worker has ever answered. */
  #answered = false;
  /** @type {Map<number, Pending>} */
  #pending = new Map();
  #nextId = 1;
  /** @type {(event: WorkerEvent) => void} */
  onEvent = () => {};
  /**
   * Called once for each lost worker, after its commands were rejected; `alive` says whether a new one has started.
   *
   * @type {(message: string, alive: boolean) => void}
   */
  onFatal = () => {};

  constructor() {
    this.#worker = this.#listen(firstWorker);
  }

  /**
   * @template {Command["type"]} T
   * @param {Extract<Command, { type: T }>} command
   * @returns {Promise<Replies[T]>}
   */
  send(command) {
    const id = this.#nextId++;
    const worker = this.#worker;
    if (!worker) return Promise.reject(new TrainerError("FatalError", "The trainer is not running; reload the page."));
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      worker.postMessage({ id, command });
    });
  }

  /**
   * Terminates the worker, whatever it is doing, and starts a new one. What it held is lost.
   *
   * @param {string} reason the message that unanswered commands are rejected with
   */
  restart(reason) {
    this.#worker?.terminate();
    for (const { reject } of this.#pending.values()) reject(new TrainerError("FatalError", reason));
    this.#pending.clear();
    this.#worker = this.#answered ? this.#listen(newWorker()) : null;
  }

  /** @param {Worker} worker a new one */
  #listen(worker) {
    this.#answered = false;
    /** @param {string} message */
    const fatal = (message) => {
      if (worker !== this.#worker) return; // the same breakdown can be reported twice
      this.restart(message);
      this.onFatal(message, this.#worker !== null);
    };
    worker.onmessage = (/** @type {MessageEvent<WorkerMessage>} */ { data }) => {
      if (worker !== this.#worker) return;
      if (data.kind === "fatal") return fatal(data.message);
      this.#answered = true;
      if (data.kind === "event") this.onEvent(data.event);
      else this.#settle(data);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      fatal(event.message || "its program did not load");
    };
    worker.onmessageerror = () => fatal("a message from the trainer could not be read");
    const { device, part } = currentPart();
    device.then((coming) => worker.postMessage({ coming })); // it can load its scripts while the wasm is compiled
    part.then((loaded) => worker.postMessage({ part: loaded }), (error) => fatal(`its program did not load (${error.message})`));
    return worker;
  }

  /** @param {Extract<WorkerMessage, { id: number }>} message */
  #settle(message) {
    const pending = this.#pending.get(message.id);
    this.#pending.delete(message.id);
    if (message.kind === "reply") pending?.resolve(message.value);
    else pending?.reject(new TrainerError(message.error.name, message.error.message));
  }
}

/** Created before the rest of the page has loaded, so that the worker loads at the same time. */
export const client = new TrainerClient();
