/** From files to a dataset: reads, checks and decodes the pictures. */

import { ImageFolder, ZipFolder } from "../../tabfit.js";
import { decode, Rasterizer, thumbnail } from "../shared/decode.js";

/**
 * @import { Dataset, DatasetSummary } from "../../tabfit.js"
 * @import { FolderEntry } from "../shared/protocol.js"
 * @typedef {{ index: number, bytes: Uint8Array<ArrayBuffer>, blob: Blob, pixels: number, bitmap: Promise<ImageBitmap | null> }} Opened
 * @typedef {object} Source
 * @property {string[]} paths
 * @property {(index: number) => number} size in bytes
 * @property {(index: number) => Promise<Uint8Array<ArrayBuffer>>} read
 * @property {(index: number, bytes: Uint8Array<ArrayBuffer>) => Blob} blob for the browser to decode
 * @property {() => void} free
 */

/** How many pictures the browser decodes at the same time. */
const IN_FLIGHT = 16;
/** No further picture is begun while those in decoding have more pixels than this: each takes four bytes. */
const IN_FLIGHT_PIXELS = 32e6;
/** How many files are read ahead of the one that is inspected. */
const AHEAD = 16;
/** The files read ahead hold at most this many bytes together; one file alone may be larger. */
const AHEAD_BYTES = 64e6;
const THUMBNAILS = 8;
const REPORT_MS = 50;

/**
 * Pictures are added in the order of their paths, whichever is decoded first, so that the same folder always gives
 * the same dataset.
 *
 * @param {FolderEntry[]} entries a folder's files, or a single zip file
 * @param {number} imageSize
 * @param {AbortSignal} signal
 * @param {object} hear
 * @param {(classes: number) => void} hear.onPlan called before anything is decoded
 * @param {(done: number, total: number) => void} hear.onProgress
 * @returns {Promise<{ dataset: Dataset, summary: DatasetSummary, thumbnails: ImageBitmap[][] }>}
 */
export async function loadFolder(entries, imageSize, signal, { onPlan, onProgress }) {
  const source = open(entries);
  /** @type {Map<number, ImageBitmap[]>} */
  const thumbnails = new Map();
  /** @type {ImageFolder | null} */
  let folder = null;
  try {
    const plan = (folder = new ImageFolder(source.paths, imageSize));
    const rasterizer = new Rasterizer(imageSize);
    const wanted = plan.wanted;
    onPlan(new Set(Array.from(wanted, (index) => plan.classOf(index))).size);
    /** @type {Opened[]} */
    const opened = [];
    let done = 0;
    let reported = 0;

    /** @param {Opened} picture */
    const commit = async ({ index, bytes, blob, bitmap: pending }) => {
      const bitmap = await pending;
      if (!bitmap) {
        plan.addEncoded(index, bytes);
        return;
      }
      plan.add(index, rasterizer.pixels(bitmap));
      const ofClass = thumbnails.get(plan.classOf(index)) ?? [];
      if (ofClass.length < THUMBNAILS && plan.partOf(index) === "training") {
        thumbnails.set(plan.classOf(index), ofClass);
        ofClass.push(await thumbnail(blob));
      }
      bitmap.close();
    };

    /** @type {Promise<{ bytes?: Uint8Array<ArrayBuffer>, reason?: unknown }>[]} */
    const reading = [];
    for (const [position, index] of wanted.entries()) {
      signal.throwIfAborted();
      for (const next of wanted.slice(position + reading.length, position + AHEAD)) {
        const together = wanted.slice(position, position + reading.length + 1);
        if (reading.length > 0 && together.reduce((sum, file) => sum + source.size(file), 0) > AHEAD_BYTES) break;
        // A failure is kept until its turn, so that skipped files are listed in the order of their paths.
        reading.push(source.read(next).then((bytes) => ({ bytes }), (reason) => ({ reason })));
      }
      const { bytes, reason } = (await reading.shift()) ?? {};
      if (!bytes) plan.skip(index, clause(reason));
      const pixels = bytes ? plan.inspect(index, bytes) : 0;
      if (bytes && pixels > 0) {
        const blob = source.blob(index, bytes);
        opened.push({ index, bytes, blob, pixels, bitmap: decode(blob, imageSize) });
      }
      while (opened.length >= IN_FLIGHT || opened.reduce((sum, picture) => sum + picture.pixels, 0) > IN_FLIGHT_PIXELS) {
        const first = opened.shift();
        if (first) await commit(first);
      }
      done += 1;
      if (performance.now() - reported > REPORT_MS) {
        reported = performance.now();
        onProgress(done, wanted.length);
      }
    }
    for (const picture of opened) await commit(picture);
    onProgress(wanted.length, wanted.length);

    folder = null; // `finish` frees the folder, even when it throws
    const dataset = plan.finish();
    const summary = dataset.summary;
    return {
      dataset,
      summary,
      thumbnails: summary.classNames.map((_, i) => thumbnails.get(i) ?? []),
    };
  } finally {
    folder?.free();
    source.free();
  }
}

/**
 * @param {FolderEntry[]} entries
 * @returns {Source}
 */
function open(entries) {
  const [only] = entries;
  if (only && entries.length === 1 && /\.zip$/i.test(only.path)) {
    const zip = new ZipFolder(only.file);
    return {
      paths: zip.paths,
      size: () => Infinity, // unknown until it is unpacked, so that only one is read at a time
      // A Blob cannot be made from wasm memory, so the bytes are copied out of it.
      read: async (index) => new Uint8Array(zip.read(index)),
      blob: (_, bytes) => new Blob([bytes]),
      free: () => zip.free(),
    };
  }
  /** @param {number} index */
  const file = (index) => {
    const entry = entries[index];
    if (!entry) throw new RangeError(`there is no file ${index}`);
    return entry.file;
  };
  return {
    paths: entries.map(({ path }) => path),
    size: (index) => file(index).size,
    read: async (index) => new Uint8Array(await file(index).arrayBuffer()),
    blob: file, // the file itself: the browser's decoder reads it without another copy
    free: () => {},
  };
}

/**
 * The end of the sentence "… was skipped: it …".
 *
 * @param {unknown} reason
 */
function clause(reason) {
  if (reason instanceof DOMException) return "could not be read from the disk; was it moved or deleted?";
  return `could not be read (${reason instanceof Error ? reason.message : String(reason)})`;
}
