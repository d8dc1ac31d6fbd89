/** Fails each call of each save in each way, and says where what is found afterwards is neither the state before nor the one after. */

import { RAW } from "./made-up.js";

const LATER = ["getDirectory", "getDirectoryHandle", "getFileHandle", "removeEntry", "createSyncAccessHandle", "getFile", "move", "arrayBuffer", "text", "keys"];
const TAKES_SPACE = ["getDirectoryHandle", "getFileHandle", "createSyncAccessHandle", "truncate", "write", "move"];

/** Which calls can fail in a way. */
const CAN = {
  quota: (call) => TAKES_SPACE.includes(call),
  refused: (call) => call !== "close",
  lost: (call) => call !== "getSize",
  short: (call) => call === "write",
  full: (call) => call === "write",
  silent: (call) => LATER.includes(call),
  dead: () => true,
};

export const WAYS = Object.keys(CAN);

/** The ways in which a call says that there is no space. */
const SPACE = ["quota", "short", "full"];

const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

/**
 * Whether everything is as it was before, or as it is after.
 *
 * @param {any} before
 * @param {any} after
 * @param {any} found
 * @param {"runs" | "parts"} [each] whether each run, note and file may be in one of the two states; or also each part of a run
 */
function isKnown(before, after, found, each) {
  if (same(before, found) || same(after, found)) return true;
  if (!each) return false;
  const fits = (x, y, z) => same(x, z) || same(y, z);
  const eachFits = (x, y, z) => z.every((one, i) => fits(x[i], y[i], one));
  const of = ({ runs }, id) => runs.find((run) => run.about.id === id);
  const ids = new Set([before, after, found].flatMap(({ runs }) => runs.map(({ about }) => about.id)));
  const runFits = (x, y, z) => fits(x, y, z) || (each === "parts" && x && y && z && Object.keys(z).every((key) => fits(x[key], y[key], z[key])));
  return [...ids].every((id) => runFits(of(before, id), of(after, id), of(found, id))) && fits(before.nothing, after.nothing, found.nothing) &&
    fits(before.left, after.left, found.left) && eachFits(before.notes, after.notes, found.notes) && eachFits(before.features, after.features, found.features);
}

/** Without the features, which are a cache: where there is no space they go, so that what a person cannot make again can be kept. */
const withoutFeatures = (state) => ({ ...state, features: [] });

/** Whether it is a sentence of the page, and not what a browser says of an error. @param {string} text */
const isSentence = (text) => /^[A-Z].*[^.]\.$/.test(text) && !new RegExp(`${RAW}|Error\\b|Exception|undefined|null|\\[object|no such|(a|the) file (is open|was changed)`).test(text);

/**
 * @typedef {{ do: (...what: any[]) => Promise<any>, end: () => void, alone: boolean }} Process `alone`: not with another one's memory
 * @param {() => Process} start starts a process
 */
