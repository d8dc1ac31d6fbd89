/** What is printed of the lines that tests run. */

/** Of 100 lines. */
const LEAST = 95;

/**
 * Prints the share of each file, and the lines that are missing; whether so many of all lines count as are wanted.
 *
 * @param {[kind: string, files: { path: string, lines: { number: number, counts: boolean }[] }[]][]} kinds
 */
export function reached(kinds) {
  let [all, missing] = [0, 0];
  for (const [kind, files] of kinds) {
    console.log(`\n${kind}`);
    for (const { path, lines } of files) {
      const not = lines.filter(({ counts }) => !counts).map(({ number }) => number);
      all += lines.length;
      missing += not.length;
      console.log(`${percent(not.length, lines.length).padStart(6)} %  ${path}${not.length > 0 ? `  not ${not.join(", ")}` : ""}`);
    }
  }
  console.log(`\n${percent(missing, all)} % of ${all} lines`);
  return 100 * missing <= (100 - LEAST) * all;
}

const percent = (/** @type {number} */ missing, /** @type {number} */ all) => (all === 0 ? 100 : 100 - (100 * missing) / all).toFixed(1);
