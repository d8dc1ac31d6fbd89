/** The report of the network in memory, and its model card, as files. */

import { say, spoken } from "../language/say.js";
import { byId } from "../tools/dom.js";
import { download, fileName } from "../tools/download.js";
import { cardOf } from "./card/card.js";
import { claimOf } from "./claim/claim.js";
import { askAll } from "./facts/ask.js";
import { careOf, splitOf } from "./facts/care.js";
import { dataOf } from "./facts/data.js";
import { foldsOf } from "./facts/folds.js";
import { curvesOf, namesOf, networkOf, settingsOf, softwareOf, timeOf } from "./facts/run.js";
import { evaluationOf, failuresOf, openedOf } from "./facts/scores.js";
import { documentOf } from "./html/document.js";

/**
 * @import { ExportFormat } from "../../../tabfit.js"
 * @import { Report } from "./report.js"
 */

const pictures = byId("report-pictures", HTMLInputElement);

/**
 * @param {boolean} withPictures whether small pictures of the failures are in it
 * @param {boolean} [withCurves] whether the curves of each class are
 * @returns {Promise<Report>}
 */
async function makeReport(withPictures, withCurves = true) {
  const facts = await askAll(withCurves);
  const told = {
    format: /** @type {const} */ ("tabfit-report"), version: /** @type {const} */ (1), language: spoken(), made: new Date().toISOString(),
    ...namesOf(facts), time: timeOf(facts), data: await dataOf(facts), split: splitOf(facts), care: careOf(facts), network: networkOf(facts),
    settings: settingsOf(facts), software: softwareOf(facts), curves: curvesOf(facts), folds: foldsOf(facts), evaluation: evaluationOf(facts),
    testOpened: openedOf(facts), failures: await failuresOf(facts, withPictures),
  };
  return { ...told, claim: claimOf(told) };
}

/** Makes a file and hands it to the downloads. @param {string} kind "html", "json", or "card" */
export async function saveReport(kind) {
  if (kind === "card") return download("README.md", new Blob([await modelCard("tabfit")], { type: "text/markdown" }));
  const [report, style] = await Promise.all([makeReport(pictures.checked), kind === "html" ? styleSheet() : ""]);
  const name = fileName(say("{name} report", { name: report.name }));
  if (kind === "html") return download(`${name}.html`, new Blob([documentOf(report, style)], { type: "text/html" }));
  return download(`${name}.json`, new Blob([`${JSON.stringify(report, null, 1)}\n`], { type: "application/json" }));
}

/**
 * The text of the model card that lies beside an exported network.
 *
 * @param {ExportFormat | "tabfit"} format
 */
export const modelCard = async (format) => cardOf(await makeReport(false, false), format);

/** @returns {Promise<string>} */
async function styleSheet() {
  const response = await fetch(new URL("./report.css", import.meta.url));
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  return response.text();
}
