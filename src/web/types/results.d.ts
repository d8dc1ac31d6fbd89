/** The scores of one class against the rest, or their average. An undefined number is null. */
interface Scores {
  precision: number | null;
  recall: number | null;
  f1: number | null;
  /** The exact area under the ROC curve, one class against the rest. */
  auc: number | null;
}

/** `onProgress` counts batches. */
export interface EvaluateOptions extends CallOptions {
  /** Pictures per step, 1 to 4096; 32 if it is not given. No result depends on it. */
  batchSize?: number;
  /** Whether the answer to every picture is wanted. */
  details?: boolean;
}

/** The answers to every picture of an evaluation, in the order of the part. */
export interface Details {
  /** The index of each picture in its folder, which no split or shuffle changes. */
  pictures: Uint32Array<ArrayBuffer>;
  /** The true class of each: an index into `classNames`. */
  labels: Uint32Array<ArrayBuffer>;
  /** `[pictures, classes]`. */
  probabilities: Float32Array<ArrayBuffer>;
  /**
   * How unlike each is to the training pictures, as a multiple of the distance that 95 % of the validation pictures do not
   * exceed: above 1 is unlike. Null where the network remembers no training pictures.
   */
  unlike: Float32Array<ArrayBuffer> | null;
}

export interface Evaluation {
  images: number;
  loss: number | null;
  accuracy: number;
  /** Loss, accuracy and every compiled metric by name, as Keras's `evaluate(return_dict=True)`. */
  metrics: Record<string, number | null>;
  classNames: string[];
  /** `confusionMatrix[true class][predicted class]`, in the order of `classNames`. */
  confusionMatrix: number[][];
  /** In the order of `classNames`; `support` is the number of pictures. */
  perClass: (Scores & { className: string; support: number })[];
  /** The means over the classes that have pictures. */
  macroAverage: Scores;
  /** The means over the same classes, weighted by their numbers of pictures. */
  weightedAverage: Scores;
  /** Where they were asked for. */
  details?: Details;
}

/** What a run will take, in bytes, estimated from shapes. */
export interface RunNeeds {
  /** The largest tensor of a step. */
  largestTensor: number;
  /** The largest tensor that the GPU takes; null on the CPU. */
  largestAllowed: number | null;
  /** On the GPU; 0 on the CPU. */
  gpu: number;
  /** In the memory of the tab, on the thread that needs most. */
  tab: number;
  /** What a tab can have. */
  tabAllowed: number;
  /** The batch size that was asked for, or the largest below it that fits; 0 if none does. */
  batchSize: number;
  /**
   * How the frozen layers at the front run: once for each picture, or in every step, where about this share of the work is
   * theirs (0 to 1); and the same as a sentence. Null without any.
   */
  frozen: { once: boolean; share: number; sentence: string } | null;
}

export interface Prediction {
  className: string;
  probability: number;
}

/** What `predict` says of one of many pictures. */
export interface Answer {
  /** Every class, the most probable first; empty if the picture could not be read. */
  predictions: Prediction[];
  /** How unlike the picture is to the training pictures: above 1 is unlike. Null where the network remembers none. */
  unlike: number | null;
  /** Why the picture could not be read; null if it could. */
  error: string | null;
}

/** Which places of a picture speak for a class: Grad-CAM (Selvaraju et al. 2017). */
export interface GradCam {
  className: string;
  /** The layer whose map it is: the last one with a map of features. */
  layer: string;
  rows: number;
  columns: number;
  /** `[rows, columns]`, from 0 to 1, where 1 speaks most for the class; all 0 where no place speaks for it. */
  values: Float32Array<ArrayBuffer>;
  /** The probability of the class. */
  probability: number;
}

export interface Sequential {
  /**
   * The probability of each class, the highest first, for a picture. For an array of pictures, an answer for each, computed
   * together; `onProgress` counts pictures.
   *
   * Throws a `DatasetError` for an unreadable file or pixels of another shape, unless they are in an array; the reason of `signal`
   * if it is aborted; whatever `onProgress` throws; a `BusyError` during a fit.
   */
  predict(picture: Picture, options?: CallOptions | null): Promise<Prediction[]>;
  predict(pictures: Picture[], options?: CallOptions | null): Promise<Answer[]>;
}

