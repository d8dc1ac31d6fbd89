/** Labels that may be wrong: the trained network is sure of another class than the folder gives. */

import { client } from "../client/trainer-client.js";
import { fixed, hear, say } from "../language/say.js";
import { isBusy, page } from "../state/state.js";
import { setText, setWords } from "../tools/dom.js";
import { count, many } from "../tools/format.js";
import { decide } from "./decide.js";
import { gallery } from "./gallery.js";
import { button, inSteps, make } from "./make.js";
import { care, decisionOf, onDecided, pathOf } from "./pictures.js";
import { tried } from "./toolbar.js";

/**
 * @import { Topic } from "./topic.js"
 * @typedef {{ picture: number, given: number, suggested: number, score: number, part: string }} LabelIssue
 */

/** How many are drawn at once. */
const STEP = 12;

/** @returns {Topic} */
export function labelTopic() {
  return { id: "labels", title: say("Labels that may be wrong"), digest: () => say("after training"), matters: false, build };
}

function build() {
  const note = make("p", "hint");
  note.setAttribute("role", "status");
  const place = make("div", "");
  const look = button(say("Look for wrong labels"), async () => {
    setText(note, say("The network looks at the pictures that it has not learnt from."));
    place.replaceChildren();
    try {
      const issues = await client.send({ type: "label-issues" });
      setText(note, issues.length === 0
        ? say("Among the pictures that the network has not learnt from, no label looks wrong.")
        : many(issues.length, "label may be wrong; look at it before you change it.", "labels may be wrong, the most suspicious first; look at each before you change it."));
      if (issues.length > 0) place.replaceChildren(...shown(issues));
    } catch (error) {
      setText(note, hear(error instanceof Error ? error.message : String(error)));
    }
  });
  const follow = () => (look.disabled = isBusy() || !page.network);
  new MutationObserver(() => look.isConnected && follow()).observe(document.body, { attributeFilter: ["data-state", "data-network"] });
  follow();
  const how = say("Train a network first. By confident learning, pictures are found that it gives another class than their folder, with a probability that is usual for that class. Only pictures are asked about that it has not learnt from: those held out for validation, and those of the test part once it was scored.");
  return make("div", "care-body", [make("p", "hint", how), make("div", "buttons", [look]), note, place]);
}

/** @param {readonly LabelIssue[]} issues */
function shown(issues) {
  const list = make("ol", "care-labels");
  setWords(list, "aria-label", say("Labels that may be wrong"));
  const more = inSteps(list, issues, STEP, item, (left) => say("Show more: {n} are left", { n: count(left) }));
  return [list, more];
}

/** @param {LabelIssue} issue */
function item({ picture, given, suggested, score, part }) {
  const [from, to] = [care.classNames[given] ?? "", care.classNames[suggested] ?? ""];
  const relabel = button("", () => tried(async () => {
    await decide([picture], { label: to });
    return say("{name} counts as {label} now.", { name: pathOf(picture).split("/").at(-1) ?? "", label: to });
  }));
  setText(relabel, say("Relabel as {name}", { name: to }));
  const follow = () => {
    const decision = decisionOf(picture);
    relabel.disabled = decision !== undefined && "label" in decision && decision.label === to;
  };
  onDecided(follow);
  follow();
  // A test part that is made to fit the network's answers measures nothing any more.
  const change = part !== "test" ? relabel
    : make("p", "hint", say("A test picture: if its label is wrong whatever the network says, change it under “All pictures”."));
  const words = make("dl", "care-two", [
    make("div", "", [make("dt", "", say("Given")), make("dd", "", from)]),
    make("div", "", [make("dt", "", say("Suggested")), make("dd", "", to)]),
    make("div", "", [make("dt", "", say("Score")), make("dd", "", fixed(score, 2))]),
  ]);
  return make("li", "care-label-issue", [gallery([{ id: picture }], pathOf(picture)), make("div", "", [words, change])]);
}
