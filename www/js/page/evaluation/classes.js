/** Sensitivity, specificity, precision, F1 and areas of each class, with intervals; a class opens its pictures. */

import { fixed, say } from "../language/say.js";
import { count, percent } from "../tools/format.js";
import { openGallery } from "./gallery/gallery.js";
import { line, node, table } from "./node.js";
import { narrow } from "./scores.js";
import { places } from "./subject.js";

/**
 * @import { Value } from "../../../study/tabfit.js"
 * @import { Study } from "../../shared/study.js"
 */

const decimals = (/** @type {number | null | undefined} */ value) => (value == null ? "–" : fixed(value, 3));

/** A number with its interval below it. @param {Value} value @param {(value: number | null | undefined) => string} format */
function cell(value, format) {
  const made = node("span", { css: "study-value", text: format(value.value) });
  const interval = value.interval ? [node("br"), node("span", { css: "hint", text: narrow(value, format === percent) })] : [];
  return node("span", {}, [made, ...interval]);
}

export function classesView() {
  const list = table("study-classes", say("Scores of each class"), [
    say("Class"), say("Pictures"), say("Sensitivity"), say("Specificity"), say("Precision"), "F1", say("Area under ROC"), say("Average precision"),
  ]);
  list.scroll.classList.add("study-tall");
  const element = node("section", {}, [
    node("h3", { text: say("Class by class, with intervals") }),
    node("p", { css: "hint", text: say("Sensitivity (recall): how many of the class were found. Specificity: how many of the others were not called so. Precision: how many that were "
      + "called so are so. Below each number is its 95 % interval. Press a class to see its pictures.") }),
    list.scroll,
  ]);

  /** @param {Study} study */
  function show({ scores }) {
    list.body.replaceChildren(...scores.perClass.map((of, classIndex) => {
      const opener = node("button", {
        name: of.className, css: "study-link", is: { type: "button" },
        click: () => openGallery(say("Pictures of {name}", { name: of.className }), places(({ label }) => label === classIndex)),
      });
      opener.disabled = of.support === 0;
      const made = line(opener, [
        count(of.support), cell(of.sensitivity, percent), cell(of.specificity, percent), cell(of.precision, percent),
        cell(of.f1, decimals), cell(of.auc, decimals), cell(of.averagePrecision, decimals),
      ]);
      made.dataset["class"] = of.className;
      return made;
    }));
  }
  return { element, show };
}
