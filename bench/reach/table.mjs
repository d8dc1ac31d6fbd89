/** The table of what was reached, as Markdown. */

import { ROWS } from "./rows.mjs";

/** So many cores are used by what always runs. */
const BUSY = 0.2;
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
    const most = Math.max(0, ...[...results.of(name).values()].map(({ others }) => others));
    return most > BUSY ? [`${name} (${most.toFixed(1)})`] : [];
  });
  return said.length > 0 ? ["", `Other programs were busy before or after a part of these rows, on so many cores at most: ${said.join(", ")}.`] : [];
}
