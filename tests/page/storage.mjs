/** Reads and damages the files in the browser's private storage. */

/** Paths and sizes of all files. @returns {Promise<Record<string, number>>} */
export function storedFiles({ page }) {
  return page.evaluate(async () => {
    const found = {};
    const walk = async (folder, path) => {
      for await (const [name, handle] of folder.entries()) {
        if (handle.kind === "directory") await walk(handle, `${path}${name}/`);
        else found[path + name] = (await handle.getFile()).size;
      }
    };
    await walk(await navigator.storage.getDirectory(), "");
    return found;
  });
}

/** The newest slot of the stored run, by the generation in its note. */
export async function newestSlot(tab) {
  const slots = Object.keys(await storedFiles(tab)).filter((path) => path.includes("/slot-"));
  const generations = await Promise.all(slots.map(async (path) => {
    const text = Buffer.from(await bytesOf(tab, path)).toString("latin1");
    return Number(/"generation":(\d+)/.exec(text)?.[1] ?? 0);
  }));
  return slots[generations.indexOf(Math.max(...generations))];
}

/** Replaces the content of a stored file by what `change` makes of it. */
export async function damage(tab, path, change) {
  const bytes = change(await bytesOf(tab, path));
  await tab.page.evaluate(async ({ path, bytes }) => {
    const [folders, name] = [path.split("/").slice(0, -1), path.split("/").at(-1)];
    let folder = await navigator.storage.getDirectory();
    for (const part of folders) folder = await folder.getDirectoryHandle(part);
    const writable = await (await folder.getFileHandle(name)).createWritable();
    await writable.write(Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0)));
    await writable.close();
  }, { path, bytes: Buffer.from(bytes).toString("base64") });
}

/** The content of a stored file. */
export async function bytesOf({ page }, path) {
  return Buffer.from(await page.evaluate(async (path) => {
    const parts = path.split("/");
    let folder = await navigator.storage.getDirectory();
    for (const part of parts.slice(0, -1)) folder = await folder.getDirectoryHandle(part);
    const bytes = new Uint8Array(await (await (await folder.getFileHandle(parts.at(-1))).getFile()).arrayBuffer());
    let text = "";
    for (let i = 0; i < bytes.length; i += 30_000) text += String.fromCharCode(...bytes.subarray(i, i + 30_000));
    return btoa(text);
  }, path), "base64");
}
