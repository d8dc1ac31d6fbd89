/** Fails each call of each save in each way, and says where what is found afterwards is neither the state before nor the one after. */

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

/** Whether each run, note and file is as it was before, or as it is after; a run may be missing where it is missing in one of them. */
function mixed(before, after, found) {
  const [a, b, c] = [before, after, found].map((text) => JSON.parse(text));
  const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
  const fits = (x, y, z) => same(x, z) || same(y, z);
  const of = ({ runs }, id) => runs.find(({ about }) => about.id === id);
  const ids = new Set([...a.runs, ...b.runs, ...c.runs].map(({ about }) => about.id));
  return [...ids].every((id) => fits(of(a, id), of(b, id), of(c, id))) && ["notes", "opened"].every((key) => fits(a[key], b[key], c[key])) &&
    c.features.every((one, i) => one === null || fits(a.features[i], b.features[i], one));
}

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
    await writer.do("prepare", save);
  }

  async function look() {
    await writer.do("free");
    return { state: await reader.do("seen"), names: (await reader.do("names")).join() };
  }

  /**
   * @param {string} save
   * @param {object} options
   * @param {string[]} [options.ways]
   * @param {{ at: number, way: string } | null} [options.only] a single case
   * @param {number} [options.most] cases, evenly from all
   */
  async function tryAll(save, { ways = WAYS, only = null, most = Infinity }) {
    const { parts, reads, anew } = (await writer.do("kinds"))[save];
    await prepared(save);
    const before = await look();
    await prepared(save);
    const { calls, told } = await writer.do("save", save, null);
    const after = await look();
    const failures = [];
    if (told.length > 0) failures.push(`undisturbed: ${told}`);
    if (reads ? before.state !== after.state : before.state === after.state) failures.push("undisturbed: the state is the one before");
    let cases = 0;
    const all = only ? [only] : ways.flatMap((way) => calls.flatMap((call, i) => (CAN[way](call) ? [{ at: i + 1, way }] : [])));
    const every = Math.max(1, all.length / most);
    for (let i = 0; i < all.length; i += every) {
      const { at, way } = all[Math.floor(i)];
      const wrong = (what) => failures.push(`${way} at ${at} of ${calls.length} (${calls.slice(Math.max(0, at - 4), at).join(" ")}): ${what}`);
      await prepared(save);
      const done = await writer.do("save", save, { at, way });
      cases += 1;
      const gone = done.hangs || way === "dead" || (way === "silent" && writer.alone);
      if (done.hangs && way !== "dead") wrong("the save never ends");
      if (gone) {
        await writer.end();
        writer = start();
      }
      if (way === "silent" && !gone) await writer.do("answer");
      const found = await look();
      const known = [before.state, after.state].includes(found.state) || (parts && mixed(before.state, after.state, found.state));
      if (!known) wrong(`neither before nor after:\n  before ${before.state}\n  after  ${after.state}\n  found  ${found.state}`);
      if (!reads && way !== "dead" && found.state !== after.state && done.told.length === 0) wrong("the person is told nothing");
      for (const sentence of done.told) if (!/\w/.test(sentence)) wrong(`"${sentence}" is no sentence`);
      if (gone || anew || !known) continue;
      const again = await writer.do("save", save, null);
      const later = await look();
      if (later.state !== after.state) wrong(`done again, it is not the state after:\n  after ${after.state}\n  found ${later.state}\n  told ${again.told}`);
      if (later.names !== after.names) wrong(`done again, there are other files: ${later.names}, not ${after.names}`);
    }
    return { calls: calls.length, cases, failures };
  }

  return { tryAll, saves: async () => Object.keys(await writer.do("kinds")) };
}
