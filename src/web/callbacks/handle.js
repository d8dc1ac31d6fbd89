/** What a hook of a callback gets in the place of Keras's `self.model`: it asks the network while the run waits for the hook. */

/**
 * @import { Sequential } from "../../../www/tabfit.js"
 * @typedef {Record<string, (...given: unknown[]) => Promise<unknown>>} Methods
 */

/** The methods of a network that change nothing. */
const ANSWERS = ["evaluate", "export", "getWeights", "gradCam", "inside", "predict", "save"];

export class RunHandle {
  /** What was asked and is not awaited yet. @type {Promise<unknown>[]} */
  #calls = [];
  #over = false;
  #want = () => {};
  #lend = (/** @type {Sequential} */ _network) => {};
  #wanted = new Promise((/** @type {(wanted: true) => void} */ resolve) => (this.#want = () => resolve(true)));
  #network = new Promise((/** @type {(network: Sequential) => void} */ resolve) => (this.#lend = resolve));
  /** @type {Promise<void> | undefined} */
  #hook;

  static {
    for (const name of ANSWERS) {
      Object.defineProperty(RunHandle.prototype, name, { value(/** @type {unknown[]} */ ...given) { return this.#call(name, given); } });
    }
  }

  /**
   * @param {number} learningRate
   * @param {boolean} stopTraining
   */
  constructor(learningRate, stopTraining) {
    this.learningRate = learningRate;
    this.stopTraining = stopTraining;
  }

  /**
   * @param {string} name
   * @param {unknown[]} given
   */
  #call(name, given) {
    if (this.#over) return Promise.reject(new Error(`${name} was called after its hook had ended; call it while the hook runs, and await it.`));
    this.#want();
    const answer = this.#network.then((network) => /** @type {Methods} */ (/** @type {unknown} */ (network))[name]?.(...given));
    this.#calls.push(answer);
    return answer;
  }

  /**
   * Resolves to true once the hook asks the network something, and to false if it ends before.
   *
   * @param {RunHandle} handle
   * @param {unknown} returned by the hook
   */
  static asked(handle, returned) {
    handle.#hook = handle.#whole(returned);
    const ended = () => false;
    return Promise.race([handle.#wanted, handle.#hook.then(ended, ended)]);
  }

  /** Waits for the hook, and for whatever it asked and did not wait for. */
  async #whole(/** @type {unknown} */ returned) {
    try {
      await returned;
    } finally {
      while (this.#calls.length > 0) await Promise.allSettled(this.#calls.splice(0));
      this.#over = true;
    }
  }

  /**
   * Resolves when the hook and all that it asked have ended; rejects with what the hook throws.
   *
   * @param {RunHandle} handle
   * @param {Sequential} [network] a copy of the network as it is between two steps, where the hook asks something
   */
  static async ended(handle, network) {
    if (network) handle.#lend(network);
    try {
      await handle.#hook;
    } finally {
      network?.free();
    }
  }
}
