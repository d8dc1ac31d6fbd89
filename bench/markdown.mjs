/** The report as Markdown. */

const MEGABYTE = 1e6;
const COLUMNS = [
  ["contender", (row) => row.contender],
  ["case", (row) => row.case],
  ["trained on", trainedOn],
  ["ms per step", (row) => threeDigits(row.ms_per_step)],
  ["spread", (row) => (row.spread === null ? "–" : `${(100 * row.spread).toFixed(0)} %`)],
  ["images/s", (row) => threeDigits(row.images_per_second)],
  ["GFLOP/s", (row) => threeDigits(row.gflops)],
  ["of peak", (row) => (row.of_peak === null ? "–" : `${(100 * row.of_peak).toFixed(1)} %`)],
  ["first step", (row) => (row.first_step_ms === null ? "–" : `${(row.first_step_ms / 1000).toFixed(2)} s`)],
  ["dispatches", (row) => threeDigits(row.dispatches)],
  ["submits", (row) => threeDigits(row.submits)],
  ["bind groups", (row) => threeDigits(row.bind_groups)],
  ["kB up", (row) => threeDigits(row.bytes === null ? null : row.bytes / 1000)],
  ["reads", (row) => threeDigits(row.reads)],
  ["calls", (row) => threeDigits(row.calls)],
  ["losses agree", (row) => `${row.checked} steps, ${row.deviation.toExponential(0)}`],
  ["timed", (row) => `${row.rounds} × ${row.steps} steps`],
];

export function markdown({ date, machine, cores, browser, adapter, peak_gflops: peak, thread_peak_gflops: threadPeak, versions, quick, wasm, rows }) {
  const head = [
    `${browser} on ${machine}, ${cores} cores, ${date.slice(0, 10)}${quick ? ", --quick" : ""}`,
    `WebGPU adapter: ${inWords(adapter)}${adapter ? `; ${threeDigits(peak)} GFLOP/s at most` : ""}`,
    `One thread of the processor: ${threeDigits(threadPeak)} GFLOP/s at most, by a browser's vectors of 128 bits`,
    Object.entries(versions).map(([name, version]) => `${name} ${version}`).join(", "),
    ...wasm.map(({ file, bytes, gzipped }) => `${file}: ${(bytes / MEGABYTE).toFixed(2)} MB, ${(gzipped / MEGABYTE).toFixed(2)} MB gzipped`),
  ];
  return [...head.map((line) => `${line}  `), "", ...table(rows), ...withoutGpu(adapter), ...pageBeside(rows), ...leftOut(rows)].join("\n");
}

/**
 * The lines of the table.
 *
 * @param {any[]} rows
 * @param {string[]} [titles] of the columns
 */
export function table(rows, titles = COLUMNS.map(([title]) => title)) {
  const columns = COLUMNS.filter(([title]) => titles.includes(title));
  const cells = [
    columns.map(([title]) => title),
    columns.map((_, i) => (i < 3 ? "---" : "---:")),
    ...rows.filter(({ skipped }) => !skipped).map((row) => (row.error ? withoutNumbers(row, columns) : columns.map(([, cell]) => cell(row)))),
  ];
  return cells.map((line) => `| ${line.join(" | ")} |`);
}

function withoutNumbers({ contender, case: name, error }, columns) {
  return [contender, name, `failed: ${error}`.replaceAll("|", "\\|"), ...columns.slice(3).map(() => "–")];
}

/** A reader must not take the times of a processor for those of a GPU. */
function withoutGpu(adapter) {
  return adapter && !adapter.fallback ? [] : ["\nThis table was not measured on a GPU, because none was found."];
}

/** How much longer a step takes in the page than without it. */
function pageBeside(rows) {
  const page = rows.find(({ contender, ms_per_step: ms }) => contender === "tabfit-page" && ms !== null);
  const engine = rows.find((row) => row.case === page?.case && row.contender === "tabfit-cpu, all threads" && row.ms_per_step !== null);
  if (!page || !engine) return [];
  const slower = 100 * (page.ms_per_step / engine.ms_per_step - 1);
  return [`\n${page.case}: a step in the page takes ${Math.abs(slower).toFixed(1)} % ${slower < 0 ? "less" : "longer"} than without it.`];
}

/** One line for each reason. */
export function leftOut(rows) {
  const reasons = new Map();
  for (const { contender, case: name, error, skipped } of rows) {
    if (skipped) reasons.set(`${name} ${error}`, [...(reasons.get(`${name} ${error}`) ?? []), contender]);
  }
  return [...reasons].map(([reason, contenders]) => `\n${reason}: ${contenders.join("; ")}`);
}

function trainedOn({ device: { name, fallback } }) {
  return fallback ? `${name}, in software` : name;
}

/** 2130 and 29.8, never 2.13e+3. */
export function threeDigits(number) {
  return number === null ? "–" : String(Number(number.toPrecision(3)));
}

/** A software adapter is never called a GPU. */
export function inWords(adapter) {
  if (!adapter) return "none";
  return adapter.fallback ? `${adapter.name}, a software adapter: the processor does its work` : adapter.name;
}
