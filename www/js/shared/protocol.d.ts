import type {
  CompileConfig, DatasetSummary, DeviceInfo, DeviceKind, Evaluation, FitConfig, FitEvent, History, ModelConfig,
  ModelInfo, ModelSummary, Part, Prediction, Preset,
} from "../../tabfit.js";

/** A picked file and its path inside the folder; the path is read on the page (Safari clears it in a worker). */
export interface FolderEntry {
  path: string;
  file: File;
}

/** How the network in memory is trained on. */
export interface KeptChoice {
  /** Its last layer is drawn anew, for the classes of the pictures. */
  replaceHead: boolean;
  /** The layers that do not learn, by name. */
  frozen: string[];
}

/** A new network, by the name of a preset or written out as layers; or the one in memory. */
export type ModelChoice = NewModel | { kept: KeptChoice };
export type NewModel = { preset: string } | { layers: ModelConfig["layers"] };

/** A run that was broken off and can go on, as the page tells of it. */
export interface UnfinishedRun {
  /** When it was saved, in milliseconds since 1970. */
  date: number;
  /** Where it trained: only there its numbers come out the same to the last bit. */
  device: DeviceKind;
  /** Finished epochs, of the planned ones. */
  epoch: number;
  epochs: number;
  classNames: string[];
  imageSize: number;
}

/** A file that a callback wrote; it lies in the browser's own storage. */
export interface StoredFile {
  path: string;
  /** Bytes. */
  size: number;
}

export type ExportFormat = "safetensors" | "tfjs" | "onnx" | "keras";

/** Everything a run needs; the form sends every field. */
export interface RunConfig {
  device: DeviceKind;
  /** Of the processor, where it trains. */
  threads: number;
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
  /** What could go on, and the files of the last run. */
  | { type: "stored" }
  | { type: "load"; entries: FolderEntry[]; imageSize: number; /** For which a GPU may get ready. */ run: RunConfig | null }
  | { type: "summary"; model: NewModel; imageSize: number; classes: number }
  | { type: "fit"; config: RunConfig }
  /** Goes on with the unfinished run from its last saved point. */
  | { type: "go-on"; device: DeviceKind; threads: number }
  | { type: "pause" }
  | { type: "resume" }
  | { type: "stop" }
  | { type: "evaluate"; part: Part }
  | { type: "predict"; files: File[] }
  | { type: "save" }
  | { type: "export"; format: ExportFormat }
  | { type: "keras-code"; model: ModelChoice; compile: CompileConfig; fit: FitConfig }
  /** A stored file, to download. */
  | { type: "file"; path: string }
  /** Forgets the unfinished run. */
  | { type: "discard" }
  /** Forgets all that is stored in this browser. */
  | { type: "forget" }
  /** A `.tabfit` file, or the files of another format that is understood. */
  | { type: "open"; files: File[]; device: DeviceKind }
  | { type: "info" };

export interface Replies {
  start: { presets: Preset[]; /** Of the processor. */ cores: number; gpu: DeviceInfo | null; /** Why there is no GPU; empty when there is one. */ gpuReason: string };
  stored: { unfinished: UnfinishedRun | null; files: StoredFile[] };
  load: { summary: DatasetSummary; /** Up to 8 pictures per class, in class order. */ thumbnails: ImageBitmap[][] };
  summary: { layers: ModelConfig["layers"]; summary: ModelSummary };
  fit: History;
  "go-on": History;
  pause: void;
  resume: void;
  stop: void;
  evaluate: Evaluation;
  predict: PredictedPicture[];
  save: Uint8Array<ArrayBuffer>;
  export: { name: string; bytes: Uint8Array<ArrayBuffer> }[];
  "keras-code": string;
  file: File;
  discard: void;
  forget: void;
  open: ModelInfo;
  info: ModelInfo;
}

/** What the page hears of a run. */
export type RunEvent =
  | Exclude<FitEvent, { type: "file" }>
  /** What a continued run has behind it; its "start" follows. */
  | { type: "continue"; history: History | null }
  | { type: "files"; files: StoredFile[] }
  /** Something could not be stored; training goes on. */
  | { type: "trouble"; message: string };

export type WorkerEvent = RunEvent | { type: "loading"; done: number; total: number };

export type WorkerMessage =
  | { kind: "event"; event: WorkerEvent }
  | { kind: "reply"; id: number; value: unknown }
  | { kind: "error"; id: number; error: { name: string; message: string } }
  /** The worker can do nothing more: a panic, or wasm that did not load. */
  | { kind: "fatal"; message: string };
