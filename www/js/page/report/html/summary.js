/** The first page of a report: what it is of, its main numbers, and what to know before trusting them. */

import { say } from "../../language/say.js";
import { element } from "../../tools/dom.js";
import { count, list, many, moment } from "../../tools/format.js";
import { cautionsOf } from "../cautions.js";
import { openings } from "../claim/result-answers.js";
import { bullets, facts, holder } from "./make.js";
import { isUnknown, knownText, scoreText, took } from "./words.js";

/** @import { EvaluationPart, Known, Report } from "../report.js" */

/** Of more classes only the number is told here. */
const MOST_NAMES = 10;

/** @param {Report} report */
export function summary(report) {
  const { name, note, made, time, data, software, evaluation, network, testOpened } = report;
  const top = holder("header", [element("p", say("Report of a run"), "kind"), element("h1", name)]);
  if (note) top.append(element("p", note, "note"));
  const cautions = cautionsOf(report);
  return holder("div", [
    top,
    facts(say("At a glance"), [
      [say("Report made"), moment(Date.parse(made))],
      [say("Run"), knownText(time, ({ began, seconds }) => say("{date}, took {time}", { date: moment(Date.parse(began)), time: took(seconds) }))],
      [say("Pictures"), knownText(data, ({ given, folder }) => say("{count} from “{folder}”", { count: many(total(given), "picture"), folder: folder ?? "–" }))],
      [say("Classes"), knownText(data, ({ classNames }) => (classNames.length > MOST_NAMES ? count(classNames.length) : list(classNames)))],
      [say("Network"), say("{name}, {weights}", { name: network.name ?? say("without a name"), weights: many(network.parameters, "weight") })],
      [say("Accuracy on test pictures"), mainScore(evaluation.test)],
      [say("Accuracy on validation pictures"), mainScore(evaluation.validation)],
      [say("Test part"), openings(testOpened)],
      [say("Trained with"), say("tabfit {version} on {device}", { version: software.tabfit ?? say("not known"), device: software.device })],
    ]),
    element("h2", say("To know before trusting these numbers")),
    cautions.length > 0 ? bullets(cautions) : element("p", say("The program found nothing.")),
  ], "first");
}

/** @param {Known<EvaluationPart>} part */
function mainScore(part) {
  if (isUnknown(part)) return part.unknown;
  const [first] = part.scores;
  return first ? say("{value}, on {images}", { value: scoreText(first.key, first.score), images: many(part.images, "picture") }) : "";
}

/** @param {{ training: number[], validation: number[] | null, test: number[] | null }} given */
const total = ({ training, validation, test }) => [...training, ...(validation ?? []), ...(test ?? [])].reduce((sum, number) => sum + number, 0);
