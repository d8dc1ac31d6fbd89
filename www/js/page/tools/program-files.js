/** The list of the files that the page may load: files.json, which the page's build writes. */

/** @typedef {{ path: string, bytes: number, gzipped: number }} ProgramFile */

/** @type {Promise<ProgramFile[]> | undefined} */
let list;

/** @returns {Promise<ProgramFile[]>} rejects if the list cannot be loaded; the next call tries again */
export function programFiles() {
  list ??= load();
  list.catch(() => (list = undefined));
  return list;
}

/**
 * @param {string} path
 * @returns {Promise<number | null>} the bytes of one of these files; null if it or the list is not there
 */
export async function sizeOf(path) {
  const files = await programFiles().catch(() => []);
  return files.find((file) => file.path === path)?.bytes ?? null;
}

async function load() {
  const response = await fetch(new URL("../../../files.json", import.meta.url));
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  return response.json();
}
