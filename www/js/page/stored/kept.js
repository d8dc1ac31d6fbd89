/** What a person can do with what is kept: open it, rename, download, delete it, or keep nothing at all. */

import { client } from "../client/trainer-client.js";
import { needsPart } from "../device.js";
import { forgetLanguage } from "../language/choice.js";
import { say } from "../language/say.js";
import { showError } from "../state/controls.js";
import { isBusy, page, report } from "../state/state.js";
import { ask } from "../tools/ask.js";
import { byId, setText } from "../tools/dom.js";
import { download, fileName } from "../tools/download.js";
import { count, fileSize, list, many, nameOf } from "../tools/format.js";
import { showFiles } from "../training/files.js";
import { chosenDevice } from "../training/form/device.js";
import { opening, showCurves, showOpened } from "./open-network.js";
import { offerStored } from "./step.js";

/** @import { KeptRun } from "../../shared/protocol.js" */

const note = byId("forget-note", HTMLElement);
const tick = byId("keep-nothing", HTMLInputElement);

/** @param {Event} event a click somewhere in the list */
export async function actOnKept({ target }) {
  const button = target instanceof HTMLButtonElement ? target : null;
  const id = button?.closest("li")?.dataset["id"];
  const run = page.kept?.runs.find((run) => run.id === id);
  if (!button || !run || isBusy()) return;
  showError("");
  try {
    await ACTS[/** @type {keyof typeof ACTS} */ (button.dataset["do"])]?.(run);
  } catch (error) {
    report(error);
  }
}

export async function openNewest() {
  const id = byId("kept-offer", HTMLElement).dataset["id"];
  const run = page.kept?.runs.find((run) => run.id === id);
  if (run && !isBusy()) await open(run);
}

const ACTS = { open, rename, download: save, weights: dropWeights, delete: remove };

/** @param {KeptRun} run */
async function open(run) {
  await opening(async () => {
    const opened = await client.send({ type: "open-kept", id: run.id, device: needsPart() ? "cpu" : chosenDevice() });
    if (opened.info) showOpened(opened.info, opened.scores);
    else showCurves(opened.history, opened.scores);
  });
  await offerStored(); // its run may go on
}

/** @param {KeptRun} run */
async function rename({ id, name }) {
  const wished = await ask(say("What should this network be called?"), say("Rename"), nameOf(name));
  if (wished && wished !== nameOf(name)) await client.send({ type: "rename", id, name: wished });
}

/** @param {KeptRun} run */
async function save({ id, name }) {
  const includeOptimizer = byId("include-optimizer", HTMLInputElement).checked;
  const bytes = await client.send({ type: "kept-file", id, includeOptimizer });
  download(`${fileName(name)}.tabfit`, new Blob([bytes]));
}

/** @param {KeptRun} run */
async function dropWeights({ id, name }) {
  const question = say("Drop the weights of “{name}”, and the files of its callbacks? Its curves, settings and scores stay.", { name: nameOf(name) });
  if ((await ask(question, say("Drop the weights"))) !== null) await drop(id, true);
}

/** @param {KeptRun} run */
async function remove({ id, name }) {
  if ((await ask(say("Delete “{name}”, with its curves and scores?", { name: nameOf(name) }), say("Delete"))) !== null) await drop(id, false);
}

/** @param {string} id @param {boolean} weightsOnly */
async function drop(id, weightsOnly) {
  const current = page.kept?.current === id;
  await client.send({ type: "drop", id, weightsOnly });
  page.saved ||= current; // the person does not want it: leaving the tab asks no more
  await offerStored();
}

/** "Forget everything". */
export async function forgetAll() {
  if (!(await agree(say("Forget")))) return;
  await changeAll(() => client.send({ type: "forget" }));
  forgetLanguage();
  setText(note, say("Nothing is kept any more."));
}

/** Deletes what frozen layers made of pictures: it can be computed again, so nothing is asked. */
export async function forgetFeatures() {
  try {
    await client.send({ type: "forget-features" });
  } catch (error) {
    report(error);
  }
}

/** Deletes what was decided about pictures, after a question: the work of looking at them would be lost. */
export async function forgetDecisions() {
  const what = many(page.kept?.decisions ?? 0, "decision about a picture", "decisions about pictures");
  if ((await ask(say("This deletes {what}. What you decided about the pictures that are loaded holds until the page is left.", { what }), say("Delete"))) === null) return;
  try {
    await client.send({ type: "forget-decisions" });
  } catch (error) {
    report(error);
  }
}

/** The tick "Keep nothing on this computer" was changed. */
export async function keepNothing() {
  const wished = tick.checked;
  tick.checked = wished && (await agree(say("Keep nothing and delete")));
  if (tick.checked !== wished) return;
  await changeAll(() => client.send({ type: "keep-nothing", wished }));
  if (wished) forgetLanguage();
  setText(note, wished ? say("Nothing is kept, now and later.") : "");
}

/** Asks before networks are deleted. @param {string} action */
async function agree(action) {
  const [runs, decisions] = [page.kept?.runs ?? [], page.kept?.decisions ?? 0];
  if (runs.length + decisions === 0) return true;
  const size = fileSize(runs.reduce((sum, run) => sum + run.size, page.kept?.features ?? 0));
  const imported = runs.filter((run) => run.imported).length;
  const networks = runs.length - imported;
  const what = list([
    ...(networks === 1 ? [say("{n} kept network with curves and scores", { n: "1" })] : []),
    ...(networks > 1 ? [say("{n} kept networks with curves and scores", { n: count(networks) })] : []),
    ...(imported === 1 ? [say("{n} imported run", { n: "1" })] : []),
    ...(imported > 1 ? [say("{n} imported runs", { n: count(imported) })] : []),
    ...(decisions > 0 ? [many(decisions, "decision about a picture", "decisions about pictures")] : []),
  ]);
  return (await ask(say("This deletes {what}, {size} together.", { what, size }), action)) !== null;
}

/** @param {() => Promise<void>} change */
async function changeAll(change) {
  try {
    const current = page.kept?.current != null;
    await change();
    page.saved ||= current;
    page.unfinished = null;
    showFiles([]);
  } catch (error) {
    report(error);
  }
  await offerStored();
}
