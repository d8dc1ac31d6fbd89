/**
 * Hands a file to the browser's downloads.
 *
 * @param {string} name
 * @param {Blob} content
 */
export function download(name, content) {
  const url = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000); // some browsers read the blob after the click
}

/** The name of a thing without the signs that a file's name may not have. @param {string} name */
export const fileName = (name) => name.replace(/[\\/:*?"<>|]/g, "-");
