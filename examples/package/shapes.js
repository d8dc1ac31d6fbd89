/** Pictures for the examples: discs and squares of random size, place and brightness, the same in every run. */

export const classNames = ["disc", "square"];
export const imageSize = 16;

// Park and Miller's random number generator.
let state = 1;
const random = () => (state = (state * 16807) % 2147483647) / 2147483647;

/** RGB pixels of so many pictures, one after another, and the class of each: what `Dataset.fromArrays` takes. */
export function draw(/** @type {number} */ count) {
  const images = new Uint8Array(count * imageSize * imageSize * 3);
  const labels = Array.from({ length: count }, (_, i) => i % classNames.length);
  labels.forEach((label, i) => {
    const radius = 3 + 3 * random();
    const [x, y] = [0, 1].map(() => radius + (imageSize - 2 * radius) * random());
    const value = 150 + 100 * random();
    for (let place = 0; place < imageSize * imageSize; place++) {
      const across = Math.abs((place % imageSize) + 0.5 - x);
      const down = Math.abs(Math.floor(place / imageSize) + 0.5 - y);
      const inside = label === 0 ? Math.hypot(across, down) < radius : Math.max(across, down) < radius * 0.89;
      if (inside) images.fill(value, (i * imageSize * imageSize + place) * 3, (i * imageSize * imageSize + place + 1) * 3);
    }
  });
  return { images, labels };
}

/** The pixels of one picture of a class. */
export const one = (/** @type {number} */ label) => draw(2).images.subarray(label * imageSize * imageSize * 3, (label + 1) * imageSize * imageSize * 3);
