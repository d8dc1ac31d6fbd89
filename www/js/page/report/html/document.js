/** The report as one HTML file that stands alone: it loads nothing and runs nothing. */

import { say, spoken } from "../../language/say.js";
import { element, setWords } from "../../tools/dom.js";
import { claimSection } from "./claim-section.js";
import { careSection, dataSection, splitSection } from "./data-section.js";
import { evaluationSections } from "./evaluation-section.js";
import { failuresSection } from "./failures-section.js";
import { holder } from "./make.js";
import { networkSection, settingsSection, softwareSection } from "./network-section.js";
import { summary } from "./summary.js";
import { trainingSection } from "./training-section.js";

/** @import { Report } from "../report.js" */

/** @param {Report} report @param {string} style the text of the style sheet @returns {string} */
export function documentOf(report, style) {
  const made = document.implementation.createHTMLDocument(say("{name}: report of a run of tabfit", { name: report.name }));
  const nonce = crypto.getRandomValues(new Uint8Array(16)).reduce((text, byte) => text + byte.toString(16).padStart(2, "0"), "");
  made.documentElement.lang = spoken();
  made.head.prepend(
    meta({ charset: "utf-8" }),
    meta({ "http-equiv": "Content-Security-Policy", content: `default-src 'none'; style-src 'nonce-${nonce}'; img-src data:; base-uri 'none'; form-action 'none'` }),
    meta({ name: "viewport", content: "width=device-width, initial-scale=1" }),
    meta({ name: "color-scheme", content: "light dark" }),
    meta({ name: "generator", content: `tabfit ${report.software.tabfit ?? ""}`.trim() }),
  );
  const sections = [
    dataSection(report), splitSection(report), careSection(report), networkSection(report), settingsSection(report), softwareSection(report),
    trainingSection(report), ...evaluationSections(report), failuresSection(report), claimSection(report),
  ];
  made.body.append(holder("main", [summary(report), contents(sections), ...sections]));
  // As an element, the style would be refused by this page's own policy. No name can hold a tag, so that the first end of a head is the head's.
  const html = made.documentElement.outerHTML.replace("</head>", () => `<style nonce="${nonce}">\n${style}</style></head>`);
  return `<!DOCTYPE html>\n${html}\n`;
}

/** @param {readonly HTMLElement[]} sections */
function contents(sections) {
  const made = holder("nav", [holder("ol", sections.map((one) => {
    const link = element("a", one.firstElementChild?.textContent ?? "");
    link.setAttribute("href", `#${one.id}`);
    return holder("li", [link]);
  }))]);
  setWords(made, "aria-label", say("Contents"));
  return made;
}

/** @param {Record<string, string>} attributes */
function meta(attributes) {
  const made = document.createElement("meta");
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}
