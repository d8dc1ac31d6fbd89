/** Two tabs act on one store at the same time; afterwards everything that was certain must be there. */

const ACTS = ["fit", "fit", "epoch", "epoch", "epoch", "finish", "finish", "close", "close", "close", "resume", "resume", "import", "rename", "rename", "note", "delete", "dropWeights", "list", "decide", "score", "evaluate", "evaluate"];
const EACH = 10;
/** What the page may answer instead of doing it. */
const ALLOWED = /^(Another tab of this page uses this run|This network is no longer kept|The file log\.csv is no longer kept)/;
/** What a tab is told that scores a network while another tab deletes it. */
const DELETED = /^The scores could not be kept: This network is no longer kept/;

/** How often each act had an effect; fails where one never had. @param {string[]} took */
export function counted(took) {
  const counts = Object.fromEntries([...new Set(ACTS)].map((act) => [act, took.filter((one) => one === act).length]));
  for (const [act, count] of Object.entries(counts)) if (count === 0) throw new Error(`"${act}" never had an effect`);
  return Object.entries(counts).map(([act, count]) => `${count} ${act}`).join(", ");
}

/**
 * @typedef {{ begun: number, ended: number, act: string, error: string } & Record<string, any>} Answer
 * @typedef {(what: string, ...given: any[]) => Promise<any>} Tab
 */

/**
 * @param {Tab[]} tabs
 * @param {() => Promise<any>} look what a further tab finds
 * @param {() => number} random
 * @returns {Promise<{ took: string[], failures: string[] }>} `took`: the acts that had an effect
 */
export async function interleaved(tabs, look, random) {
  let [clock, tags] = [0, 0];
  /** @type {Answer[]} */
  const answers = [];
  /** @type {string[]} */
  const failures = [];
  const pick = (list) => list[Math.floor(random() * list.length)];

  await Promise.all(tabs.map(async (tab) => {
    for (let i = 0; i < EACH; i++) {
      const act = pick(ACTS);
      const ids = await tab("ids");
      const [begun, tag] = [clock++, ++tags];
      const { value, error, told } = await tab("act", act, pick(ids) ?? "none", tag);
      answers.push({ begun, act, error, told, effect: value !== null, ...value, ended: clock++, over: value?.ended ?? false });
      if (error && !ALLOWED.test(error)) failures.push(`${act}: ${error}`);
    }
  }));
  for (const tab of tabs) await tab("act", "close", "none", 0);
  const { runs, decisions, opened } = await look();

  const done = answers.filter(({ error }) => !error);
  const wrong = (what) => failures.push(`${what}\n  found ${JSON.stringify(runs.map(({ id, name, epoch, ended, tag }) => [id, name, epoch, ended, tag]))}\n  acts ${answers.map(({ begun, ended, act, error, id, epoch, tag }) => `${begun}-${ended} ${act} ${id ?? ""} ${epoch ?? ""} ${tag ?? ""}${error}`).join("; ")}`);
  for (const { begun, ended, act, told } of answers) {
    const meanwhile = done.some((other) => other.deleted && other.begun < ended && begun < other.ended);
    for (const sentence of told) if (!(meanwhile && DELETED.test(sentence))) failures.push(`${act} told: ${sentence}`);
  }
  const deleted = new Set(done.filter(({ deleted }) => deleted).map(({ id }) => id));
  const dropped = new Set(done.filter(({ dropped }) => dropped).map(({ id }) => id));
  const trained = done.filter(({ tag }) => tag !== undefined);
  const began = trained.filter(({ act }) => act === "fit" || act === "import").map(({ id }) => id);
  if (new Set(began).size !== began.length) wrong("two runs have one id");
  for (const id of new Set(began)) {
    const run = runs.find((run) => run.id === id);
    if (deleted.has(id)) {
      if (run) wrong(`${id} was deleted and is there`);
      continue;
    }
    if (!run) {
      wrong(`${id} is lost`);
      continue;
    }
    const mine = trained.filter((answer) => answer.id === id);
    const [tag, last, over] = [mine[0].tag, Math.max(...mine.map(({ epoch }) => epoch)), mine.some(({ over }) => over)];
    if (mine.some((answer) => answer.tag !== tag)) wrong(`${id} is several runs`);
    if (run.epoch !== last) wrong(`${id} has ${run.epoch} epochs, not ${last}`);
    if (run.ended !== over) wrong(`${id} ${over ? "has not ended" : "has ended"}`);
    if (run.weights && run.tag !== tag) wrong(`${id} has the network of another run`);
    if (mine[0].act === "fit" && !run.weights && !dropped.has(id)) wrong(`${id} has lost its network`);
    const rows = Array.from({ length: last }, (_, i) => `${tag} ${i + 1}\n`).join("");
    if (mine[0].act === "fit" && !dropped.has(id) && run.log !== rows) wrong(`${id} has the log ${JSON.stringify(run.log)}`);
    const parts = done.filter((answer) => answer.id === id && answer.part).map(({ part }) => part);
    for (const part of parts) if (!run.scores.includes(part)) wrong(`${id} has lost its scores on ${part}`);
    // Of two changes at the same time either can be the last.
    for (const key of ["name", "note"]) {
      const changes = done.filter((answer) => answer.id === id && answer[key]);
      const possible = changes.filter((one) => !changes.some((other) => other.begun > one.ended)).map((one) => one[key]);
      if (changes.length > 0 && !possible.includes(run[key])) wrong(`${id} has the ${key} "${run[key]}", not ${possible}`);
    }
  }
  for (const { id } of runs) if (!began.includes(id) && !answers.some(({ act, error }) => act === "fit" && error)) wrong(`nobody began ${id}`);
  const decided = done.flatMap(({ decision }) => decision ?? []);
  if (decided.toSorted().join() !== decisions.toSorted().join()) wrong(`decisions ${decisions}, not ${decided}`);
  const times = done.filter((answer) => answer.opened).length;
  if (opened !== times) wrong(`scored ${opened} times, not ${times}`);
  return { took: answers.filter(({ effect }) => effect).map(({ act }) => act), failures };
}
