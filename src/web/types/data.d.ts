/** The browser's WebGPU adapter, or the `flex` CPU backend compiled to wasm SIMD. */
export type DeviceKind = "webgpu" | "cpu";

/** "auto": WebGPU if there is an adapter that is not software and computes correctly, else the CPU. */
export type DeviceChoice = "auto" | DeviceKind;

export interface DeviceInfo {
  kind: DeviceKind;
  /** The adapter's own description, or "CPU". */
  name: string;
  /** True if the adapter is a software rasteriser, so that the CPU does its work. */
  fallback: boolean;
}

/** The three parts a folder can have. A folder of plain class folders has only `training`. */
export type Part = "training" | "validation" | "test";

export interface SkippedFile {
  path: string;
  /** A clause that completes "… was skipped: it". */
  reason: string;
}

/** A picked file and its path inside the folder, `pets/cat/1.png`. */
export interface FolderEntry {
  path: string;
  /** Null if the browser could not open it; it is then listed as skipped. */
  file: Blob | null;
}

/**
 * A picture that a network is asked about: a file of any size, as a `Blob` or `File`, or as an `ArrayBuffer` of its bytes; whatever a
 * browser can draw, of any size, which is treated as a file is; or RGB or RGBA pixels of `imageSize` by `imageSize`, one after
 * another, rows from the top. Bytes in a `Uint8Array` are always pixels, never a file. Nothing is closed or changed.
 */
export type Picture =
  | Blob | ArrayBuffer | Uint8Array | Uint8ClampedArray | ImageBitmap | ImageData | OffscreenCanvas | VideoFrame
  | HTMLCanvasElement | HTMLImageElement | HTMLVideoElement;

/** `onProgress` counts files. */
export interface FolderOptions extends CallOptions {
  /** The height and width that every picture is stretched to, in pixels, 8 to 512. */
  imageSize: number;
  /** Gets the number of classes before the first picture. */
  onPlan?: ((classes: number) => void) | null;
  /** Gets each picture that was read: `imageSize * imageSize * 3` bytes of RGB. A pending promise pauses the reading. */
  onPicture?: ((pixels: Uint8Array, classIndex: number, part: Part) => unknown) | null;
}

/** Labelled pictures as arrays. */
export interface LabelledImages {
  /** RGB or RGBA, one picture after another, rows from the top: `labels.length * imageSize * imageSize * (3 or 4)` bytes. */
  images: Uint8Array | Uint8ClampedArray;
  /** For each picture an index into `classNames`. */
  labels: ArrayLike<number>;
}

/** The training pictures, and the other parts if there are any. */
export interface DatasetArrays extends LabelledImages {
  /** The height and width of every picture, in pixels, 8 to 512. */
  imageSize: number;
  classNames: string[];
  validation?: LabelledImages;
  test?: LabelledImages;
}

export interface DatasetSummary {
  imageSize: number;
  classNames: string[];
  /** Pictures per class, in the order of `classNames`; null where the folder has no such part. */
  counts: { training: number[]; validation: number[] | null; test: number[] | null };
  /** By path: of each reason the first hundred, of which the last says how many more there are; at most a thousand in all. */
  skipped: SkippedFile[];
  /** How many files are not used. */
  skippedCount: number;
  /** Sentences a person should read before training, e.g. a class with a single picture. */
  warnings: string[];
}

/** The pictures of a data set as they were read, by id: the index into these lists, which no split and no change alters. */
export interface Pictures {
  /** Inside the folder; empty for pictures that came as pixels. */
  paths: string[];
  /** 0 is "training", 1 "validation" and 2 "test". */
  parts: Uint8Array;
  /** Indices into `classNames`. */
  labels: Uint32Array;
  /** The hash of each file, or of the pixels of a picture without one: 32 hexadecimal digits. */
  contents: string[];
}

/** What was measured of the pictures of a folder while they were read, one picture after another; `care` understands it. */
export type Looks = Uint8Array<ArrayBuffer>;

/** What is changed of a folder as it was read: lists with a number for each picture, by id. */
export interface DatasetChanges {
  /** The index of the class of each picture. */
  labels?: Uint32Array | null;
  /** 1 for the pictures that are to be in no part. */
  excluded?: Uint8Array | null;
  /** Pictures with equal numbers stay together in every split. */
  groups?: Uint32Array | null;
  /**
   * Groups stay on one side of the given parts too: pictures that share a group with one of the test part leave training and
   * validation, and those that share one with a picture of the validation part leave training. The test part stays as it is.
   */
  onOneSide?: boolean;
}
