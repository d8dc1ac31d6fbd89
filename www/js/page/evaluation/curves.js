/** ROC and precision-recall curves of one class against the rest; a point of a curve opens the pictures that are wrong at its threshold. */

import { client } from "../client/trainer-client.js";
import { fixed, say } from "../language/say.js";
import { report } from "../state/state.js";
import { option, setText } from "../tools/dom.js";
import { many, percent } from "../tools/format.js";
import { openGallery } from "./gallery/gallery.js";
import { field, node } from "./node.js";
import { Plot } from "./plot.js";
import { intervalText } from "./scores.js";
import { places, probability, subject } from "./subject.js";

/**
 * @import { Curves } from "../../../study/tabfit.js"
 * @import { Operating, Study } from "../../shared/study.js"
 */

/** The class whose curves are shown. */
const chosen = node("select", { is: { id: "study-class" } });
/** @type {Curves | null} */
let curves = null;
let asked = 0;

/** Called when another class is chosen. @type {(() => void)[]} */
const followers = [];

/** @param {() => void} act */
export const onClass = (act) => followers.push(act);
export const classNow = () => Number(chosen.value);
const nameNow = () => subject.study?.classNames[classNow()] ?? "";
const three = (/** @type {number | null} */ value) => (value === null ? "–" : fixed(value, 3));

export function curvesView() {
  const roc = new Plot("study-roc", (spot) => wrongAt(curves?.roc.thresholds[spot]));
  const pr = new Plot("study-pr", (spot) => wrongAt(curves?.pr.thresholds[spot]));
  const note = node("p", { is: { id: "study-curves-note", role: "status" } });
  const figures = node("div", { css: "study-plots" }, [
    node("figure", {}, [node("figcaption", { text: say("ROC curve") }), roc.canvas, roc.output]),
    node("figure", {}, [node("figcaption", { text: say("Precision-recall curve") }), pr.canvas, pr.output]),
  ]);
  const element = node("section", {}, [
    node("h3", { text: say("One class against the rest") }),
    field(say("Class"), chosen, "field inline"),
    note, figures,
    node("p", { css: "hint", text: say("Each point is a threshold: the class is said where its probability is at least that. Left and right arrow keys go from point to point, Enter or a "
      + "press opens the pictures that are wrong there.") }),
  ]);

  chosen.addEventListener("change", () => {
    void load();
    for (const act of followers) act();
  });

  async function load() {
    const { study } = subject;
    if (!study) return;
    const question = ++asked;
    try {
      const next = await client.send({ type: "curves", part: study.part, classIndex: classNow() });
      if (question !== asked) return;
      curves = next;
      draw(null);
    } catch (error) {
      report(error);
    }
  }

  /** A threshold that is marked on both. @type {Operating | null} */
  let operating = null;
  document.addEventListener("language", () => draw(operating));

  /** @param {Operating | null} marked */
  function draw(marked) {
    operating = marked;
    if (!curves) return;
    const { roc: { fpr, tpr, thresholds, auc }, pr: { recall, precision, thresholds: cuts, averagePrecision } } = curves;
    figures.hidden = auc.value === null;
    if (auc.value === null) return setText(note, say("There is no curve of {name}: all or none of these pictures are of this class.", { name: nameNow() }));
    const areas = {
      name: nameNow(), auc: three(auc.value), interval: intervalText(auc, three), precision: three(averagePrecision.value), around: intervalText(averagePrecision, three),
    };
    setText(note, say("{name}: area under the ROC curve {auc} ({interval}), average precision {precision} ({around}).", areas));
    const mark = (/** @type {number | null} */ x, /** @type {number | null} */ y) => (x === null || y === null ? null : { x, y, text: "" });
    roc.show({
      description: say("ROC curve of {name}: area {auc}. Left and right arrow keys read the points.", areas), diagonal: true,
      across: say("1 − specificity"), up: say("Sensitivity"),
      spots: Array.from(thresholds, (threshold, i) => ({
        x: fpr[i] ?? 0, y: tpr[i] ?? 0,
        text: say("Threshold {threshold}: sensitivity {sensitivity}, specificity {specificity}", {
          threshold: cut(threshold), sensitivity: percent(tpr[i]), specificity: percent(1 - (fpr[i] ?? 0)),
        }),
      })),
      marked: operating && mark(operating.specificity.value === null ? null : 1 - operating.specificity.value, operating.sensitivity.value),
    });
    pr.show({
      description: say("Precision-recall curve of {name}: average precision {precision}. Left and right arrow keys read the points.", areas), diagonal: false,
      across: say("Recall (sensitivity)"), up: say("Precision"),
      spots: Array.from(recall, (x, i) => ({
        x, y: precision[i] ?? 0,
        text: say("Threshold {threshold}: recall {recall}, precision {precision}", { threshold: cut(cuts[i] ?? 1), recall: percent(x), precision: percent(precision[i]) }),
      })),
      marked: operating && mark(operating.sensitivity.value, operating.precision.value),
    });
  }

  /** @param {Study} study */
  function show({ classNames, pictures }) {
    const before = chosen.value;
    // Of two classes the second one; of more, the first that has pictures.
    const first = classNames.length === 2 ? 1 : Math.max(0, classNames.findIndex((_, index) => pictures.some(({ label }) => label === index)));
    const same = [...chosen.options].map(({ text }) => text).join("\n") === classNames.join("\n");
    if (!same) chosen.replaceChildren(...classNames.map((name, index) => option(name, String(index), index === first)));
    else chosen.value = before;
    void load();
  }

  return { element, show, mark: draw };
}

/** The first point of a curve is above every probability. @param {number} threshold */
const cut = (threshold) => (threshold > 1 ? say("above 1") : fixed(threshold, 3));

/** Opens the pictures that are wrong where the chosen class is said from a threshold on. @param {number | undefined} threshold */
function wrongAt(threshold = Infinity) {
  const classIndex = classNow();
  const wrong = places(({ label }, place) => (label === classIndex) !== (probability(place, classIndex) >= threshold));
  const missed = wrong.filter((place) => subject.study?.pictures[place]?.label === classIndex).length;
  const values = { name: nameNow(), threshold: cut(threshold), missed: many(missed, "missed picture"), alarms: many(wrong.length - missed, "false alarm") };
  openGallery(say("{name} at a threshold of {threshold}: {missed} and {alarms}", values), wrong);
}
