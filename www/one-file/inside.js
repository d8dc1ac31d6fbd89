/** Where the files come from: the page has them in blocks of its document, and a worker gets them by its first message. */

/** @returns {Promise<Map<string, Blob>>} the files by their paths in the page */
export const inside = () => (globalThis.document ? unpacked() : sent());

/** Takes the blocks out of the document, so that it need not hold their text any longer. */
async function unpacked() {
  const blocks = [...document.querySelectorAll("script[data-path]")].filter((block) => block instanceof HTMLScriptElement);
  const files = await Promise.all(blocks.map(async (block) => {
    block.remove();
    const { path = "", type = "" } = block.dataset;
    return /** @type {const} */ ([path, await unpack(block.text, type)]);
  }));
  return new Map(files);
}

/** @param {string} text what gzip made of the file, in base64 @param {string} type of the file */
function unpack(text, type) {
  const letters = atob(text);
  const bytes = new Uint8Array(letters.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = letters.charCodeAt(i);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream, { headers: { "Content-Type": type } }).blob();
}

/** @returns {Promise<Map<string, Blob>>} */
function sent() {
  // The worker's own script listens after this message, and before the next one.
  return new Promise((resolve) => (self.onmessage = ({ data }) => resolve(data)));
}
