/** The list of what is kept in this browser. */

import { hear, say } from "../language/say.js";
import { page, refresh } from "../state/state.js";
import { byId, cloneTemplate, setText, setWords, within } from "../tools/dom.js";
import { count, fileSize, many, nameOf, names, percent, shortMoment } from "../tools/format.js";
import { compareWithLast, lossInWords } from "./cleared.js";
import { askToPersist } from "./persist.js";

/** @import { Kept, KeptRun } from "../../shared/protocol.js" */

const PARTS = {
  test: () => say("on test pictures"),
  validation: () => say("on validation pictures"),
  training: () => say("on training pictures"),
};
/** Below this share of what the browser allows, space counts as short. */
const LITTLE_SPACE = 0.1;

/** Called when it is known what is kept, and when that has changed. @param {Kept} kept */
export function onKept(kept) {
  const first = page.kept !== null && page.kept.runs.length === 0 && kept.runs.length > 0;
  compareWithLast(kept, page.kept === null);
  page.kept = kept;
  if (kept.runs.length > 0 || kept.features > 0 || kept.decisions > 0) byId("forget-note", HTMLElement).textContent = "";
  showKept(kept);
  refresh();
  if (first) void askToPersist();
}

/** @param {Kept} kept */
function showKept(kept) {
  const { features, decisions, nothing, why, space } = kept;
  const runs = kept.runs.filter(({ imported }) => !imported); // those are in the table of runs
  byId("keep-nothing", HTMLInputElement).checked = nothing;
  byId("keep-nothing", HTMLInputElement).disabled = why !== "";
  byId("kept-none", HTMLElement).hidden = runs.length > 0 || nothing || why !== "";
  byId("kept-networks", HTMLElement).hidden = runs.length === 0;
  const sentence = question(kept);
  const box = byId("kept-ask", HTMLElement);
  box.hidden = sentence === "";
  setText(box, sentence);
  const drops = sentence !== "" && why === "";
  byId("kept-list", HTMLElement).replaceChildren(...runs.map((run) => row(run, run.id === kept.current, drops)));
  byId("kept-features", HTMLElement).hidden = features === 0;
  setText(byId("kept-features-text", HTMLElement),
    say("What frozen layers made of pictures is kept too ({size}), so that later runs need not compute it.", { size: fileSize(features) }));
  byId("kept-decisions", HTMLElement).hidden = decisions === 0;
  setText(byId("kept-decisions-text", HTMLElement), many(decisions, "decision about a picture is kept too.", "decisions about pictures are kept too."));
  const size = kept.runs.reduce((sum, run) => sum + run.size, features);
  setText(byId("kept-space", HTMLElement), space
    ? say("All together {size} of the {quota} that the browser allows this page.", { size: fileSize(size), quota: fileSize(space.quota) })
    : say("All together {size}.", { size: fileSize(size) }));
  const newest = runs.find(({ weights, ended }) => weights && ended); // an unfinished run has a banner of its own
  if (!newest) return;
  byId("kept-offer", HTMLElement).dataset["id"] = newest.id;
  setText(byId("kept-offer-text", HTMLElement), say("The network “{name}” is kept in this browser: {about}.", { name: nameOf(newest.name), about: about(newest) }));
}

/**
 * What the person should decide or know; empty if nothing.
 *
 * @param {Kept} kept
 */
function question({ runs, most, unkept, why, space }) {
  if (why) return hear(why);
  const networks = runs.filter(({ weights }) => weights).length;
  const choose = say("Choose whose weights to drop: its curves, settings and scores stay.");
  if (unkept) return say("There was no space for the newest network. {choose} Then it is kept; or save it as a file.", { choose });
  if (networks > most) return say("{networks} networks are kept, more than {most}. {choose}", { networks, most, choose });
  if (space && networks > 0 && space.quota - space.usage < LITTLE_SPACE * space.quota) {
    return say("The space that the browser allows this page is nearly used up. {choose}", { choose });
  }
  return lossInWords();
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
  setText(within(made, ".kept-name"), nameOf(run.name));
  setText(within(made, ".kept-about"), about(run));
  if (run.accuracy) {
    setText(within(made, ".kept-accuracy"), percent(run.accuracy.value));
    setText(within(made, ".kept-part"), PARTS[run.accuracy.part]());
  }
  for (const button of made.querySelectorAll("button")) {
    const act = button.dataset["do"];
    if (act === "open" && !run.weights) setText(button, say("Show curves"));
    button.hidden = (act === "download" && !run.weights) || (act === "weights" && !(run.weights && drops));
    button.disabled = run.elsewhere;
    setWords(button, "aria-label", say("{action} {name}", { action: button.textContent ?? "", name: nameOf(run.name) }));
  }
  return made;
}

/** @param {KeptRun} run */
function about({ date, classNames, epoch, epochs, size, weights, ended, elsewhere }) {
  const done = epochs === 1 ? say("{epoch} of {epochs} epoch", { epoch, epochs }) : say("{epoch} of {epochs} epochs", { epoch, epochs: count(epochs) });
  const state = ended ? done : elsewhere ? say("{done}, another tab trains it", { done }) : say("{done}, not finished", { done });
  const values = { date: shortMoment(date), classes: names(classNames), state, size: fileSize(size) };
  return weights ? say("{date} · {classes} · {state} · {size}", values) : say("{date} · {classes} · {state} · {size} · without weights", values);
}
