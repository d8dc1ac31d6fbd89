/** Squares of a colour in one corner of a grey picture, some under a wrong label, and a small network that learns them. */

import { generator, under } from "./fixtures.mjs";
import { png } from "./png.mjs";

/** A class with a name that would be a picture of the page, if it were read as HTML. */
export const EVIL = "<img src=x onerror=alert(1)>";
export const COLOURS = { [EVIL]: [230, 40, 40], green: [40, 220, 60], violet: [150, 60, 230] };
const CLASSES = Object.keys(COLOURS);
export const CORNERS = { "upper left": [3, 3], "upper right": [19, 3], "lower left": [3, 19], "lower right": [19, 19] };
export const LAYERS = [
  { type: "Rescaling", scale: 1 / 255 },
  { type: "Conv2D", filters: 8, kernelSize: 3, padding: "same", activation: "relu" },
  { type: "MaxPooling2D" },
  { type: "Conv2D", filters: 16, kernelSize: 3, padding: "same", activation: "relu" },
  { type: "GlobalAveragePooling2D" },
  { type: "Dense", units: 3, activation: "softmax" },
];

/** A square of a colour in one corner of a grey picture. */
function square(colour, [left, top], random) {
  const grey = 20 + 40 * random();
  const strength = 0.35 + 0.65 * random();
  const inside = (x, y) => x >= left && x < left + 10 && y >= top && y < top + 10;
  return png({ width: 32, height: 32, channels: 3, value: (x, y, c) => Math.round(inside(x, y) ? grey + (colour[c] - grey) * strength : grey) });
}

/** `each` pictures of these classes, by path; the file's name has the corner. */
export function squares(each, seed, classes = CLASSES) {
  const random = generator(seed);
  const corners = Object.entries(CORNERS);
  return Object.fromEntries(classes.flatMap((name) => Array.from({ length: each }, (_, i) => {
    const [corner, place] = corners[i % corners.length];
    return [`${name}/${corner} ${i} ${EVIL}.png`, square(COLOURS[name], place, random)];
  })));
}

/** Red squares that lie among the green ones. */
const wrong = (count, seed) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`green/wrong ${i}.png`, square(COLOURS[EVIL], CORNERS["upper left"], generator(seed + i))]));

/**
 * Testing has no violet picture. In both parts some labels are wrong, so that there is something to find, and so that the network
 * cannot be right to be as sure as it is.
 */
export const planted = () => ({
  ...under("Training", { ...squares(24, 1), ...wrong(8, 30) }),
  ...under("Testing", squares(12, 2, CLASSES.slice(0, 2))),
  ...under("Testing", wrong(3, 90)),
});
