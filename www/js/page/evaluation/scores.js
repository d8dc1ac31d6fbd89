/** All scores of the part, each with its interval and how that was made; which of them fits; and how often the test part was opened. */

import { fixed, say } from "../language/say.js";
import { setText } from "../tools/dom.js";
import { count, many, percent } from "../tools/format.js";
import { fitting } from "./fitting.js";
import { openGallery } from "./gallery/gallery.js";
import { button, line, node, table } from "./node.js";
import { places } from "./subject.js";

/**
 * @import { ScoresReport, Value } from "../../../study/tabfit.js"
 * @import { Study } from "../../shared/study.js"
 * @typedef {{ id: string, name: string, hint: string, value: Value, format: (value: number | null | undefined) => string }} Row
 */

const decimals = (/** @type {number | null | undefined} */ value) => (value == null ? "–" : fixed(value, 3));

/** "from 81.2 % to 93.0 %"; a dash where there is none. @param {Value} value @param {(value: number) => string} format */
export function intervalText({ interval }, format) {
  return interval ? say("{low} to {high}", { low: format(interval.low), high: format(interval.high) }) : "–";
}

/** The same where there is little room: "81.2–93.0 %", "0.812–0.930". @param {Value} value @param {boolean} [share] whether it is told in percent */
export function narrow({ interval }, share = true) {
  if (!interval) return "–";
  const [low, high] = [interval.low, interval.high].map((value) => (share ? fixed(100 * value, 1) : fixed(value, 3)));
  return share ? say("{low}–{high} %", { low: low ?? "", high: high ?? "" }) : say("{low}–{high}", { low: low ?? "", high: high ?? "" });
}

/** How an interval was made. @param {Value} value */
function methodText({ method, interval }) {
  if (!interval) return "";
  if (method === "wilson") return say("(Wilson)");
  if (method === "wilson-by-group") return say("(Wilson, by group)");
  return method === "bootstrap" ? say("(bootstrap)") : say("(bootstrap, by group)");
}

/** @param {ScoresReport} scores @returns {Row[]} */
function rows({ accuracy, balancedAccuracy, macroF1, mcc, topK, logLoss, brier }) {
  return [
    { id: "accuracy", name: say("Accuracy"), value: accuracy, format: percent, hint: say("the share of the pictures that were called right") },
    { id: "balanced", name: say("Balanced accuracy"), value: balancedAccuracy, format: percent, hint: say("the mean of the classes' sensitivities: each class counts the same") },
    { id: "macro-f1", name: say("Macro F1"), value: macroF1, format: decimals, hint: say("the mean of the classes' F1, which joins precision and sensitivity") },
    { id: "mcc", name: say("Matthews correlation (MCC)"), value: mcc, format: decimals, hint: say("1 is all right, 0 is guessing, also where a class is rare") },
    ...topK.map((value) => ({
      id: `top-${value.k}`, name: say("Top {k}", { k: value.k }), value, format: percent, hint: say("the right class is among the first {k} answers", { k: value.k }),
    })),
    { id: "log-loss", name: say("Log loss"), value: logLoss, format: decimals, hint: say("low is good; a wrong answer costs more the surer it was") },
    { id: "brier", name: say("Brier score"), value: brier, format: decimals, hint: say("low is good; how far the probabilities are from the truth, squared") },
  ];
}

export function scoresView() {
  const fits = node("p", { css: "study-fits", is: { id: "study-fits" } });
  const opened = node("p", { css: "hint", is: { id: "study-opened" } });
  const unlike = node("p", { is: { id: "study-unlike" } });
  const list = table("study-scores", say("Scores with intervals"), [say("Score"), say("Value"), say("95 % interval")]);
  const element = node("section", {}, [
    node("h3", { text: say("How good, and how sure that is") }), fits, opened, unlike, list.scroll,
    node("p", { css: "hint", text: say("95 % interval: if other pictures of the same kind were taken again and again, intervals made this way would hold the true value "
      + "95 times of 100. Wilson's formula is for shares of counted pictures; the bootstrap draws the pictures a thousand times anew. By group: "
      + "duplicates, or pictures of one patient, count together. Few pictures make a wide interval.") }),
  ]);

  /** @param {Study} study */
  function show(study) {
    setText(fits, fitting(study.scores));
    setText(opened, openedText(study));
    showUnlike(unlike, study);
    list.body.replaceChildren(...rows(study.scores).map(({ id, name, value, format, hint }) => {
      const interval = node("span", {}, [node("span", { css: "study-interval", text: intervalText(value, format) }), " ", node("span", { css: "hint", text: methodText(value) })]);
      const about = node("span", {}, [node("span", { text: name }), node("span", { css: "study-about hint", text: hint })]);
      const made = line(about, [format(value.value), interval]);
      made.dataset["score"] = id;
      return made;
    }));
  }
  return { element, show };
}

/** @param {Study} study */
function openedText({ part, opened }) {
  if (part !== "test") {
    return say("These are validation pictures: the network did not learn from them, but settings may have been chosen by them, so the numbers are a little too good.");
  }
  if (!opened) return say("Nothing is kept on this computer, so it is not known how often this test part was opened before.");
  if (opened === 1) return say("The test part was opened once. That is as it should be: a number is honest as long as nothing was changed because of it.");
  return say("The test part was opened {n} times. Whoever changes something after looking, and looks again, fits the test part: the first number is the most "
    + "honest one, and each further look makes the best of them a little too good.", { n: count(opened) });
}

/** @param {HTMLElement} shown @param {Study} study */
function showUnlike(shown, { pictures }) {
  const known = pictures.some(({ unlike }) => unlike !== null);
  const found = places(({ unlike }) => unlike !== null && unlike > 1);
  shown.hidden = !known;
  shown.replaceChildren();
  if (!known) return;
  const values = { n: many(found.length, "picture"), all: count(pictures.length) };
  shown.append(node("span", { text: say("Unlike the training pictures: {n} of {all}.", values) }), " ");
  if (found.length === 0) return;
  shown.append(button(say("Show them"), () => openGallery(say("Unlike the training pictures"), found), { is: { id: "study-unlike-show" } }));
}