export function trying(start) {
  let writer = start();
  const reader = start();

  /** The storage as it is before a save. */
  async function prepared(save) {
    await reader.do("wipe");
    return writer.do("prepare", save);
  }

  async function look() {
    await writer.do("free");
    return { state: JSON.parse(await reader.do("seen")), names: (await reader.do("names")).join() };
  }

  /** What goes on in the next visit; that changes the run. */
  const resumed = () => reader.do("resumed");

  /** Makes the state before, and saves while a call fails. */
  async function disturbed(save, fault) {
    await prepared(save);
    const done = await writer.do("save", save, fault);
    const gone = done.hangs || fault.way === "dead" || (fault.way === "silent" && writer.alone);
    if (gone) {
      await writer.end();
      writer = start();
    } else if (fault.way === "silent") await writer.do("answer");
    return { ...done, gone };
  }

  /**
   * @param {string} save
   * @param {object} options
   * @param {string[]} [options.ways]
   * @param {{ at: number, way: string } | null} [options.only] a single case
   * @param {number} [options.most] cases, evenly from all
   */
  async function tryAll(save, { ways = WAYS, only = null, most = Infinity }) {
    const { each, reads, anew, shows = "", makesRoom } = (await writer.do("kinds"))[save];
    const heldBefore = await prepared(save);
    const before = { ...(await look()), opened: await resumed() };
    await prepared(save);
    const { calls, told, answer, held } = await writer.do("save", save, null);
    const after = { ...(await look()), opened: await resumed() };
    const failures = [];
    if (told.length > 0) failures.push(`undisturbed: ${told}`);
    if (same(before.state, after.state) !== (reads ?? false)) failures.push("undisturbed: the state is the one before, or a list changes it");
    if (!JSON.stringify(after.state.runs).includes(shows) || !after.opened.includes(shows)) failures.push(`undisturbed: there is no "${shows}"`);
    let cases = 0;
    const possible = ways.filter((way) => !makesRoom || SPACE.includes(way));
    const all = only ? [only] : possible.flatMap((way) => calls.flatMap((call, i) => (CAN[way](call) ? [{ at: i + 1, way }] : [])));
    const every = Math.max(1, all.length / most);
    for (let i = 0; i < all.length; i += every) {
      const fault = all[Math.floor(i)];
      const { at, way } = fault;
      const wrong = (what) => failures.push(`${way} at ${at} of ${calls.length} (${calls.slice(Math.max(0, at - 4), at).join(" ")}): ${what}`);
      const done = await disturbed(save, fault);
      cases += 1;
      if (done.hangs && way !== "dead") wrong("the save never ends");
      const found = await look();
      const [x, y, z] = [before, after, found].map(({ state }) => (makesRoom && found.state.features.every((one) => one === null) ? withoutFeatures(state) : state));
      const known = isKnown(x, y, z, each);
      if (!known) wrong(`neither before nor after:\n  before ${JSON.stringify(x)}\n  after  ${JSON.stringify(y)}\n  found  ${JSON.stringify(z)}`);
      if (makesRoom && way !== "full" && (!same(y, z) || done.told.length > 0)) wrong(`there was space without the features: ${done.told}`);
      if (way !== "dead" && done.told.length === 0 && !same(y, z)) wrong("the person is told nothing");
      if (reads && way !== "dead" && done.told.length === 0 && done.answer !== answer) wrong(`it answers ${done.answer}, not ${answer}, and does not say why`);
      if (!done.gone && way !== "silent" && ![heldBefore, held].includes(done.held)) wrong(`it holds ${done.held}, not ${heldBefore} or ${held}`);
      if (way !== "dead") for (const sentence of done.told) if (!isSentence(sentence)) wrong(`"${sentence}" is no sentence`);
      if (!known) continue;
      if (!done.gone && !anew) {
        const again = await writer.do("save", save, null);
        const later = await look();
        if (!same(later.state, after.state)) wrong(`done again, it is not the state after:\n  after ${JSON.stringify(after.state)}\n  found ${JSON.stringify(later.state)}\n  told ${again.told}`);
        if (later.names !== after.names) wrong(`done again, there are other files: ${later.names}, not ${after.names}`);
        if (!found.state.offered) continue;
        await disturbed(save, fault);
        await writer.do("free");
      }
      const opened = await resumed();
      const goes = [before, after].filter(({ state }) => (each ? state.offered === found.state.offered : same(withoutFeatures(state), withoutFeatures(found.state)))).map(({ opened }) => opened);
      const { id, opened: network } = JSON.parse(opened);
      if (id !== (found.state.offered ?? null) || !(goes.includes(opened) || (each && network === null))) wrong(`what goes on is ${opened}, not ${goes.join(" or ")}; offered ${found.state.offered} ${found.state.trouble}, told ${done.told}`);
    }
    return { calls: calls.length, possible: all.length, cases, failures };
  }

  return { tryAll, saves: async () => Object.keys(await writer.do("kinds")) };
}
