/** A threshold for one class: chosen on the validation pictures by a rule, and only then read on the test pictures. */

import { client } from "../client/trainer-client.js";
import { fixed, say } from "../language/say.js";
import { showError } from "../state/controls.js";
import { report } from "../state/state.js";
import { option, setText } from "../tools/dom.js";
import { count, many, percent } from "../tools/format.js";
import { classNow, onClass } from "./curves.js";
import { openGallery } from "./gallery/gallery.js";
import { button, field, line, node, table } from "./node.js";
import { narrow } from "./scores.js";
import { places, probability, subject } from "./subject.js";

/**
 * @import { ThresholdRule as Rule, Value } from "../../../study/tabfit.js"
 * @import { Operating } from "../../shared/study.js"
 */

const rule = node("select", { is: { id: "study-rule" } }, [
  option(say("Youden: sensitivity and specificity together highest"), "youden"),
  option(say("the highest F1"), "f1"),
  option(say("a sensitivity of at least"), "sensitivity"),
  option(say("a specificity of at least"), "specificity"),
]);
const least = node("input", { is: { id: "study-least", type: "number", min: 1, max: 100, step: "any", value: 95, inputmode: "decimal" } });
const leastField = field(say("Percent"), least);

/** @returns {Rule} */
function ruleNow() {
  const share = least.valueAsNumber / 100;
  if (rule.value === "sensitivity") return { sensitivity: share };
  return rule.value === "specificity" ? { specificity: share } : /** @type {Rule} */ (rule.value);
}

/** @param {{ mark: (operating: Operating | null) => void }} curves on which the threshold is marked */
export function thresholdView(curves) {
  const note = node("p", { is: { id: "study-threshold-note", role: "status" } });
  const result = node("div", { is: { id: "study-threshold", hidden: true } });
  const form = node("form", { css: "study-form", is: { novalidate: true } }, [
    field(say("Choose by"), rule), leastField,
    node("button", { text: say("Choose on the validation pictures"), is: { id: "study-choose", type: "submit" } }),
  ]);
  const element = node("section", {}, [
    node("h3", { text: say("A threshold for this class") }),
    node("p", { css: "hint", text: say("Where one mistake costs more than the other, say the class from another probability on than the highest of all. The threshold is chosen on the "
      + "validation pictures and only then read on the test pictures: chosen there, it would flatter itself.") }),
    form, note, result,
  ]);

  function clear() {
    setText(note, "");
    result.hidden = true;
  }
  const needsLeast = () => (leastField.hidden = !rule.value.endsWith("ity"));
  needsLeast();
  rule.addEventListener("change", needsLeast);
  onClass(clear);

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    showError("");
    try {
      const { threshold, chosen, read } = await client.send({ type: "at-threshold", classIndex: classNow(), rule: ruleNow() });
      if (threshold === null || !chosen) {
        result.hidden = true;
        return setText(note, say("No threshold does that on the validation pictures: all or none of them are of this class."));
      }
      setText(note, read
        ? say("Threshold {threshold}, chosen on {n} and read on the test pictures.", { threshold: fixed(threshold, 3), n: many(chosen.images, "validation picture") })
        : say("Threshold {threshold}, chosen on {n}. There are no test pictures to read it on, so these numbers flatter.", { threshold: fixed(threshold, 3), n: many(chosen.images, "validation picture") }));
      show(threshold, chosen, read);
      const shown = subject.study?.part === chosen.part ? chosen : read;
      curves.mark(shown);
    } catch (error) {
      report(error);
    }
  });

  /** @param {number} threshold @param {Operating} chosen @param {Operating | null} read */
  function show(threshold, chosen, read) {
    const parts = [{ title: say("Validation"), of: chosen }, ...(read ? [{ title: say("Test"), of: read }] : [])];
    const list = table("study-at-threshold", say("At the threshold"), [node("td"), ...parts.map(({ title }) => title)]);
    const value = (/** @type {Value} */ of) => (of.interval ? say("{value} ({interval})", { value: percent(of.value), interval: narrow(of) }) : percent(of.value));
    list.body.append(
      line(say("Sensitivity"), parts.map(({ of }) => value(of.sensitivity))),
      line(say("Specificity"), parts.map(({ of }) => value(of.specificity))),
      line(say("Precision (PPV)"), parts.map(({ of }) => value(of.precision))),
      line(say("Negative predictive value"), parts.map(({ of }) => value(of.npv))),
      line(say("Found"), parts.map(({ of }) => number(of.truePositives, of, threshold, true, true))),
      line(say("Missed"), parts.map(({ of }) => number(of.falseNegatives, of, threshold, true, false))),
      line(say("False alarms"), parts.map(({ of }) => number(of.falsePositives, of, threshold, false, true))),
      line(say("Rightly not called so"), parts.map(({ of }) => number(of.trueNegatives, of, threshold, false, false))),
    );
    result.replaceChildren(list.scroll);
    result.hidden = false;
  }

  return { element, show: clear };
}

/**
 * How many pictures; those of the part that is shown can be opened.
 *
 * @param {number} pictures
 * @param {Operating} of
 * @param {number} threshold
 * @param {boolean} is of the class
 * @param {boolean} called so
 */
function number(pictures, of, threshold, is, called) {
  if (of.part !== subject.study?.part || pictures === 0) return count(pictures);
  const classIndex = classNow();
  const heading = is ? (called ? say("Found at this threshold") : say("Missed at this threshold")) : (called ? say("False alarms at this threshold") : say("Rightly not called so at this threshold"));
  return button(count(pictures), () => openGallery(heading, places(({ label }, place) =>
    (label === classIndex) === is && (probability(place, classIndex) >= threshold) === called)), { css: "study-link" });
}
