/** What a person can do with the ticked runs: rename, note, export, delete. */

import { client } from "../client/trainer-client.js";
import { say } from "../language/say.js";
import { isBusy, page } from "../state/state.js";
import { offerStored } from "../stored/step.js";
import { ask } from "../tools/ask.js";
import { download, fileName } from "../tools/download.js";
import { many, nameOf } from "../tools/format.js";
import { late } from "../tools/late.js";
import { runOf, shelf, tickedLines } from "./shelf.js";

/** @import { RunLine } from "../../shared/runs.js" */

const LONGEST_NOTE = 200;

/** By the names of their buttons; these take a single run. @type {Record<string, (line: RunLine) => Promise<void>>} */
export const ONE = { rename, note, export: save };

/** These take any number. @type {Record<string, (lines: RunLine[]) => Promise<void>>} */
export const ANY = {
  delete: remove,
  async none() {
    shelf.ticked.clear();
  },
};

/** @param {string} name of a button */
export async function act(name) {
  const lines = tickedLines();
  const [line] = lines;
  if (line && lines.length === 1) await ONE[name]?.(line);
  if (line) await ANY[name]?.(lines);
}

/** @param {RunLine} line */
async function rename({ id, name }) {
  const wished = await ask(say("What should this run be called?"), say("Rename"), name);
  if (!wished) return;
  const run = shelf.memory.get(id);
  if (run) run.about.name = wished;
  else await client.send({ type: "rename", id, name: wished });
}

/** @param {RunLine} line */
async function note({ id, name, note }) {
  const wished = await ask(say("What should be noted of “{name}”?", { name }), say("Note"), note, say("Note"), LONGEST_NOTE);
  if (wished === null) return;
  const run = shelf.memory.get(id);
  if (run) run.about.note = wished;
  else await client.send({ type: "note", id, note: wished });
}

/** @param {RunLine} line */
async function save({ id, name }) {
  const [{ writeRun }, run] = await Promise.all([late(() => import("./files/run-file.js")), runOf(id)]);
  download(`${fileName(name)}.tabfit-run.json`, new Blob([writeRun(run)], { type: "application/json" }));
}

/** @param {RunLine[]} lines */
async function remove(lines) {
  const weights = lines.some(({ id }) => page.kept?.runs.some((run) => run.id === id && run.weights));
  const what = lines.length === 1 ? say("“{name}”", { name: nameOf(lines[0]?.name ?? "") }) : many(lines.length, "run");
  const question = weights ? say("Delete {what}, with curves, scores and the kept network?", { what }) : say("Delete {what}, with curves and scores?", { what });
  if ((await ask(question, say("Delete"))) === null) return;
  const kept = lines.filter(({ id }) => !shelf.memory.delete(id));
  if (kept.length === 0) return;
  const current = kept.some(({ id }) => id === page.kept?.current);
  await client.send({ type: "drop-runs", ids: kept.map(({ id }) => id) });
  page.saved ||= current; // the person does not want it: leaving the tab asks no more
  if (!isBusy()) await offerStored();
}
