/** The table of what was reached, as Markdown. */

import { ROWS } from "./rows.mjs";

/** Above this, others were using the processor before a row began. */
const BUSY = 0.5;
const COLUMNS = ["what", "to reach", "measured", "reached"];

/** @param {import("./results.mjs").Results} results @param {string[]} head lines about the machine */
export function table(results, head) {
  const rows = ROWS.flatMap((row) => row.lines(results.of(row.name)));
  const cells = rows.map(({ what, goal, number, reached }) => [what, goal, number ?? "not measured", reached === null ? "–" : reached ? "yes" : "**no**"]);
  const lines = [COLUMNS, COLUMNS.map(() => "---"), ...cells].map((line) => `| ${line.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`);
  return [...head.map((line) => `${line}  `), "", ...lines, ...busy(results)].join("\n");
}

/** Which rows were measured while other programs ran. */
function busy(results) {
  const said = ROWS.flatMap(({ name }) => {
    const loads = [...results.of(name).values()].map(({ load }) => load);
    return loads.some((load) => load > BUSY) ? [`${name} (${Math.max(...loads).toFixed(1)})`] : [];
  });
  return said.length > 0 ? ["", `The load in the minute before, at most, where it was above ${BUSY}: ${said.join(", ")}.`] : [];
}
