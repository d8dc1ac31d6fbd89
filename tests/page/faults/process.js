/** What a process of this test does: it saves while the storage fails, or it looks at what was saved. */

import init from "../../../www/tabfit.js";
import { autosave } from "../../../www/js/worker/state.js";
import { inWords } from "../../../www/js/worker/storage/reason.js";
import { answerLate, isDead, unwatch, watched } from "./calls.js";
import { release } from "../../../www/js/worker/storage/locks.js";
import { SAVES, told, trainedOn, training } from "./saves.js";
import { names, resumed, seen, wipe } from "./seen.js";

/** Nothing waits for it here: a worker loses what it is sent before its module has run. */
const program = init({ device: "cpu", module: {} });

/** What `before` made for `save`. @type {any} */
let made = null;
/** What the last save answered. @type {any} */
let answer = null;
/** A run that is begun once more gets the same id. */
Date.now = () => 1_700_000_000_000;

/** The time limits of the page's modules: the test does not wait for them. @type {Map<number, () => void>} */
const limits = new Map();
const { setTimeout: later, clearTimeout: forget } = self;
self.setTimeout = (work, wait = 0, ...given) => {
  const id = later(work, wait, ...given);
  if (wait >= 10_000) limits.set(id, work);
  return id;
};
self.clearTimeout = (id) => {
  limits.delete(id);
  forget(id);
};
/** With a process its timers end. */
export function endTimers() {
  for (const id of limits.keys()) forget(id);
  limits.clear();
}

const timeIsUp = () => later(() => [...limits.values()].forEach((end) => end()));

const held = async () => (await navigator.locks.query()).held.map(({ name }) => name).sort().join();

async function freed() {
  for (const { name } of (await navigator.locks.query()).held) release(name.replace("tabfit run ", ""));
}

/** A save that takes longer than this never ends. */
const LONGEST_MS = 20_000;

/** Waits for other work: as short a time as there is. @type {(work: () => void) => unknown} */
const turn = globalThis.setImmediate ?? ((work) => later(work, 1));

/** Resolves when a save has settled, or can never do so. */
async function settled(work) {
  let [error, ended] = ["", false];
  work().catch((reason) => (error = reason.message)).finally(() => (ended = true));
  const begun = performance.now();
  while (!ended && !isDead() && performance.now() - begun < LONGEST_MS) await new Promise((resolve) => turn(resolve));
  return { error, hangs: !ended && !isDead() };
}

export const DOES = {
  kinds: () => Object.fromEntries(Object.entries(SAVES).map(([name, { before, save, ...kind }]) => [name, kind])),
  async wipe() {
    await program;
    await wipe();
  },
  seen,
  names: () => names(),
  resumed,
  free: freed,
  answer: answerLate,
  async prepare(save) {
    told.length = 0;
    autosave.use(null);
    await program;
    made = await SAVES[save].before();
    return held();
  },
  /** Everything is deleted after the first epoch of four. */
  async evicted() {
    told.length = 0;
    const autosave = await training(1);
    await wipe();
    await trainedOn(autosave);
    return { told: [...told], state: await seen() };
  },
  /** Saves, while a call fails. */
  async save(save, fault) {
    told.length = 0;
    answer = null;
    const { error, hangs } = await settled(() => watched(fault, timeIsUp, () => inWords(async () => {
      answer = await SAVES[save].save(made);
    })));
    const calls = unwatch();
    return { calls, hangs, held: await held(), answer: SAVES[save].reads ? JSON.stringify(answer) : "", told: [...told, ...(error ? [error] : [])] };
  },
};

/** What the page would show. */
const post = self.postMessage.bind(self);
self.postMessage = (message, ...more) => {
  if (message.kind !== "event") post(message, ...more);
  else if (message.event.type === "trouble") told.push(message.event.message);
  else if (["unread", "unkept"].includes(message.event.what)) told.push(`Features are ${message.event.what}: ${message.event.why}.`);
};
