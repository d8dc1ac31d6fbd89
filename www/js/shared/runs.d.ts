/** Runs as they are listed, compared, and written to one file. */

import type { FoldResults } from "./decisions.js";
import type { DeviceKind, EpochRecord, Evaluation, History, Part, RunManifest } from "../../tabfit.js";

/** Where a run that was not trained here comes from. */
export interface Imported {
  /** A file of this page, a log of Keras's CSVLogger, or event files of TensorBoard. */
  from: "tabfit" | "csv" | "tensorboard";
  /** The name of the file, or of the folder. */
  file: string;
}

/** What a run is, in its manifest and in its file. */
export interface RunAbout {
  /** What the person calls it. */
  name: string;
  /** What the person notes of it. */
  note?: string;
  /** When it ended, or was last saved, in milliseconds since 1970. */
  date: number;
  /** The preset, or what else the network was called when the run began; a run of an older version lacks it. */
  network?: string;
  /** How its weights began: at random, as those of a network that was trained or opened before, or as those of a preset that has learnt before. */
  began?: "random" | "kept" | `pretrained:${string}`;
  /** What its split kept together; null if nothing. Absent in a run of an older version. */
  groupedBy?: "names" | "duplicates" | null;
  /** What the folds of its cross-validation had reached when it ended; absent in other runs. */
  folds?: FoldResults;
  classNames: string[];
  /** 0 if it is not known, as of most imported runs. */
  imageSize: number;
  /** Finished epochs, of the planned ones. */
  epoch: number;
  epochs: number;
  /** Null if it is not known. */
  device: DeviceKind | null;
  browser: string;
  /** The numbers of its last epoch. */
  last: EpochRecord | null;
  /** The best accuracy on validation pictures, and the first learning rate. Absent in a run of an older version. */
  best?: number | null;
  rate?: number | null;
  scores: Partial<Record<Part, Evaluation>>;
  /** How it was trained; null if that is not known. */
  run: RunManifest | null;
  /** Absent in a run of this browser. */
  imported?: Imported;
}

/** A run without its weights: what is compared, exported and imported. */
export interface Run {
  about: RunAbout;
  history: History | null;
}

/** A row of the table of runs. Null stands for what is not known. */
export interface RunLine {
  id: string;
  name: string;
  note: string;
  date: number;
  network: string | null;
  /** Training pictures. */
  pictures: number | null;
  classes: number | null;
  imageSize: number | null;
  device: DeviceKind | null;
  optimizer: string | null;
  /** The first one. */
  rate: number | null;
  batchSize: number | null;
  epoch: number;
  epochs: number;
  accuracy: number | null;
  best: number | null;
  valAccuracy: number | null;
  valLoss: number | null;
  testAccuracy: number | null;
  imported: Imported | null;
  /** If not, it can go on. */
  ended: boolean;
  /** Another tab trains it. */
  elsewhere: boolean;
}

/** What the page may ask of the trainer worker about its runs. */
export type RunsCommand =
  /** Asks for all runs, as rows of a table. */
  | { type: "runs" }
  /** Asks for the settings, scores and curves of a run. */
  | { type: "run"; id: string }
  | { type: "note"; id: string; note: string }
  | { type: "drop-runs"; ids: readonly string[] }
  /** Keeps runs that were not trained here. */
  | { type: "import-runs"; runs: readonly Run[] };

export interface RunsReplies {
  runs: { runs: RunLine[]; /** Why none can be kept, a clause; empty if they can. */ why: string };
  run: Run;
  note: void;
  "drop-runs": void;
  "import-runs": { /** Of those that are kept now. */ ids: string[]; /** Why the others, which come after them, are not; a clause. */ why: string };
}
