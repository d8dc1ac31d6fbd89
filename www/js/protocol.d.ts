import type {
  CompileConfig, DatasetSummary, DeviceInfo, DeviceKind, Evaluation, FitConfig, FitEvent, History, ModelConfig,
  ModelInfo, ModelSummary, Part, Prediction, Preset,
} from "../tabfit.js";

/** A picked file and its path inside the folder; the path is read on the page (Safari clears it in a worker). */
export interface FolderEntry {
  path: string;
  file: File;
}

/** A network by the name of a preset, or written out as layers. */
export type ModelChoice = { preset: string } | { layers: ModelConfig["layers"] };

/** Everything a run needs; the form sends every field. */
export interface RunConfig {
  device: DeviceKind;
  model: ModelChoice;
  compile: CompileConfig;
  fit: FitConfig;
}

export interface PredictedPicture {
  name: string;
  thumbnail: ImageBitmap | null;
  /** Highest probability first. */
  predictions: Prediction[];
  /** Why the picture could not be read; predictions are then empty. */
  error: string | null;
}

/** What the page may ask of the worker. Each command gets exactly one reply or one error. */
export type Command =
  | { type: "start" }
  | { type: "load"; entries: FolderEntry[]; imageSize: number }
  | { type: "summary"; model: ModelChoice; imageSize: number; classes: number }
  | { type: "fit"; config: RunConfig }
  | { type: "pause" }
  | { type: "resume" }
  | { type: "stop" }
  | { type: "evaluate"; part: Part }
  | { type: "predict"; files: File[] }
  | { type: "save" }
  | { type: "open"; file: File; device: DeviceKind };

export interface Replies {
  start: { presets: Preset[]; gpu: DeviceInfo | null; /** Why there is no GPU; empty when there is one. */ gpuReason: string };
  load: { summary: DatasetSummary; /** Up to 8 pictures per class, in class order. */ thumbnails: ImageBitmap[][] };
  summary: { layers: ModelConfig["layers"]; summary: ModelSummary };
  fit: History;
  pause: void;
  resume: void;
  stop: void;
  evaluate: Evaluation;
  predict: PredictedPicture[];
  save: Uint8Array<ArrayBuffer>;
  open: ModelInfo;
}

export type WorkerEvent = FitEvent | { type: "loading"; done: number; total: number };

export type WorkerMessage =
  | { kind: "event"; event: WorkerEvent }
  | { kind: "reply"; id: number; value: unknown }
  | { kind: "error"; id: number; error: { name: string; message: string } }
  /** The worker can do nothing more: a panic, or wasm that did not load. */
  | { kind: "fatal"; message: string };
