/** Folders for the tests: shapes that a small network can learn, and files that are each broken in one way. */

import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { crc32 } from "node:zlib";
import { png } from "./png.mjs";
import { ROOT } from "./chromium.mjs";

/** The real pictures: 1,196 JPEGs in `Training/` and `Testing/`; they are not in the repository. */
export const MRI = process.env.TABFIT_MRI ?? join(ROOT, "../shared/data/brain-tumor-mri");
export const MRI_MISSING =
  !existsSync(join(MRI, "Training")) && `the MRI folder is not at ${MRI}; set TABFIT_MRI to a copy of it`;

/** Whether what is slow and rarely fails is tested whole, by `scripts/test.sh --long`. */
export const LONG = process.env.TABFIT_TEST_LONG === "1";
/** Options of a test that takes long and rarely fails. */
export const SLOW = { skip: !LONG && "takes long and rarely fails: scripts/test.sh --long training", only: LONG };

/** Whether a point, from -1 to 1 on both axes, belongs to the shape. */
export const SHAPES = {
  disc: (x, y) => Math.hypot(x, y) < 1,
  frame: (x, y) => Math.max(Math.abs(x), Math.abs(y)) < 1 && Math.max(Math.abs(x), Math.abs(y)) > 0.6,
  stripes: (x, y) => Math.max(Math.abs(x), Math.abs(y)) < 1 && (x + y + 4) % 0.8 < 0.4,
};

/**
 * Makes a folder with these files. It is deleted after the test.
 *
 * @param {import("node:test").TestContext} t
 * @param {Record<string, Buffer | string>} files by path
 * @param {string} [name] of the folder
 */
export function folder(t, files, name = "pictures") {
  const parent = mkdtempSync(join(tmpdir(), "tabfit-"));
  t.after(() => rmSync(parent, { recursive: true }));
  const root = join(parent, name);
  mkdirSync(root);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return root;
}

/**
 * Pictures of one shape each, by path: `disc/001.png` and so on.
 *
 * @param {object} [options]
 * @param {string[]} [options.kinds]
 * @param {number} [options.each] pictures per class
 * @param {number} [options.seed]
 * @returns {Record<string, Buffer>}
 */
export function shapes({ kinds = Object.keys(SHAPES), each = 8, seed = 1 } = {}) {
  const random = generator(seed);
  const pictures = kinds.flatMap((kind) =>
    Array.from({ length: each }, (_, i) => [`${kind}/${String(i).padStart(3, "0")}.png`, shape(SHAPES[kind], random)]),
  );
  return Object.fromEntries(pictures);
}

/** The files in a folder. @param {Record<string, Buffer | string>} files */
export function under(name, files) {
  return Object.fromEntries(Object.entries(files).map(([path, content]) => [`${name}/${path}`, content]));
}

/** Shapes in `Training/` and `Testing/`. */
export function splitShapes(training, testing) {
  return { ...under("Training", shapes({ each: training, seed: 1 })), ...under("Testing", shapes({ each: testing, seed: 2 })) };
}

/** Pictures of noise on a colour, by name: `0.png` and so on. */
export function pictures(count, colour, seed = 1) {
  const random = generator(seed * 1000 + colour[0]);
  const value = (x, y, c) => Math.round(colour[c] + 80 * random());
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [`${i}.png`, png({ width: 24, height: 24, channels: 3, value })]));
}

/**
 * A zip archive of these files, in their order.
 *
 * @param {Record<string, Buffer | string>} files
 * @param {string} [separator] between the names in a path; older programs on Windows write a backslash
 * @param {number} [flags] of each file: 1 stands for a password
 */
