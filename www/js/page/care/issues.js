/** Weak pictures by what is weak about them, the worst first. */

import { fixed, say } from "../language/say.js";
import { setText } from "../tools/dom.js";
import { count, list, many, together } from "../tools/format.js";
import { gallery } from "./gallery.js";
import { button, make, offer, select } from "./make.js";
import { care } from "./pictures.js";
import { choose } from "./selection.js";

/**
 * @import { CareReport } from "../../shared/care.js"
 * @import { Topic } from "./topic.js"
 * @typedef {CareReport["issues"][number]["kind"]} Kind
 */

/** What each kind is called, and what its score means. @type {Record<Kind, { name: () => string, means: () => string }>} */
const KINDS = {
  dark: { name: () => say("Dark"), means: () => say("The score is how bright the bright parts of the picture are: near 0, hardly anything can be seen in it.") },
  light: { name: () => say("Light"), means: () => say("The score is how dark the dark parts of the picture are: near 0, nearly all of it is white.") },
  blurry: { name: () => say("Blurry"), means: () => say("The score is how sharp the edges in the picture are: near 0, there is no sharp one.") },
  low_information: { name: () => say("Low information"), means: () => say("The score is how much differs within the picture: near 0, it is nearly of one color.") },
  odd_size: { name: () => say("Odd size"), means: () => say("The score is how near the picture's size is to that of the others: near 0, it is far larger or smaller.") },
  odd_aspect_ratio: { name: () => say("Odd aspect ratio"), means: () => say("The score is the shorter side divided by the longer one: near 0, the picture is a narrow strip, and made square it shows something else.") },
  grayscale: { name: () => say("Greyscale among color"), means: () => say("These are grey, and most others are in color: a network can tell them by that.") },
  outlier: { name: () => say("Outlier"), means: () => say("The score is how much the picture is like others: near 0, it is like none of them.") },
};

/** @returns {Topic} */
export function issueTopic() {
  const issues = care.report?.issues ?? [];
  const kinds = /** @type {Kind[]} */ (Object.keys(KINDS)).filter((kind) => issues.some((issue) => issue.kind === kind));
  const named = (/** @type {Kind} */ kind) => say("{kind} {n}", { kind: KINDS[kind].name(), n: count(issues.filter((issue) => issue.kind === kind).length) });
  const digest = () => (kinds.length === 0 ? say("none") : list(kinds.map(named)));
  return { id: "issues", title: say("Weak pictures"), digest, matters: kinds.length > 0, renewed: "issues", build: () => build(kinds) };
}

/** @param {Kind[]} kinds */
function build(kinds) {
  const later = say("Outliers, which are like no other picture, are looked for once a run with frozen first layers has ended.");
  if (kinds.length === 0) return make("p", "hint", together([say("No picture is dark, light, blurry, empty or of an odd size beside the others."), later]));
  const of = (/** @type {Kind} */ kind) => (care.report?.issues ?? []).filter((issue) => issue.kind === kind).sort((a, b) => a.score - b.score);
  const { list: chosenKind, field } = select(say("Show"), [], "care-kind");
  offer(chosenKind, kinds.map((kind) => [kind, say("{kind}: {pictures}", { kind: KINDS[kind].name(), pictures: many(of(kind).length, "picture") })]));
  const means = make("p", "hint");
  const place = make("div", "");
  const all = button(say("Choose all of them"), () => choose(of(/** @type {Kind} */ (chosenKind.value)).map(({ picture }) => picture), true));
  const show = () => {
    const kind = /** @type {Kind} */ (chosenKind.value);
    setText(means, KINDS[kind].means());
    const pictures = of(kind).map(({ picture, score }) => ({ id: picture, note: say("score {score}", { score: fixed(score, 2) }) }));
    place.replaceChildren(gallery(pictures, KINDS[kind].name()));
  };
  chosenKind.addEventListener("change", show);
  show();
  const scores = make("p", "hint", together([say("Each has a score from 0 to 1, and low is bad; the worst come first. Such a picture need not be wrong: look at it before you leave it out."), later]));
  return make("div", "care-body", [scores, make("div", "buttons", [field, all]), means, place]);
}
