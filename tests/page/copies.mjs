/** Folders with copies and without, and on which side of a split each picture is. */

import { generator } from "./fixtures.mjs";
import { png } from "./png.mjs";

/** Pictures that look like no other one: coarse noise, two classes. */
export function noise({ seed = 5, each = 12 } = {}) {
  const random = generator(seed);
  const picture = () => {
    const cells = Array.from({ length: 64 }, () => Math.round(255 * random()));
    return png({ width: 32, height: 32, channels: 3, value: (x, y) => cells[8 * Math.floor(y / 4) + Math.floor(x / 4)] });
  };
  return Object.fromEntries(["left", "right"].flatMap((name) => Array.from({ length: each }, (_, i) => [`${name}/${String(i).padStart(2, "0")}.png`, picture()])));
}

/** Half of the pictures of each class are in the folder twice. */
export function doubled() {
  const alone = noise();
  const copies = Object.entries(alone).filter(([path]) => /0[0-5]\.png$/.test(path)).map(([path, content]) => [path.replace(".png", " copy.png"), content]);
  return { ...alone, ...Object.fromEntries(copies) };
}

/** The numbers of "0-11,13". */
export const idsIn = (text) => text.split(",").flatMap((part) => {
  const [first, last = first] = part.split("-").map(Number);
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
});

/** On which side of the split of its run a report has each picture, by path. */
export function sidesOf({ data, split }) {
  const side = new Map([...idsIn(split.ids.training).map((id) => [id, "learnt"]), ...idsIn(split.ids.validation).map((id) => [id, "held out"])]);
  return Object.fromEntries(data.pictures.map(({ path }, id) => [path.split("/").slice(1).join("/"), side.get(id)]));
}
