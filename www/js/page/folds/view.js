/** The folds of a cross-validation: which one trains, what each has reached, their mean and their spread. */

import { say } from "../language/say.js";
import { isBusy, isRunning, page } from "../state/state.js";
import { byId, element, row, setText, setWords } from "../tools/dom.js";
import { count, duration, percent, short, together } from "../tools/format.js";
import { spread } from "../tools/spread.js";
import { folds } from "./plan.js";
import { secondsLeft } from "./seconds-left.js";

const section = byId("fold-runs", HTMLElement);
/** How often the time left is said anew. */
const EVERY_MS = 1000;

const title = element("h3", "");
title.id = "fold-runs-title";
const note = element("p", "");
note.id = "folds-note";
note.setAttribute("role", "status");
const table = /** @type {HTMLTableElement} */ (element("table", "", "numbers"));
table.id = "folds-table";
const hint = element("p", "", "hint");
const goOn = /** @type {HTMLButtonElement} */ (element("button", ""));
goOn.type = "button";
goOn.id = "folds-go-on";
const scroll = element("div", "", "scroll");
scroll.setAttribute("role", "region");
scroll.tabIndex = 0;
setWords(scroll, "aria-label", say("Folds"));
scroll.append(table);
section.append(title, note, scroll, element("div", "", "buttons"), hint);
section.querySelector(".buttons")?.append(goOn);

/** When the fold that trains began, in milliseconds. */
let begun = 0;
/** @type {ReturnType<typeof setInterval> | undefined} */
let ticking;

document.addEventListener("language", showFolds);
new MutationObserver(showFolds).observe(document.body, { attributeFilter: ["data-state"] });

/** @param {() => unknown} act what the button does */
export const onGoOn = (act) => (goOn.onclick = act);

/** A fold begins now. */
export function beginFold() {
  begun = performance.now();
  clearInterval(ticking);
  ticking = setInterval(showFolds, EVERY_MS);
}

/** How many seconds the fold has trained. */
export const foldSeconds = () => (performance.now() - begun) / 1000;

export function endFold() {
  clearInterval(ticking);
}

export function showFolds() {
  const { plan } = folds;
  section.hidden = plan === null;
  if (!plan) return;
  const { done, folds: all } = plan;
  const complete = done.length === all;
  setText(title, say("{folds} folds", { folds: count(all) }));
  setText(note, sentence());
  goOn.hidden = complete || isRunning();
  goOn.disabled = isBusy() || page.data === null;
  setText(goOn, say("Go on with fold {fold} of {folds}", { fold: done.length + 1, folds: all }));
  setText(hint, complete
    ? say("Each picture was held out once. The spread is the standard deviation of the folds; each run is listed under “Runs”.")
    : say("Each fold trains a new network on all but the pictures that it holds out. Stop ends after the step that is running, and the folds go on from there later."));
  showTable(done, all);
}

function sentence() {
  const { plan } = folds;
  if (!plan) return "";
  const { done, folds: all } = plan;
  if (done.length === all) {
    const [accuracy, loss] = [spread(done.map((fold) => fold.accuracy)), spread(done.flatMap((fold) => fold.loss ?? []))];
    return say("Mean accuracy {accuracy} ± {spread}, mean loss {loss} ± {more}.", {
      accuracy: percent(accuracy.mean), spread: percent(accuracy.deviation), loss: short(loss.mean), more: short(loss.deviation),
    });
  }
  if (!isRunning()) {
    const where = say("{done} of {folds} folds are done.", { done: done.length, folds: all });
    return page.data ? where : together([where, say("Load the same pictures again to go on.")]);
  }
  const { epochs } = page.run;
  const left = secondsLeft(done, all, { seconds: foldSeconds(), share: epochs > 0 ? page.records.length / epochs : 0 });
  const values = { fold: done.length + 1, folds: all };
  return left === null ? say("Fold {fold} of {folds} trains.", values) : say("Fold {fold} of {folds} trains; {time} left for all of them.", { ...values, time: duration(left) });
}

/** @param {readonly import("../../shared/decisions.js").FoldDone[]} done @param {number} all */
function showTable(done, all) {
  scroll.hidden = done.length === 0;
  const head = document.createElement("tr");
  head.append(...[say("Fold"), say("Pictures held out"), say("Accuracy"), say("Loss")].map((text) => {
    const cell = element("th", text);
    cell.setAttribute("scope", "col");
    return cell;
  }));
  table.createTHead().replaceChildren(head);
  const body = table.tBodies[0] ?? table.createTBody();
  body.replaceChildren(...done.map(({ fold, images, accuracy, loss }) => row([say("{fold} of {folds}", { fold: fold + 1, folds: all }), count(images), percent(accuracy), short(loss)])));
  if (done.length < 2) return table.deleteTFoot();
  const [accuracy, loss] = [spread(done.map((fold) => fold.accuracy)), spread(done.flatMap((fold) => fold.loss ?? []))];
  table.createTFoot().replaceChildren(row([say("Mean ± spread"), "",
    say("{mean} ± {spread}", { mean: percent(accuracy.mean), spread: percent(accuracy.deviation) }),
    say("{mean} ± {spread}", { mean: short(loss.mean), spread: short(loss.deviation) })]));
}
