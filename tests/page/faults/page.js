/** Tries storage that fails, and two tabs at once, with the storage and the locks of this browser. */

import { trying } from "./cases.js";
import { interleaved } from "./interleave.js";

/** Does what it is told to, in a worker of its own. */
class Process {
  alone = true;
  #worker;
  #count = 0;
  #waiting = new Map();

  /** @param {string} module */
  constructor(module) {
    this.#worker = new Worker(new URL(module, import.meta.url), { type: "module" });
    this.#worker.onmessage = ({ data: { id, value, error } }) => {
      const { resolve, reject } = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error) reject(new Error(error));
      else resolve(value);
    };
    this.#worker.onerror = (event) => console.error(`worker: ${event.message}`);
  }

  do(...what) {
    return new Promise((resolve, reject) => {
      this.#waiting.set(++this.#count, { resolve, reject });
      this.#worker.postMessage([this.#count, ...what]);
    });
  }

  end() {
    this.#worker.terminate();
  }
}

Object.assign(window, trying(() => new Process("worker.js")));

/**
 * Two tabs act on an empty store.
 *
 * @param {number[]} numbers random ones
 */
window.interleave = async (numbers) => {
  const folder = await navigator.storage.getDirectory();
  for await (const name of folder.keys()) await folder.removeEntry(name, { recursive: true });
  const tabs = [1, 2, 3].map(() => new Process("tab-worker.js"));
  const [one, two, three] = tabs.map((tab) => (...what) => tab.do(...what));
  try {
    return await interleaved([one, two], () => three("found"), () => numbers.pop());
  } finally {
    for (const tab of tabs) tab.end();
  }
};
