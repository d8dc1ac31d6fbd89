/** The chart of scaling.mjs: milliseconds per picture by the number of pictures and by the epoch, on logarithmic axes. */

const [WIDTH, HEIGHT, LEFT, TOP, GAP] = [360, 220, 56, 48, 40];
const COLORS = ["#2563eb", "#d97706"];

/** @param {{ machine: string, browser: string, date: string, rows: object[] }} report */
export function chart({ machine, browser, date, rows }) {
  const devices = [...new Set(rows.map(({ device }) => device))];
  const panels = [
    { title: "pictures", of: (row) => row.images, scale: Math.log10, ticks: [100, 1000, 10_000] },
    { title: "epoch", of: (row) => row.epoch, scale: (value) => value, ticks: [1, 50, 100] },
  ];
  const costs = rows.map(({ msPerImage }) => Math.log10(msPerImage));
  const [least, most] = [Math.floor(Math.min(...costs)), Math.ceil(Math.max(...costs))];
  const y = (value) => TOP + HEIGHT * (1 - (Math.log10(value) - least) / (most - least));
  const decades = Array.from({ length: most - least + 1 }, (_, i) => 10 ** (least + i));
  const drawn = panels.map((panel, index) => {
    const left = LEFT + index * (WIDTH + GAP);
    const shown = rows.filter((row) => panel.of(row) !== undefined);
    const [first, last] = [panel.ticks[0], panel.ticks.at(-1)].map(panel.scale);
    const x = (value) => left + ((panel.scale(value) - first) / (last - first)) * WIDTH;
    const lines = devices.map((device, color) => {
      const points = shown.filter((row) => row.device === device).map((row) => `${x(panel.of(row)).toFixed(1)},${y(row.msPerImage).toFixed(1)}`);
      return `<polyline points="${points.join(" ")}" fill="none" stroke="${COLORS[color]}" stroke-width="2"/>`;
    });
    const ticks = panel.ticks.map((tick) => text(x(tick), TOP + HEIGHT + 18, tick.toLocaleString("en"), "middle"));
    const frame = `<path d="M${left} ${TOP}V${TOP + HEIGHT}H${left + WIDTH}" fill="none" stroke="#888"/>`;
    return [frame, ...lines, ...ticks, text(left + WIDTH / 2, TOP + HEIGHT + 36, panel.title, "middle")].join("\n");
  });
  const legend = devices.map((device, color) => {
    const { name } = rows.find((row) => row.device === device);
    return `<text x="${LEFT + color * 120}" y="34" fill="${COLORS[color]}">${escaped(name)}</text>`;
  });
  const width = LEFT + 2 * WIDTH + GAP + 24;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${TOP + HEIGHT + 48}" font-family="sans-serif" font-size="12">
<rect width="100%" height="100%" fill="white"/>
${text(LEFT, 18, `Milliseconds a picture; ${machine}, ${browser}, ${date.slice(0, 10)}`, "start")}
${legend.join("\n")}
${decades.map((value) => text(LEFT - 6, y(value) + 4, `${value} ms`, "end")).join("\n")}
${drawn.join("\n")}
</svg>
`;
}

const text = (x, y, words, anchor) => `<text x="${x}" y="${y}" text-anchor="${anchor}" fill="#333">${escaped(words)}</text>`;
const escaped = (words) => words.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
