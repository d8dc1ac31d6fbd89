/** The files of what a person or a program names as one thing: a folder of the computer, or a zip archive. */

/**
 * The files below a directory handle, or an archive as a list of itself. Anything else is returned as it is.
 *
 * @param {unknown} given
 * @param {AbortSignal} [signal]
 * @returns {Promise<unknown>}
 */
export async function listed(given, signal) {
  if (given instanceof Blob) return [{ path: /** @type {Partial<File>} */ (given).name ?? "pictures.zip", file: given }];
  const folder = /** @type {Partial<FileSystemDirectoryHandle>} */ (given ?? {});
  if (folder.kind !== "directory" || !folder.values) return given;
  return below(/** @type {FileSystemDirectoryHandle} */ (folder), folder.name ? `${folder.name}/` : "", signal);
}

/**
 * @param {FileSystemDirectoryHandle} folder
 * @param {string} path of the folder, ending in a slash; empty for one without a name
 * @param {AbortSignal} [signal]
 * @returns {Promise<{ path: string, file: File | null }[]>} a folder or file that the browser cannot open has no file
 */
async function below(folder, path, signal) {
  const inside = [];
  try {
    for await (const entry of folder.values()) inside.push(entry);
  } catch {
    return [{ path, file: null }];
  }
  signal?.throwIfAborted();
  const found = inside.map(async (entry) => {
    const name = path + entry.name;
    if (entry.kind === "directory") return below(/** @type {FileSystemDirectoryHandle} */ (entry), `${name}/`, signal);
    return { path: name, file: await /** @type {FileSystemFileHandle} */ (entry).getFile().catch(() => null) };
  });
  return (await Promise.all(found)).flat();
}
