/** Text that is packed to fit into an address, and unpacked again. */

/** In front of packed text; what begins otherwise is the text itself. */
const SIGN = ".";
/** The most characters that are unpacked: a small text could become one that fills the memory. */
const MOST = 400_000;

/** @param {string} text @returns {Promise<string>} shorter, where packing makes it so */
export async function pack(text) {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  const letters = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  const packed = SIGN + letters.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  return packed.length < encodeURIComponent(text).length ? packed : text;
}

/** @param {string} value @returns {Promise<string | null>} null if it cannot be unpacked, or is too much */
export async function unpack(value) {
  if (!value.startsWith(SIGN)) return value;
  try {
    const letters = atob(value.slice(SIGN.length).replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
    const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw")).pipeThrough(new TextDecoderStream("utf-8", { fatal: true })).getReader();
    let text = "";
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      text += part.value;
      if (text.length <= MOST) continue;
      await reader.cancel();
      return null;
    }
    return text;
  } catch {
    return null;
  }
}
