/** How many pictures each class has, and whether one has far fewer than another. */

import { fixed, say } from "../language/say.js";
import { count } from "../tools/format.js";
import { make } from "./make.js";
import { care, isOut, onDecided } from "./pictures.js";
import { countTable, labelNow } from "./counts.js";
import { countsOf } from "./sides.js";

/** @import { Topic } from "./topic.js" */

/** The most classes in the table. */
const LISTED = 100;

/** @returns {Topic} */
export function classTopic() {
  const found = care.report?.classImbalance ?? null;
  const digest = () => found ? say("“{smallest}” has far fewer pictures than “{largest}”", { smallest: found.smallest, largest: found.largest }) : say("even enough");
  return { id: "classes", title: say("Class imbalance"), digest, matters: found !== null, renewed: "found", build };
}

function build() {
  const place = make("div", "");
  const show = () => place.replaceChildren(counts());
  onDecided(() => place.isConnected && show());
  show();
  const found = care.report?.classImbalance;
  const sentence = found
    ? say("The score is {score}: the training pictures of “{smallest}” beside an even share; near 0, a network can ignore that class and still be right most of the time. Class weights, under “Loss and class weights”, make up for it.", { score: fixed(found.score, 2), smallest: found.smallest })
    : say("No class has far fewer training pictures than the others.");
  return make("div", "care-body", [make("p", "", sentence), place]);
}

function counts() {
  const { pictures, classNames } = care;
  if (!pictures) return "";
  const rows = countsOf(pictures, classNames.length, isOut, labelNow);
  const named = rows.map((row, i) => ({ name: classNames[i] ?? "", row })).sort((a, b) => a.row[0] - b.row[0]);
  return countTable(say("Pictures of each class"), pictures, named.slice(0, LISTED).map(({ name, row }) => ({ name, cells: row.map(count) })));
}
