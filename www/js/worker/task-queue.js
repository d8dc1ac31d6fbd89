/**
 * The order in which commands may use the network. The network does one thing at a time: a long task (reading
 * pictures, training) refuses every other task while it runs; short tasks wait for one another.
 */

import { TrainerError } from "../shared/errors.js";

export class TaskQueue {
  /** Aborts the long task; null while none runs. @type {AbortController | null} */
  #running = null;
  /** Resolves when the newest long task has ended. @type {Promise<unknown>} */
  #ended = Promise.resolve();
  /** The newest short task; the next one starts after it. @type {Promise<unknown>} */
  #last = Promise.resolve();
  /** Aborts the task aside; null while none runs. @type {AbortController | null} */
  #aside = null;
  /** Pending while a run is paused. @type {PromiseWithResolvers<void> | null} */
  #pause = null;
  /** Resolves when the paused run waits. */
  #standing = Promise.withResolvers();
  /** A paused run goes on for one step. */
  #stepping = false;

  /**
   * Runs a long task; `stop` aborts its signal.
   *
   * @template T
   * @param {(signal: AbortSignal) => Promise<T>} work
   */
  async runAlone(work) {
    if (this.#running) throw busy();
    this.#aside?.abort();
    this.#running = new AbortController();
    const { promise, resolve } = Promise.withResolvers();
    this.#ended = promise;
    try {
      await this.#last;
      return await work(this.#running.signal);
    } finally {
      this.#running = null;
      this.resume();
      this.#standing.resolve(undefined);
      resolve(undefined);
    }
  }

  /**
   * Runs a short task that nobody is waiting for at a button: it waits for the end of a long one.
   *
   * @template T
   * @param {() => Promise<T>} work
   */
  async runWhenFree(work) {
    while (this.#running) await this.#ended;
    return this.runInTurn(work);
  }

  /**
   * Runs a short task after those that wait already.
   *
   * @template T
   * @param {() => Promise<T>} work
   */
  async runInTurn(work) {
    if (this.#running) throw busy();
    this.#aside?.abort();
    const answer = this.#last.then(work);
    this.#last = answer.catch(() => {}); // an error goes to the caller, and must not stop the next task
    return answer;
  }

  /**
   * Runs a short task that gives way: the next task, long or short, aborts its signal and waits for it.
   *
   * @template T
   * @param {(signal: AbortSignal) => Promise<T>} work
   */
  async runAside(work) {
    const aside = new AbortController();
    const answer = this.runWhenFree(async () => {
      aside.signal.throwIfAborted();
      return work(aside.signal);
    });
    this.#aside = aside;
    return answer;
  }

  pause() {
    if (!this.#running || this.#pause) return;
    this.#pause = Promise.withResolvers();
    this.#standing = Promise.withResolvers();
  }

  resume() {
    this.#stepping = false;
    this.#pause?.resolve();
    this.#pause = null;
  }

  /** Resolves when the run waits that was asked to pause; null if none was. */
  get standing() {
    return this.#pause && this.#standing.promise;
  }

  /** Lets a paused run go on up to the end of one step. */
  oneStep() {
    this.resume();
    this.#stepping = true;
  }

  /** A step that was looked at has ended: if it was to be a single one, the run pauses again. */
  stepped() {
    if (this.#stepping) this.pause();
    this.#stepping = false;
  }

  stop() {
    this.#running?.abort();
    this.resume(); // a paused run must continue in order to end
  }

  /** A run awaits this between its steps: undefined while it is not paused. */
  get unpaused() {
    if (this.#pause) this.#standing.resolve(undefined);
    return this.#pause?.promise;
  }
}

function busy() {
  return new TrainerError("BusyError", "The trainer is busy; wait for the end, or stop it first.");
}
