/** "Check the pictures": what was found in them, topic by topic, and what can be done about it. */

import { say } from "../language/say.js";
import { showError } from "../state/controls.js";
import { isBusy } from "../state/state.js";
import { byId, setText } from "../tools/dom.js";
import { allPictures } from "./all.js";
import { classTopic } from "./classes.js";
import { decidedTopic } from "./decided.js";
import { duplicateTopic } from "./duplicates.js";
import { showDecisions } from "./gallery.js";
import { issueTopic } from "./issues.js";
import { labelTopic } from "./label-issues.js";
import { button, make } from "./make.js";
import { noticed } from "./notice.js";
import { care, forgetListeners, isKnown, knowPictures, onDecided, tellFound } from "./pictures.js";
import { careReport, lookAgain, reading } from "./reading.js";
import { forgetChosen } from "./selection.js";
import { shortcutTopic } from "./shortcuts.js";
import { toolbar } from "./toolbar.js";
import { foldable } from "./topic.js";

const section = byId("care", HTMLElement);

/** Of which reading of pictures the section is. */
let shown = -1;

export async function openCare() {
  showError("");
  await renewCare();
  await knowPictures();
  if (shown !== care.count || section.childElementCount === 0) {
    closeCare();
    shown = care.count;
    build();
  }
  section.hidden = false;
  section.scrollIntoView({ block: "start" });
  byId("care-title", HTMLElement).focus({ preventScroll: true });
}

/** Looks at the pictures again, where something has happened that changes what is found, and shows it. */
export async function renewCare() {
  const { decision, run } = reading.since;
  if (isBusy() || !(decision || run)) return;
  const before = JSON.stringify(care.report?.issues);
  lookAgain();
  await knowPictures();
  setText(byId("care-text", HTMLElement), noticed(await careReport()));
  tellFound(run && before !== JSON.stringify(care.report?.issues));
}

/** Other pictures are read, or the person has seen enough. */
export function closeCare() {
  section.hidden = true;
  if (isKnown() && shown === care.count) return; // it can be opened again as it was
  section.replaceChildren();
  forgetListeners();
  forgetChosen();
}

function build() {
  onDecided(showDecisions);
  const heading = make("h2", "", say("Check the pictures"));
  heading.id = "care-title";
  heading.tabIndex = -1;
  const close = button(say("Close"), () => {
    section.hidden = true;
    byId("care-open", HTMLButtonElement).focus();
  });
  const hint = make("p", "hint", say("What you decide here holds for the runs that you start from now on. The files on your disk are never touched, and a network that is trained already stays as it is."));
  const keys = make("p", "hint", say("Choose pictures by a click, or with the arrow keys and the space bar: Shift chooses all between, Ctrl+A all of a list."));
  const topics = [duplicateTopic, shortcutTopic, issueTopic, classTopic, labelTopic, allPictures, decidedTopic];
  const folded = topics.map(foldable);
  section.replaceChildren(make("div", "care-head", [heading, close]), hint, keys, ...folded.map(({ details }) => details), toolbar());
  const first = folded.find(({ matters }) => matters);
  if (first) first.details.open = true;
}
