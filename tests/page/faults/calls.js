/** Stands between the page's modules and the browser's storage: counts every call of it, and lets one of them fail. */

import { RAW } from "./made-up.js";

/**
 * How a call fails:
 *
 * - `quota`: it does nothing, and says that there is no space;
 * - `refused`: it does nothing, and throws;
 * - `lost`: it is done, and throws nevertheless;
 * - `short`: a write writes half of its bytes, and says so;
 * - `full`: from this call on every write fails, as on a disk that is full;
 * - `silent`: it does not answer before the page has given up, and is done later or never;
 * - `dead`: the process ends before the call: nothing that it does later has an effect.
 */
const ANSWERING_LATER = [
  [StorageManager, ["getDirectory"]],
  [FileSystemDirectoryHandle, ["getDirectoryHandle", "getFileHandle", "removeEntry"]],
  [FileSystemFileHandle, ["createSyncAccessHandle", "getFile", "move"]],
  [Blob, ["arrayBuffer", "text"]],
];
const ANSWERING_AT_ONCE = [[FileSystemSyncAccessHandle, ["write", "truncate", "flush", "getSize", "close"]]];
const NEVER = new Promise(() => {});

/** The calls since `watch`, by name. @type {string[]} */
let calls = [];
/** @type {{ at: number, way: string } | null} */
let fault = null;
/** Called when a call is made that does not answer. */
let onSilence = () => {};
/** Lets the call answer that did not. @type {(() => Promise<void>) | null} */
let answer = null;
/** @typedef {{ dead: boolean }} Life of a process: whether it counts as ended */
let life = { dead: false };
/** In Node all processes share one memory, and this says which one makes a call. @type {{ run: <T>(life: Life, work: () => T) => T, getStore: () => Life | undefined }} */
let lives = { run: (_, work) => work(), getStore: () => life };

/** @param {typeof lives} these */
export const tellApart = (these) => void (lives = these);

/**
 * Does something while one call of the storage fails.
 *
 * @template T
 * @param {{ at: number, way: string } | null} next which call fails, counted from 1
 * @param {() => void} silence called when a call does not answer
 * @param {() => T} work
 */
export function watched(next, silence, work) {
  [calls, fault, onSilence, life] = [[], next, silence, { dead: false }];
  return lives.run(life, work);
}

/** Ends the watch, and says which calls there were. */
export function unwatch() {
  const made = calls;
  [calls, fault] = [[], null];
  return made;
}

/** The call that did not answer does so at last. */
export async function answerLate() {
  await answer?.();
  answer = null;
}

/** Whether the process counts as ended. */
export const isDead = () => life.dead;

const error = (way) => new DOMException(RAW, way === "quota" || way === "full" ? "QuotaExceededError" : "UnknownError");

/**
 * @param {string} name
 * @param {(...given: any[]) => any} call
 * @param {any} self
 * @param {any[]} given
 * @param {boolean} later whether it answers by a promise
 */
function counted(name, call, self, given, later) {
  const failing = (problem) => {
    if (later) return Promise.reject(problem);
    throw problem;
  };
  const mine = lives.getStore();
  if (mine?.dead) return later ? NEVER : failing(new DOMException("the process has ended", "AbortError"));
  if (mine !== life) return call.apply(self, given);
  calls.push(name);
  const now = fault && calls.length === fault.at;
  if (now && fault.way === "dead") {
    life.dead = true;
    return counted(name, call, self, given, later);
  }
  if (fault?.way === "full" && calls.length >= fault.at && ["write", "truncate"].includes(name)) return name === "truncate" && given[0] === 0 ? call.apply(self, given) : failing(error("full"));
  if (!now || fault.way === "full") return call.apply(self, given);
  switch (fault.way) {
    case "silent":
      if (!later) return call.apply(self, given);
      onSilence();
      return new Promise((resolve, reject) => {
        answer = () => call.apply(self, given).then(resolve, reject).then(() => new Promise((done) => setTimeout(done)));
      });
    case "short":
      if (name !== "write") return call.apply(self, given);
      return call.call(self, new Uint8Array(given[0].buffer, given[0].byteOffset, given[0].byteLength >> 1), given[1]);
    case "lost": {
      const answer = call.apply(self, given);
      return later ? answer.then((value) => {
        value?.close?.(); // nobody gets the handle
        throw error("lost");
      }) : failing(error("lost"));
    }
    default:
      return failing(error(fault.way));
  }
}

for (const [later, classes] of [[true, ANSWERING_LATER], [false, ANSWERING_AT_ONCE]]) {
  for (const [{ prototype }, names] of classes) {
    for (const name of names) {
      const call = prototype[name];
      prototype[name] = function (...given) {
        return counted(name, call, this, given, later);
      };
    }
  }
}

const { keys } = FileSystemDirectoryHandle.prototype;
FileSystemDirectoryHandle.prototype.keys = function () {
  const names = keys.call(this);
  const next = names.next.bind(names);
  // One call for the whole list: the first answer can fail.
  let first = true;
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: () => {
      if (!first) return next();
      first = false;
      return counted("keys", next, null, [], true);
    },
  };
};
