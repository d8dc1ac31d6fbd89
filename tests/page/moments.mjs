/** The moments of a run, which its trainer worker tells a test, in any browser; and the saves of the run. */

import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";

const SECONDS = 1000;

/**
 * Runs in the trainer worker before its own script. At a moment that the test has chosen, the worker says that it is there. Then it
 * stands still for ever ("stand still"), or waits before its next step until it is told to go on ("wait"), or ends one of its helpers
 * as a browser does that reports it ("end the helper") or as one that does not ("lose the helper"), or just goes on ("tell"). It tells
 * the test's server of each save, and only when the server has answered it goes on, so that no save is forgotten that came before a death.
 */
function worker() {
  const channel = new BroadcastChannel("moments");
  let wanted = { moment: "", times: 0, act: "" };
  let tasks = null; // of the worker, which pauses a run by them
  const helpers = [];
  /** What the helpers and the GPU work for. */
  let phase = "training";
  /** The id of the command that scores the network just now. */
  let scoring = null;
  const { Worker } = self;
  self.Worker = class extends Worker {
    constructor(...given) {
      super(...given);
      if (!/thread/.test(given[1]?.name)) return;
      helpers.push(this);
      this.postMessage = (...message) => {
        super.postMessage(...message);
        passes(`a task of the ${phase}`);
      };
    }
  };
  const { submit } = globalThis.GPUQueue?.prototype ?? {};
  if (submit) {
    GPUQueue.prototype.submit = function (commands) {
      submit.call(this, commands);
      passes(`work for the ${phase}`);
    };
  }
  /** Whether it is the moment; if the worker shall stand still there, this never returns. */
  function passes(moment, first = () => {}) {
    if (moment !== wanted.moment || --wanted.times > 0) return;
    const { act } = wanted;
    wanted = { moment: "", times: 0, act: "" };
    if (act === "wait") tasks.pause();
    if (/helper/.test(act)) {
      const helper = helpers.pop();
      helper.terminate();
      if (act === "end the helper") helper.dispatchEvent(new ErrorEvent("error", { message: "ended by the test" }));
    }
    if (act !== "stand still") return void channel.postMessage("here");
    first();
    channel.postMessage("here");
    for (;;);
  }
  channel.onmessage = async ({ data }) => {
    if (data === "go on") tasks.resume();
    if (typeof data === "string") return;
    ({ tasks } = await import("/js/worker/state.js"));
    wanted = data;
    channel.postMessage("told");
  };
  function tell(what) {
    const request = new XMLHttpRequest();
    request.open("GET", `/told?${encodeURIComponent(JSON.stringify(what))}`, false);
    request.send();
  }
  /** The checkpoint that is being saved. */
  let save = null;
  /** Where in its run a checkpoint is; null if the bytes are something else. */
  function saveIn(bytes) {
    const length = bytes.length > 8 && bytes[8] === "{".charCodeAt(0) ? new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true) : 0;
    if (length === 0 || length > bytes.length - 8) return null;
    const { place } = JSON.parse(JSON.parse(new TextDecoder().decode(bytes.slice(8, 8 + length))).__metadata__.tabfit);
    return place && { epoch: place.epoch, steps: place.optimizerSteps };
  }
  const { write } = FileSystemSyncAccessHandle.prototype;
  FileSystemSyncAccessHandle.prototype.write = function (bytes, ...options) {
    passes(scoring !== null ? "keeping the scores" : "saving", () => write.call(this, bytes.subarray(0, bytes.length >> 1), ...options)); // half of it is written
    save = saveIn(bytes) ?? save;
    return write.call(this, bytes, ...options);
  };
  self.addEventListener("message", ({ data }) => {
    if (data.command?.type === "fit") tell(null);
    if (data.command?.type !== "evaluate") return;
    scoring = data.id;
    phase = "scoring";
    passes("the beginning of the scoring");
  });
  const post = self.postMessage;
  self.postMessage = (message, ...more) => {
    post.call(self, message, ...more);
    if (message.kind !== "event" && message.id === scoring) scoring = null;
    const type = message.event?.type;
    if (type === "files" && save) { // the page hears that the save is complete
      tell(save);
      save = null;
    }
    const moment = { batch: "training", test: scoring !== null ? "scoring" : "validation" }[type];
    if (moment) passes(moment);
    if (scoring === null) phase = { start: "training", epoch: "training", test: "validation" }[type] ?? phase;
  };
}

/** For `first` of a test's server. */
export const mortalWorker = { "/js/worker.js": `(${worker})();` };

/** @typedef {{ epoch: number, steps: number }} Save of a checkpoint: the epoch that it is in, and the steps before it */

/** The checkpoints that a browser has said to be saved, of one run after the other. */
export class Saves {
  /** The newest; null if the run has none. @type {Save | null} */
  last = null;
  /** Steps that were computed again after they had been saved, one sentence each. @type {string[]} */
  lost = [];

  /** @param {Save | null} told by the trainer worker: a save, or that a new run begins */
  hears(told) {
    if (told && this.last && told.steps <= this.last.steps) this.lost.push(`${this.last.steps} steps were saved, and then step ${told.steps} was computed`);
    this.last = told;
  }

  /** The run after a death, as the page offers it. @param {{ epoch: number } | null} unfinished `epoch` is the last one that has ended */
  check(unfinished) {
    if (!this.last) return;
    assert.ok(unfinished, `${this.last.steps} steps were saved, and no run is offered`);
    assert.ok(unfinished.epoch >= this.last.epoch - 1, `epoch ${this.last.epoch} was saved, and a run is offered that stopped after epoch ${unfinished.epoch}`);
  }
}

/**
 * Chooses the moment, counted from now, at which the trainer worker stands still or does something else; `here` waits for it.
 *
 * @param {{ evaluate: (run: Function, value?: any) => Promise<any> }} tab
 */
export async function choose(tab, moment, times, act = "stand still") {
  await tab.evaluate(async (wanted) => {
    const channel = new BroadcastChannel("moments");
    const hears = (word) => new Promise((resolve) => channel.addEventListener("message", ({ data }) => data === word && resolve()));
    globalThis.momentReached = hears("here");
    const told = hears("told");
    channel.postMessage(wanted);
    await told;
  }, { moment, times, act });
}

/** Waits for the chosen moment. */
export async function here(tab) {
  const late = new AbortController();
  const given = pause(60 * SECONDS, null, { signal: late.signal }).then(() => assert.fail("the chosen moment did not come"), () => {});
  await Promise.race([tab.evaluate(() => globalThis.momentReached), given]);
  late.abort();
}
