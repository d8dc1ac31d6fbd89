/**
 * Who may speak to the network: one long command at a time, short ones one after another. Worker side.
 */

import { TrainerError } from "../shared/errors.js";

export class Turns {
  /** Ends the long command; null while there is none. @type {AbortController | null} */
  #running = null;
  /** The newest of the short commands; each waits for the one before it. @type {Promise<unknown>} */
  #last = Promise.resolve();
  /** Pending while a run is paused. @type {PromiseWithResolvers<void> | null} */
  #pause = null;

  /**
   * Runs a long command; `stop` aborts its signal.
   *
   * @template T
   * @param {(signal: AbortSignal) => Promise<T>} work
   */
  async alone(work) {
    if (this.#running) throw busy();
    this.#running = new AbortController();
    try {
      await this.#last;
      return await work(this.#running.signal);
    } finally {
      this.#running = null;
      this.#pause = null;
    }
  }

  /**
   * Runs a short command: a network answers one question at a time.
   *
   * @template T
   * @param {() => Promise<T>} work
   */
  async inTurn(work) {
    if (this.#running) throw busy();
    const answer = this.#last.then(work);
    this.#last = answer.catch(() => {}); // whoever asked gets the error; the next command does not
    return answer;
  }

  pause() {
    if (this.#running) this.#pause ??= Promise.withResolvers();
  }

  resume() {
    this.#pause?.resolve();
    this.#pause = null;
  }

  stop() {
    this.#running?.abort();
    this.resume(); // a paused run must wake up to end
  }

  /** A run waits for this between its steps. */
  get unpaused() {
    return this.#pause?.promise;
  }
}

function busy() {
  return new TrainerError("BusyError", "The trainer is busy; wait for the end, or stop it first.");
}
