/** What the paths of files say, as in `src/data/paths.rs`. */

const PICTURE = /\.(jpg|jpeg|jpe|jfif|png|bmp|gif|webp|avif|dcm|dicom|tif|tiff)$/i;
/** Names without an ending, such as those of a clinic: the bytes of the file say whether it is a picture. */
const UNNAMED = /(^|\/)[^./]+$|[^/]\.\d+$/;

/** @param {string} path */
export const mayBePicture = (path) => PICTURE.test(path) || UNNAMED.test(path);

/** @param {string} path */
export const isArchive = (path) => /\.zip$/i.test(path);

/** Whether the file, or a folder above it, is hidden or made by a system. @param {string} path */
export const isHidden = (path) =>
  path.split("/").some((name) => name.startsWith(".") || ["__MACOSX", "_DS_Store", "Thumbs.db", "desktop.ini"].includes(name));
