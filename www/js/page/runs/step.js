/** The section of runs: a table of all, one chart of the ticked ones, and their settings side by side. */

import { hear, say } from "../language/say.js";
import { showError } from "../state/controls.js";
import { report } from "../state/state.js";
import { byId, setText } from "../tools/dom.js";
import { onDrop } from "../tools/drop.js";
import { count } from "../tools/format.js";
import { act, ONE } from "./actions.js";
import { showComparison } from "./comparison.js";
import { droppedFiles } from "./dropped.js";
import { importRuns, pickedFiles } from "./import.js";
import { showSettings } from "./settings-table.js";
import { loadLines, runOf, shelf, tick, tickedLines } from "./shelf.js";
import { showTable, showTicks, sortBy } from "./table.js";

const table = byId("runs-table", HTMLTableElement);
const actions = byId("runs-actions", HTMLFieldSetElement);

/** Whether the newest run was ticked, so that the chart is not empty at first. */
let begun = false;
/** Counts what is to be drawn: what was read for an older wish is not. */
let wishes = 0;

table.addEventListener("click", sortBy);
table.addEventListener("change", ({ target }) => {
  if (!(target instanceof HTMLInputElement) || !target.dataset["id"]) return;
  tick(target.dataset["id"], target.checked);
  void tried(showTicked);
});
actions.addEventListener("click", ({ target }) => {
  const name = target instanceof HTMLButtonElement ? target.dataset["run"] : undefined;
  if (name) void tried(() => act(name).finally(showRuns));
});
for (const id of ["runs-files", "runs-folder"]) {
  const input = byId(id, HTMLInputElement);
  input.addEventListener("change", () => {
    const files = [...(input.files ?? [])];
    input.value = ""; // otherwise picking the same files again would be no "change"
    if (files.length > 0) void tried(() => importRuns(pickedFiles(files)).finally(showRuns));
  });
}

onDrop(byId("runs-details", HTMLElement), (transfer) => {
  const files = droppedFiles(transfer);
  void tried(async () => importRuns(await files).finally(showRuns));
});

/** Reads the list of runs and shows it. */
export async function showRuns() {
  await loadLines();
  const { lines, why } = shelf;
  if (!begun && lines[0]) tick(lines[0].id, true);
  begun ||= lines.length > 0;
  byId("runs-none", HTMLElement).hidden = lines.length > 0;
  byId("runs-listed", HTMLElement).hidden = lines.length === 0;
  const unkept = byId("runs-unkept", HTMLElement);
  unkept.hidden = why === "";
  setText(unkept, why && say("Not every run is kept in this browser ({why}): opened ones are listed only until the page is reloaded.", { why: hear(why) }));
  showTable();
  await showTicked();
}

async function showTicked() {
  const wish = ++wishes;
  showTicks();
  const lines = tickedLines();
  for (const button of actions.querySelectorAll("button")) {
    button.disabled = lines.length === 0 || (lines.length > 1 && (button.dataset["run"] ?? "") in ONE);
  }
  setText(byId("runs-ticked", HTMLElement), sentence(lines.map(({ name }) => name)));
  const runs = await Promise.all(lines.map(async ({ id }) => ({ place: shelf.ticked.get(id) ?? 0, run: await runOf(id) })));
  if (wish !== wishes) return;
  byId("runs-chosen", HTMLElement).hidden = runs.length === 0;
  showComparison(runs);
  showSettings(runs);
}

/** @param {readonly string[]} names of the ticked runs */
function sentence(names) {
  const [name = ""] = names;
  if (names.length === 0) return say("Tick runs to see their curves on one chart and their settings side by side.");
  if (names.length === 1) return say("“{name}” is ticked.", { name });
  return say("{count} runs are ticked; Rename, Note and Export take a single one.", { count: count(names.length) });
}

/** @param {() => Promise<unknown>} work */
async function tried(work) {
  showError("");
  try {
    await work();
  } catch (error) {
    report(error);
  }
}
