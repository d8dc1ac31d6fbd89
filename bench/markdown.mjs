/** The report as a person reads it. */

const MEGABYTE = 1e6;

export function markdown({ date, machine, cores, browser, adapter, quick, wasm, rows }) {
  const head = [
    `${browser} on ${machine}, ${cores} cores, ${date.slice(0, 10)}${quick ? ", --quick" : ""}`,
    `WebGPU adapter: ${inWords(adapter)}`,
    `tabfit_bg.wasm: ${(wasm.bytes / MEGABYTE).toFixed(2)} MB, ${(wasm.gzipped / MEGABYTE).toFixed(2)} MB gzipped`,
  ];
  const table = [
    ["contender", "case", "trained on", "ms per step", "spread", "images/s", "page load to first step"],
    ["---", "---", "---", "---:", "---:", "---:", "---:"],
    ...rows.map((row) => [row.contender, row.case, ...measured(row)]),
  ];
  return [...head.map((line) => `${line}  `), "", ...table.map((cells) => `| ${cells.join(" | ")} |`)].join("\n");
}

function measured(row) {
  if (row.error) return [row.error.replaceAll("|", "\\|"), "–", "–", "–", "–"];
  return [
    row.device.fallback ? `${row.device.name}, in software` : row.device.name,
    threeDigits(row.ms_per_step),
    `${(100 * row.spread).toFixed(0)} %`,
    threeDigits(row.images_per_second),
    `${(row.first_step_ms / 1000).toFixed(2)} s`,
  ];
}

/** 2130 and 29.8, never 2.13e+3. */
function threeDigits(number) {
  return String(Number(number.toPrecision(3)));
}

/** A software adapter is never called a GPU. */
function inWords(adapter) {
  if (!adapter) return "none";
  return adapter.fallback ? `${adapter.name}, a software adapter: the processor does its work` : adapter.name;
}