export function packed(files, separator = "/", flags = 0) {
  const parts = [];
  const list = [];
  let offset = 0;
  for (const [path, content] of Object.entries(files)) {
    const [name, bytes] = [Buffer.from(path.replaceAll("/", separator)), Buffer.from(content)];
    const fields = Buffer.alloc(26); // what the header of a file and its line in the list share
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(flags, 2);
    fields.writeUInt32LE(crc32(bytes), 10);
    fields.writeUInt32LE(bytes.length, 14);
    fields.writeUInt32LE(bytes.length, 18);
    fields.writeUInt16LE(name.length, 22);
    const header = Buffer.concat([Buffer.from("PK\x03\x04", "latin1"), fields, name, bytes]);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    list.push(Buffer.concat([Buffer.from("PK\x01\x02\x14\0", "latin1"), fields, place, name]));
    parts.push(header);
    offset += header.length;
  }
  const lines = Buffer.concat(list);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(list.length, 8);
  end.writeUInt16LE(list.length, 10);
  end.writeUInt32LE(lines.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, lines, end]);
}

/** Colours, position and size are random, so that only the outline tells the class. */
function shape(inside, random) {
  const side = 32;
  const between = (low, high) => low + (high - low) * random();
  const radius = between(8, 13);
  const [left, top] = [between(radius, side - radius), between(radius, side - radius)];
  const dark = [0, 0, 0].map(() => between(0, 90));
  const bright = [0, 0, 0].map(() => between(160, 255));
  return png({
    width: side,
    height: side,
    channels: 3,
    value: (x, y, c) => Math.round((inside((x - left) / radius, (y - top) / radius) ? bright : dark)[c]),
  });
}

/** Pictures of unusual kinds that must be accepted. */
export const UNUSUAL = {
  "one pixel.png": png({ width: 1, height: 1, channels: 3, value: () => 200 }),
  "sixteen bits.png": png({ width: 20, height: 20, channels: 3, depth: 16, value: (x) => x * 3000 }),
  "sixteen bits grey.png": png({ width: 20, height: 20, channels: 1, depth: 16, value: (x) => x * 3000 }),
  "grey.png": png({ width: 20, height: 20, channels: 1, value: (x) => x * 12 }),
  "transparent.png": png({ width: 20, height: 20, channels: 4, value: (x, y, c) => (c === 3 ? x * 12 : 255) }),
};

/** A JPEG of pure red in printing colours: `Image.new("CMYK", (16, 16), (0, 255, 255, 0))`, saved by Pillow. */
export const CMYK = Buffer.from(
  "/9j/7gAOQWRvYmUAZAAAAAAA/9sAQwAIBgYHBgUIBwcHCQkICgwUDQwLCwwZEhMPFB0aHx4dGhwcICQuJyAiLCMcHCg3KSwwMTQ0NB8nOT04Mj"
  + "wuMzQy/8AAFAgAEAAQBEMRAE0RAFkRAEsRAP/EABYAAQEBAAAAAAAAAAAAAAAAAAAHCP/EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAOBEMATQBZ"
  + "AEsAAD8Av7P7P6/gAAAP/9k=",
  "base64",
);

/**
 * Files with the name of a picture that cannot be used as one.
 *
 * @param {import("playwright-core").Page} page used to encode a JPEG, which is then cut off
 */
export async function unusable(page) {
  const jpeg = Buffer.from(await page.evaluate(async () => {
    const canvas = new OffscreenCanvas(200, 200);
    const context = canvas.getContext("2d");
    for (let i = 0; i < 200; i++) {
      context.fillStyle = `hsl(${i * 37} 80% 50%)`;
      context.fillRect((i * 53) % 200, (i * 31) % 200, 30, 30);
    }
    const blob = await canvas.convertToBlob({ type: "image/jpeg" });
    return [...new Uint8Array(await blob.arrayBuffer())];
  }));
  return {
    "text.jpg": "These are words.\n",
    "cut.jpg": jpeg.subarray(0, jpeg.length / 2),
    "empty.jpg": "",
    "huge.png": png({ width: 12_000, height: 9_000, channels: 1, depth: 1 }),
  };
}

/** Random numbers from 0 to below 1 that are the same in every run, by Mulberry32. @param {number} state */
export function generator(state) {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
