/** The section of the evaluation: which pictures are looked at, and below it one view after the other. */

import { client } from "../client/trainer-client.js";
import { say } from "../language/say.js";
import { showError } from "../state/controls.js";
import { isRunning, page, report } from "../state/state.js";
import { byId, option, setText } from "../tools/dom.js";
import { calibrationView } from "./calibration.js";
import { classesView } from "./classes.js";
import { compareView } from "./compare.js";
import { curvesView } from "./curves.js";
import { button, field, node } from "./node.js";
import { scoresView } from "./scores.js";
import { ask, calibrate, forget, partsNow, subject } from "./subject.js";
import { thresholdView } from "./threshold.js";

/** @import { Part } from "../../../tabfit.js" */

const details = byId("study", HTMLDetailsElement);
const parts = node("select", { is: { id: "study-part" } });
const note = node("p", { css: "hint", is: { id: "study-note", role: "status" } });
const begin = button(say("Evaluate"), () => show(), { is: { id: "study-begin" } });
const stop = button(say("Stop"), () => client.send({ type: "stop" }).catch(report), { is: { id: "study-stop" } });
const choice = node("div", { css: "study-choice" }, [field(say("Pictures"), parts, "field inline"), begin, stop]);

const curves = curvesView();
const views = [
  scoresView(), classesView(), curves, thresholdView(curves),
  calibrationView(async (wished) => {
    const told = await calibrate(wished);
    draw();
    return told;
  }),
  compareView(),
];
const body = node("div", { css: "study-views", is: { hidden: true } }, views.map(({ element }) => element));
const section = node("div", { css: "study" }, [choice, note, body]);

const names = { test: () => say("Test pictures"), validation: () => say("Validation pictures"), training: () => say("Training pictures") };

parts.addEventListener("change", () => void show());

/** The pictures that are spoken of. */
let pictures = { data: page.data, entries: page.entries, size: page.data?.imageSize };
new MutationObserver(() => {
  if (page.data === pictures.data) return;
  const same = page.entries === pictures.entries && page.data?.imageSize === pictures.size;
  pictures = { data: page.data, entries: page.entries, size: page.data?.imageSize };
  if (same && subject.study) return stale();
  details.dataset["part"] = ""; // the score above is not of these pictures
  void changed();
}).observe(document.body, { attributeFilter: ["data-state"] });

/** A person has decided about pictures of this folder; perhaps they are not done yet, so that the numbers stay. */
function stale() {
  begin.hidden = false;
  setText(note, say("The pictures were changed since then: these numbers are of before."));
}

/** The section was opened. */
export async function open() {
  if (!section.isConnected) details.append(section);
  await changed();
}

/** Another score, network or folder: what is shown follows if it was scored already, and else waits for a button. */
export async function changed() {
  forget();
  body.hidden = true;
  stop.hidden = true;
  const there = partsNow();
  const scored = there.find((part) => part === details.dataset["part"]) ?? "";
  parts.replaceChildren(...there.map((part) => option(names[part](), part, part === scored)));
  choice.hidden = there.length === 0;
  begin.hidden = scored !== "";
  if (there.length === 0) return setText(note, why());
  setText(note, scored === "" ? say("This network has not been scored on these pictures yet.") : "");
  if (scored !== "" && details.open) await show();
}

/** Why there is nothing to evaluate. */
function why() {
  if (isRunning() && !page.run.ended) return say("The network is evaluated when its run has ended.");
  if (!page.network) return say("There is no network yet: fit one, or open a saved one.");
  if (!page.data) return say("Pick pictures first: a folder with a test part, or the one that the network was trained on.");
  return say("There are no pictures that this network has not learnt from: pick a folder with a test part, or hold out validation pictures and fit.");
}

async function show() {
  const part = /** @type {Part} */ (parts.value);
  showError("");
  begin.hidden = true;
  stop.hidden = false;
  setText(note, say("The network looks at the pictures, and each score gets its interval."));
  try {
    if (!(await ask(part))) return;
    setText(note, "");
    body.hidden = false;
    draw();
  } catch (error) {
    begin.hidden = false;
    setText(note, say("Not evaluated."));
    report(error);
  } finally {
    stop.hidden = true;
  }
}

function draw() {
  const { study } = subject;
  if (study) for (const view of views) view.show(study);
}

/** Opens the section and waits until it shows the part of the confusion matrix. */
export async function openFully() {
  const scored = details.dataset["part"] ?? "";
  details.open = true;
  if (!section.isConnected) return open();
  if (subject.study?.part === scored) return;
  parts.value = scored;
  await show();
}
