/** The messages between the page and the trainer worker. */

import type {
  AugmentConfig, Change, CompileConfig, DatasetSummary, DeviceInfo, DeviceKind, EpochRecord, Evaluation, ExportFormat, FitConfig, FitEvent,
  History, Inside, ModelConfig, ModelInfo, ModelSummary, Part, Pixels, Prediction, Preset, RunNeeds, Steering,
} from "../../tabfit.js";
import type { CareCommand, CareReplies } from "./care.js";
import type { DecisionsCommand, DecisionsReplies } from "./decisions.js";
import type { RunsCommand, RunsReplies } from "./runs.js";
import type { StudyCommand, StudyReplies } from "./study.js";

/** A picked file and its path inside the folder. */
export interface FolderEntry {
  path: string;
  /** Null if its name is none that is read, or if the browser could not open it. */
  file: File | null;
}

/** The best answers of a network if it was trained on such pixels. */
export interface PixelsAnswer {
  pixels: Pixels;
  best: Prediction[];
}

/** How training goes on with the network in memory. */
export interface KeptChoice {
  /** The last layer gets new random weights, for the classes of the pictures. */
  replaceHead: boolean;
  /** The names of the layers that do not learn. */
  frozen: string[];
  /** Its optimizer, loss and metrics go on as they were, and those of the form are not used. */
  sameOptimizer: boolean;
}

/** A new network, by the name of a preset or written out as layers; or the one in memory. */
export type ModelChoice = NewModel | { kept: KeptChoice };
export type NewModel = ({ preset: string } | { layers: ModelConfig["layers"] }) & {
  /** The preset that has learnt before, and whose weights the new network gets; null or absent if all of them are random. */
  pretrained?: string | null;
};

/** A run that did not reach its end and can go on. */
export interface UnfinishedRun {
  /** When its checkpoint was saved, in milliseconds since 1970. */
  date: number;
  /** The device it trained on: on another one the numbers would differ in the last bits. */
  device: DeviceKind;
  /** How many threads of the processor it trained on; null on a GPU, or if an older version saved it. */
  threads: number | null;
  /** Finished epochs, of the planned ones. */
  epoch: number;
  epochs: number;
  classNames: string[];
  imageSize: number;
}

/** A file that a callback wrote, in the browser's private storage. */
export interface StoredFile {
  path: string;
  /** Bytes. */
  size: number;
}

/** A run that is kept in this browser. */
export interface KeptRun {
  id: string;
  name: string;
  /** When it ended, or was last saved, in milliseconds since 1970. */
  date: number;
  classNames: string[];
  imageSize: number;
  /** Finished epochs, of the planned ones. */
  epoch: number;
  epochs: number;
  /** The most honest one that is known, and on which pictures it was measured. */
  accuracy: { part: Part; value: number } | null;
  /** Bytes. */
  size: number;
  /** Whether its weights are kept, too; if not, only its curves, settings and scores are. */
  weights: boolean;
  /** If not, it can go on. */
  ended: boolean;
  /** Another tab trains it. */
  elsewhere: boolean;
  /** It was not trained here, and has no network. */
  imported: boolean;
}

/** Everything that this page keeps in the browser. */
export interface Kept {
  runs: KeptRun[];
  /** Bytes of what frozen layers made of pictures. */
  features: number;
  /** How many decisions about pictures: left out, or of another class. */
  decisions: number;
  /** The run of the network in memory, if that network is kept. */
  current: string | null;
  /** With more networks than this, the page asks whose weights to drop. */
  most: number;
  /** There was no space for the network in memory. */
  unkept: boolean;
  /** The person keeps nothing on this computer. */
  nothing: boolean;
  /** Why nothing can be kept; empty if something can. */
  why: string;
  /** Bytes that the page uses, and that the browser allows it; null if it does not say. */
  space: { usage: number; quota: number } | null;
}

/** A kept run that was opened. */
export interface OpenedRun {
  /** Null if its weights are no longer kept; the network in memory is then the one before. */
  info: ModelInfo | null;
  history: History | null;
  scores: Partial<Record<Part, Evaluation>>;
  epochs: number;
}

/** Everything a new run needs. */
export interface RunConfig {
  device: DeviceKind;
  /** How many threads train when the device is the processor; where the page has proposed that number, at most one for each core. */
  threads: number;
  threadsProposed: boolean;
  model: ModelChoice;
  compile: CompileConfig;
  fit: FitConfig;
}

