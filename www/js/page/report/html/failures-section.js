/** The section of a report on the pictures that the network gets most wrong. */

import { say } from "../../language/say.js";
import { element } from "../../tools/dom.js";
import { count, percent, short } from "../../tools/format.js";
import { holder, missing, section } from "./make.js";
import { isUnknown, partName } from "./words.js";

/** @import { Failure, Report } from "../report.js" */

/** @param {Report} report */
export function failuresSection({ failures }) {
  const title = say("Failures");
  if (isUnknown(failures)) return section("failures", title, [missing(failures.unknown)]);
  const { part, wrong, images, worst } = failures;
  const more = wrong > worst.length ? [say("The {count} with the greatest loss are shown.", { count: count(worst.length) })] : [];
  const values = { part: partName(part), wrong: count(wrong), images: count(images) };
  return section("failures", title, [
    element("p", [say("{part}: {wrong} of {images} pictures got a wrong answer.", values), ...more].join(" ")),
    ...(worst.some(({ thumbnail }) => thumbnail === null) ? [element("p", say("Pictures were not wished in this report."), "hint")] : []),
    holder("div", worst.map(failure), "gallery"),
  ]);
}

/** @param {Failure} failure */
function failure({ path, className, said, probability, loss, unlike, thumbnail }) {
  const lines = [
    element("span", path, "path"),
    element("span", say("true: {name}", { name: className })),
    element("span", say("said: {name}, {share}", { name: said, share: percent(probability) })),
    element("span", loss === null ? say("loss without bound") : say("loss {loss}", { loss: short(loss) })),
    ...(unlike !== null && unlike > 1 ? [element("span", say("unlike the training pictures"), "caution")] : []),
  ];
  const caption = holder("figcaption", lines);
  if (thumbnail === null) return holder("figure", [caption]);
  const image = document.createElement("img");
  image.src = thumbnail;
  image.alt = say("{path}, what the network saw of it", { path });
  return holder("figure", [image, caption]);
}