/** Small pictures that belong to a layer. */
export interface Tiles {
  layer: string;
  rows: number;
  columns: number;
  /** Of a pixel: 1 for grey, 3 for red, green and blue. */
  values: number;
  /** How many tiles there are, and how many the layer has. */
  count: number;
  of: number;
  /** The numbers that are black and white; each filter has its own, and these are those of all. */
  low: number;
  high: number;
  /** One tile after another. */
  pixels: Uint8Array<ArrayBuffer>;
}

/** The inside of a network. */
export interface Inside {
  /** The filters of the first layer that has some. */
  filters: Tiles | null;
  /** What each layer makes of the picture: up to 16 channels, or 256 units in a row. */
  layers: Tiles[];
}

export interface ModelInfo {
  classNames: string[];
  imageSize: number;
  device: DeviceInfo;
  /**
   * The network is given pixels from 0 to 255. `made` is what a layer in front makes of them: what `setPixels` was told last,
   * "0..255" if there is no such layer, or "own" if the network begins with another layer that scales them. `told` is whether
   * it was `setPixels` that said so, here or before the file was written. `known` is what the network was trained on, if it is one of the well-known bodies, such as MobileNetV2; else null.
   */
  pixels: { made: Pixels | "own"; told: boolean; known: Pixels | null };
  summary: ModelSummary;
  /** The history stored with the network; null before the first fit. */
  history: History | null;
  /** If a stopped run can be resumed: its epoch (from 1), and the number of steps done in that epoch. */
  unfinished: { epoch: number; step: number; epochs: number } | null;
  /** What the next `fit` goes on with, unless `compile` comes before it: steps taken so far, and the rate of the next one. */
  optimizer: { config: OptimizerConfig; learningRate: number; steps: number };
  /** What the logits are divided by before the softmax; null if nothing. */
  temperature: number | null;
  /** Whether it knows how unlike a picture is to those that it was trained on; see `remember`. */
  remembers: boolean;
  /** How it was trained; null before the first fit. */
  manifest: RunManifest | null;
}

/** Everything that the numbers of a run depend on. The files of a network carry it. */
export interface RunManifest {
  /** The version of tabfit. */
  tabfit: string;
  /** `hash`: checksums of the given training and validation pictures and their labels (0: none given); then how many there were after the split. */
  pictures: { hash: [number, number]; training: number; validation: number };
  /**
   * The ids of the pictures that were learned from and that were held out, such as "0-11,13": the index of each among the pictures
   * of its folder, sorted by path. Absent in a run of an older version.
   */
  split?: { training: string; validation: string | null };
  classNames: string[];
  model: ModelConfig;
  compile: { optimizer: OptimizerConfig; loss: unknown; metrics: unknown[] };
  fit: FitConfig;
  device: DeviceInfo;
  threads: number;
  /**
   * Whether the processor added each product without rounding it first, which depends on the browser and on the processor; null on
   * a GPU. The last digits depend on it. Absent in a run of an older version.
   */
  roundsOnce?: boolean | null;
  /** Where it was interrupted and went on, on what device, on how many threads, and with what rounding. */
  resumed: { epoch: number; step: number; device: DeviceInfo; threads: number; roundsOnce?: boolean | null }[];
}

export interface SaveOptions {
  /** Keras's `include_optimizer`: the optimizer's state too, so that training goes on as if it had not been interrupted. */
  includeOptimizer?: boolean;
}

/** safetensors: `model.safetensors`. tfjs: `model.json`, `group1-shard1of1.bin`. onnx: `model.onnx`. tflite: `model.tflite`, `labels.txt`. keras: `model.py`, `model.safetensors`. keras-file: `model.keras`. */
export type ExportFormat = "safetensors" | "tfjs" | "onnx" | "tflite" | "keras" | "keras-file";

export interface ModelFile {
  name: string;
  bytes: Uint8Array<ArrayBuffer>;
}

/** What `kerasCode` writes as a Python script. */
export interface KerasCode {
  model: ModelConfig;
  classNames: string[];
  compile?: Partial<CompileConfig>;
  fit?: FitConfig;
  /** `changes` of a history: the script makes them, too. */
  changes?: Change[];
}

/** A file that would hold what frozen layers made of pictures: its parts, one after another. */
export interface FeatureFile {
  /** No other features have this name. */
  name: string;
  bytes: number;
  parts: number;
}