/** What a run will take. */
export interface RunEstimate {
  needs: RunNeeds;
  /** The pictures of a step, as the form has it. */
  batchSize: number;
  /** Before the first epoch, for the frozen layers that run once; 0 without any. */
  once: number;
  /** Of an epoch, from one measured step; null if the run does not fit. */
  seconds: number | null;
}

export interface PredictedPicture {
  name: string;
  thumbnail: ImageBitmap | null;
  /** Highest probability first. */
  predictions: Prediction[];
  /** How unlike it is to the training pictures: above 1 is unlike. Null if the network remembers none. */
  unlike: number | null;
  /** Why the picture could not be read; predictions are then empty. */
  error: string | null;
}

/** A network on its way to another worker. */
export interface HandedNetwork {
  /** A `.tabfit` file, with the checkpoint if its run can go on. */
  bytes: Uint8Array<ArrayBuffer>;
  /** The stored run that it is of; null if it came from a file or is not kept. */
  run: string | null;
}

/** What the page may ask of the trainer worker. Each command gets exactly one reply or one error. */
export type Command =
  | { type: "start" }
  /** Asks for the unfinished run, the files of the last run, and everything that is kept. */
  | { type: "stored" }
  /** Hands over some of the files that the next `load` reads: all at once would stop the page for seconds. */
  | { type: "entries"; entries: FolderEntry[]; first: boolean }
  | { type: "load"; imageSize: number; /** The run that will probably follow, so that the GPU's kernels can be compiled meanwhile. */ run: RunConfig | null; /** How many threads of the processor that run will train on, so that they can be started meanwhile; null on a GPU. */ threads: number | null }
  | { type: "summary"; model: NewModel; imageSize: number; classes: number }
  /** Asks what the run will take; refused as soon as something else is to be done. */
  | { type: "measure"; config: RunConfig }
  | { type: "fit"; config: RunConfig }
  /** Asks what augmentation makes of a training picture; the index is taken around the number of pictures. */
  | { type: "augmented-copies"; picture: number; copies: number; augment: AugmentConfig; seed: number }
  /** Goes on with the unfinished run from its last checkpoint. */
  | { type: "go-on"; device: DeviceKind; threads: number }
  | { type: "pause" }
  | { type: "resume" }
  | { type: "stop" }
  /** Runs one step of the run that is paused. */
  | { type: "one-step" }
  /** Whether the last step of each epoch is looked at, from now on. */
  | { type: "watch"; wished: boolean }
  /** Asks what the layers make of a picture: of a file, or of a training picture; its index is taken around their number. */
  | { type: "inside"; picture: File | number }
  /** Changes the run that goes on, from its next step on. */
  | { type: "steer"; change: Steering }
  | { type: "evaluate"; part: Part }
  | { type: "predict"; files: File[] }
  /** Asks for the best answers for one picture, without a thumbnail and as often as the page likes. */
  | { type: "answer"; picture: Blob }
  | { type: "save"; /** The optimizer's state too, to go on as if nothing had happened. */ includeOptimizer: boolean }
  | /* Asks for a history as CSV. */ { type: "history-csv"; records: readonly EpochRecord[] }
  | { type: "export"; format: ExportFormat | "run"; /** The model card that lies beside the files; empty for none. */ card: string }
  | { type: "keras-code"; model: ModelChoice; compile: CompileConfig; fit: FitConfig; /** What was changed in the run that is shown. */ changes: Change[] }
  | /* Asks for a stored file, to download it. */ { type: "file"; path: string }
  | /* Asks for all stored files in one zip archive. */ { type: "all-files" }
  | /* Removes the unfinished run. */ { type: "discard" }
  | /* Removes everything that is stored in this browser. */ { type: "forget" }
  /** Removes what frozen layers made of pictures. */
  | { type: "forget-features" }
  /** From now on nothing is kept, or something is again. */
  | { type: "keep-nothing"; wished: boolean }
  | { type: "open-kept"; id: string; device: DeviceKind }
  | { type: "rename"; id: string; name: string }
  /** Deletes a kept run, or its weights and files only. */
  | { type: "drop"; id: string; weightsOnly: boolean }
  /** Asks for a kept network as a `.tabfit` file. */
  | { type: "kept-file"; id: string; includeOptimizer: boolean }
  | RunsCommand
  | CareCommand
  | DecisionsCommand
  | StudyCommand
  /** Opens a `.tabfit` file, or the files of another format. */
  | { type: "open"; files: File[]; device: DeviceKind }
  /** Tells what pixels the network was trained on, or what its classes are called. */
  | { type: "set-pixels"; pixels: Pixels } | { type: "set-class-names"; classNames: string[] }
  /** Asks what the network answers for a picture, for each kind of pixels that it may have been trained on. */
  | { type: "try-pixels"; file: File }
  /** Asks for the network, for a worker that takes the place of this one. */
  | { type: "hand-over" }
  | ({ type: "take-over"; device: DeviceKind } & HandedNetwork)
  | { type: "info" };

