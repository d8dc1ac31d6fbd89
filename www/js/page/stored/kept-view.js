/** The list of what is kept in this browser. */

import { page, refresh } from "../state/state.js";
import { byId, cloneTemplate, within } from "../tools/dom.js";
import { fileSize, many, names, percent } from "../tools/format.js";
import { askToPersist } from "./persist.js";

/** @import { Kept, KeptRun } from "../../shared/protocol.js" */

const PARTS = { test: "on test pictures", validation: "on validation pictures", training: "on training pictures" };
/** Below this share of what the browser allows, space counts as short. */
const LITTLE_SPACE = 0.1;

/** Called when it is known what is kept, and when that has changed. @param {Kept} kept */
export function onKept(kept) {
  const first = page.kept !== null && page.kept.runs.length === 0 && kept.runs.length > 0;
  page.kept = kept;
  if (kept.runs.length > 0 || kept.features > 0) byId("forget-note", HTMLElement).textContent = "";
  showKept(kept);
  refresh();
  if (first) void askToPersist();
}

/** @param {Kept} kept */
function showKept(kept) {
  const { features, nothing, why, space } = kept;
  const runs = kept.runs.filter(({ imported }) => !imported); // those are in the table of runs
  byId("keep-nothing", HTMLInputElement).checked = nothing;
  byId("keep-nothing", HTMLInputElement).disabled = why !== "";
  byId("kept-none", HTMLElement).hidden = runs.length > 0 || nothing || why !== "";
  byId("kept-networks", HTMLElement).hidden = runs.length === 0;
  const sentence = question(kept);
  const box = byId("kept-ask", HTMLElement);
  box.hidden = sentence === "";
  if (box.textContent !== sentence) box.textContent = sentence;
  const drops = sentence !== "" && why === "";
  byId("kept-list", HTMLElement).replaceChildren(...runs.map((run) => row(run, run.id === kept.current, drops)));
  byId("kept-features", HTMLElement).hidden = features === 0;
  byId("kept-features-text", HTMLElement).textContent =
    `What frozen layers made of pictures is kept too (${fileSize(features)}), so that later runs need not compute it.`;
  const size = kept.runs.reduce((sum, run) => sum + run.size, features);
  byId("kept-space", HTMLElement).textContent =
    `All together ${fileSize(size)}${space ? ` of the ${fileSize(space.quota)} that the browser allows this page` : ""}.`;
  const newest = runs.find(({ weights, ended }) => weights && ended); // an unfinished run has a banner of its own
  if (!newest) return;
  byId("kept-offer", HTMLElement).dataset["id"] = newest.id;
  byId("kept-offer-text", HTMLElement).textContent = `The network “${newest.name}” is kept in this browser: ${about(newest)}.`;
}

/**
 * What the person should decide or know; empty if nothing.
 *
 * @param {Kept} kept
 */
function question({ runs, most, unkept, why, space }) {
  if (why) return why;
  const networks = runs.filter(({ weights }) => weights).length;
  const choose = "Choose whose weights to drop: its curves, settings and scores stay.";
  if (unkept) return `There was no space for the newest network. ${choose} Then it is kept; or save it as a file.`;
  if (networks > most) return `${networks} networks are kept, more than ${most}. ${choose}`;
  if (space && networks > 0 && space.quota - space.usage < LITTLE_SPACE * space.quota) {
    return `The space that the browser allows this page is nearly used up. ${choose}`;
  }
  return "";
}

/**
 * @param {KeptRun} run
 * @param {boolean} current it is that of the network in memory
 * @param {boolean} drops its weights can be dropped
 */
function row(run, current, drops) {
  const made = cloneTemplate("kept-template");
  made.dataset["id"] = run.id;
  made.classList.toggle("current", current);
  within(made, ".kept-name").textContent = run.name;
  within(made, ".kept-about").textContent = about(run);
  if (run.accuracy) {
    within(made, ".kept-accuracy").textContent = percent(run.accuracy.value);
    within(made, ".kept-part").textContent = PARTS[run.accuracy.part];
  }
  for (const button of made.querySelectorAll("button")) {
    const act = button.dataset["do"];
    if (act === "open" && !run.weights) button.textContent = "Show curves";
    button.hidden = (act === "download" && !run.weights) || (act === "weights" && !(run.weights && drops));
    button.disabled = run.elsewhere;
    button.setAttribute("aria-label", `${button.textContent} ${run.name}`);
  }
  return made;
}

/** @param {KeptRun} run */
function about({ date, classNames, epoch, epochs, size, weights, ended, elsewhere }) {
  const done = `${epoch} of ${many(epochs, "epoch")}${ended ? "" : elsewhere ? ", another tab trains it" : ", not finished"}`;
  return [new Date(date).toLocaleString("en", { dateStyle: "medium", timeStyle: "short" }), names(classNames), done, fileSize(size), ...(weights ? [] : ["without weights"])].join(" · ");
}
