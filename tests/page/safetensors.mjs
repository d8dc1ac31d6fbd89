/** The weights in a `.tabfit` file, which is a safetensors file, by name. Their bytes are text, to be compared. */

/** @param {Uint8Array} bytes */
export function tensors(bytes) {
  const file = Buffer.from(bytes);
  const data = 8 + Number(file.readBigUInt64LE(0));
  const { __metadata__, ...found } = JSON.parse(file.toString("utf8", 8, data));
  return Object.fromEntries(
    Object.entries(found).map(([name, { data_offsets: [from, to] }]) => [name, file.toString("base64", data + from, data + to)]),
  );
}