export interface Replies extends RunsReplies, CareReplies, DecisionsReplies, StudyReplies {
  start: { presets: Preset[]; /** How many the processor has. */ cores: number; /** The best that the loaded part of the program trains on. */ part: DeviceKind; gpu: DeviceInfo | null; /** Why there is no GPU; empty if there is one. */ gpuReason: string };
  stored: { unfinished: UnfinishedRun | null; files: StoredFile[]; kept: Kept; /** Why the search for them failed; empty if it did not. */ trouble: string };
  entries: void;
  load: { summary: DatasetSummary; /** Up to 8 pictures per class, in class order; of many classes, the last have none. */ thumbnails: ImageBitmap[][] };
  summary: { layers: ModelConfig["layers"]; summary: ModelSummary };
  measure: RunEstimate;
  fit: History;
  "augmented-copies": { size: number; /** RGBA, one copy after another. */ pixels: Uint8ClampedArray<ArrayBuffer> };
  "go-on": History;
  pause: void;
  resume: void;
  stop: void;
  steer: void;
  "one-step": void;
  watch: void;
  inside: { inside: Inside; name: string; thumbnail: ImageBitmap | null };
  evaluate: Evaluation;
  predict: PredictedPicture[];
  answer: { best: Prediction[]; milliseconds: number };
  save: Uint8Array<ArrayBuffer>;
  "history-csv": string;
  /** A zip archive of the files of the format and the model card. */
  export: { name: string; content: Blob };
  "keras-code": string;
  file: Blob;
  "all-files": Blob;
  discard: void;
  forget: void;
  "forget-features": void;
  "keep-nothing": void;
  "open-kept": OpenedRun;
  rename: void;
  drop: void;
  "kept-file": Uint8Array<ArrayBuffer>;
  open: ModelInfo;
  "set-pixels": ModelInfo;
  "set-class-names": ModelInfo;
  "try-pixels": PixelsAnswer[];
  "hand-over": HandedNetwork | null;
  "take-over": void;
  info: ModelInfo;
}

/** The events of a run. */
export type RunEvent =
  | Exclude<FitEvent, { type: "file" | "missing-features" | "restored-features" }>
  /** An unfinished run goes on: what it has done so far. Its "start" event follows. */
  | { type: "continue"; history: History | null }
  /** What the preset has learnt before is being loaded: so many bytes have come. */
  | { type: "learnt"; name: string; loaded: number }
  | { type: "files"; files: StoredFile[] }
  /** Something could not be stored; training goes on. */
  | { type: "trouble"; message: string }
  /** What the frozen layers make of the pictures was read in this browser, or is kept there from now on; or why not. */
  | { type: "kept-features"; what: "read" | "kept" | "refused" | "unread" | "unkept"; /** Of the files. */ bytes: number; /** A clause; empty if all went well. */ why: string }
  /** What `stored` answers has changed: another tab no longer trains a run. */
  | { type: "stored" }
  /** What is kept has changed, here or in another tab. */
  | { type: "kept"; kept: Kept };

export type WorkerEvent =
  | RunEvent
  /** The GPU was lost, or refused its work: only another trainer worker can open it anew. */
  | { type: "gpu-failed" }
  /** How many threads are worth starting, if the browser has promised more cores than it has. */
  | { type: "cores"; cores: number }
  | { type: "loading"; done: number; total: number }
  /** So many pictures of a folder have their answers. */
  | { type: "predicted"; done: number; total: number };

export type WorkerMessage =
  | { kind: "event"; event: WorkerEvent }
  | { kind: "reply"; id: number; value: unknown }
  | { kind: "error"; id: number; error: { name: string; message: string } }
  /** The trainer worker is unusable: it panicked, or its wasm did not load. */
  | { kind: "fatal"; message: string };
