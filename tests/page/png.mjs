/** Writes PNG files of any bit depth; a canvas can only write 8-bit RGBA. */

import { crc32, deflateSync } from "node:zlib";

const COLOUR_TYPES = { 1: 0, 3: 2, 4: 6 }; // channels: grey, RGB, RGBA

/**
 * @param {object} picture
 * @param {number} picture.width
 * @param {number} picture.height
 * @param {1 | 3 | 4} picture.channels
 * @param {1 | 8 | 16} [picture.depth] bits per channel
 * @param {(x: number, y: number, channel: number) => number} [picture.value] if absent, all values are 0
 */
export function png({ width, height, channels, depth = 8, value }) {
  const stride = 1 + Math.ceil((width * channels * depth) / 8); // the first byte of a row is its filter, 0
  const rows = Buffer.alloc(stride * height);
  if (value) {
    for (let y = 0; y < height; y++) {
      for (let i = 0; i < width * channels; i++) {
        rows.writeUIntBE(value(Math.floor(i / channels), y, i % channels), y * stride + 1 + (i * depth) / 8, depth / 8);
      }
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, COLOUR_TYPES[channels], 0, 0, 0], 8);
  const signature = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");
  return Buffer.concat([signature, chunk("IHDR", header), chunk("IDAT", deflateSync(rows)), chunk("IEND", Buffer.alloc(0))]);
}

/**
 * @param {string} type
 * @param {Buffer} data
 */
function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  framed.set(body, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}
