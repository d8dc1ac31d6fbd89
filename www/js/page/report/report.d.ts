/**
 * The report of a run, as its JSON file has it: format "tabfit-report", version 1. Numbers are as they were computed; shares are
 * from 0 to 1. Sentences are in the person's language, which `language` names. What the program does not know is an object
 * with the single member `unknown`, a sentence that says why; nothing is left out without one.
 */

import type { Change, CompileConfig, EpochRecord, FitConfig, LayerConfig, ModelSummary, Part, SkippedFile } from "../../../tabfit.js";

export interface Unknown {
  unknown: string;
}
export type Known<T> = T | Unknown;

/** A score with its 95 % interval. Null where it is not defined, as the precision of a class that was never said. */
export interface Score {
  value: number | null;
  interval: { low: number; high: number } | null;
  /** How the interval was made: "wilson" or "bootstrap", each also "-by-group"; null without one. */
  method: string | null;
}

/** A picture of the folder. */
export interface PictureName {
  path: string;
  part: Part;
  className: string;
}

export interface Times {
  /** ISO 8601, in UTC. */
  began: string;
  ended: string;
  seconds: number;
}

export interface DataPart {
  /** The name of the folder or archive that was picked; null if it has none. */
  folder: string | null;
  classNames: string[];
  /** The height and width to which every picture was stretched. */
  imageSize: number;
  /** Pictures by class in the parts that the folder has; null where it has no such part. */
  given: { training: number[]; validation: number[] | null; test: number[] | null };
  /** How many pictures the network learnt from and was validated with, after the split. */
  used: Known<{ training: number; validation: number }>;
  /** SHA-256 over one line for each picture, `content part class`, in the order of these lines. */
  hash: Known<string>;
  /** The program's own checksums of the pixels and labels of the given training and validation pictures. */
  checksums: Known<[number, number]>;
  skipped: { count: number; files: SkippedFile[] };
  /** What a person should have read before training. */
  warnings: string[];
  /** How the values of DICOM, TIFF and PNG of 16 bits became grey, in sentences; none where there are no such files. */
  greys: string[];
  revisions: Known<{ relabelled: { path: string; from: string; to: string }[]; excluded: string[] }>;
  /** Every picture, up to 20,000: its path, part, class and the hash of its file, and whether a person excluded it, so that `hash` is not of it. */
  pictures: Known<{ path: string; part: Part; className: string; content: string; excluded: boolean }[]>;
}

export interface SplitPart {
  /** Sentences: how the parts came about, and at which level they are disjoint. */
  sentences: string[];
  level: "picture" | "duplicate group" | "group" | "mixed" | "not known";
  seed: number | null;
  validationSplit: unknown;
  /** Which pictures were learned from and which were held out, such as "0-11,13": places in the list `data.pictures`, from 0 on. */
  ids: Known<{ training: string; validation: string | null }>;
}

/** The folds of a cross-validation of which the run was one. */
export interface FoldsPart {
  folds: number;
  /** From 0. */
  fold: number;
  /** Each fold on the pictures that it held out; the mean of all, and their standard deviation by n - 1. */
  results: Known<{
    done: { fold: number; images: number; accuracy: number; loss: number | null }[];
    accuracy: { mean: number; deviation: number | null };
    loss: { mean: number; deviation: number | null };
  }>;
}

export interface CarePart {
  exactGroups: number;
  nearGroups: number;
  /** Up to which distances two pictures count as alike. */
  distances: { hash: number; pixels: number };
  /** Pairs of alike pictures on two sides of a split. */
  leaks: { count: number; pairs: { pictures: [PictureName, PictureName]; exact: boolean; distance: number }[] };
  otherLabels: { count: number; pairs: { pictures: [PictureName, PictureName] }[] };
  /** By kind: how many pictures, and the worst of them; a score is from 0 to 1, and low is bad. */
  issues: { kind: string; count: number; worst: { path: string; score: number }[] }[];
  classImbalance: { score: number; smallest: string; largest: string } | null;
  /** How well the class can be told from a property alone; `issue`: so well that a person should know. */
  shortcuts: { property: string; accuracy: number; chance: number; score: number; issue: boolean }[];
}

export interface NetworkPart {
  /** What it is called: a preset, or what else it was. */
  name: string | null;
  weightsBegan: Known<string>;
  layers: ModelSummary["layers"];
  parameters: number;
  trainable: number;
  /** The layers with their arguments, from which the same network can be made. */
  config: Known<LayerConfig[]>;
  temperature: number | null;
}

export interface SoftwarePart {
  tabfit: string | null;
  browser: string;
  device: string;
  threads: number | null;
  /** Where the run was interrupted and went on. */
  resumed: { epoch: number; step: number; device: string; threads: number }[];
}

export interface CurvesPart {
  epochs: EpochRecord[];
  stopped: "completed" | "callback" | "aborted";
  /** What the curves show, one sentence. */
  reading: string;
  notes: string[];
  /** What a person changed while the run went on. */
  changes: Change[];
  steered: string[];
}

export interface ClassScores {
  className: string;
  support: number;
  sensitivity: Score;
  specificity: Score;
  precision: Score;
  /** The negative predictive value. */
  npv: Score;
  f1: Score;
  auc: Score;
  averagePrecision: Score;
}

export interface CalibrationPart {
  bins: { low: number; high: number; count: number; confidence: number | null; accuracy: number | null; interval: { low: number; high: number } | null }[];
  ece: number | null;
  mce: number | null;
}

export interface ClassCurves {
  className: string;
  roc: { falsePositives: number[]; truePositives: number[]; auc: Score };
  precisionRecall: { recall: number[]; precision: number[]; averagePrecision: Score };
}

export interface EvaluationPart {
  images: number;
  /** By name, in the order in which they are shown: accuracy, balanced accuracy and so on. */
  scores: { key: string; name: string; score: Score }[];
  perClass: ClassScores[];
  /** `[true class][said class]`, in the order of the classes. */
  confusionMatrix: number[][];
  calibration: Known<CalibrationPart>;
  /** Of each class, of very many only the first. */
  curves: Known<ClassCurves[]>;
  /** How the intervals were made, in sentences; and what else there is to know of these numbers. */
  intervals: string[];
  methods: string[];
}

export interface FailuresPart {
  part: Part;
  wrong: number;
  /** Pictures that are unlike the training pictures; null if the network does not remember those. */
  unlike: number | null;
  images: number;
  /** Those with the greatest loss first. */
  worst: Failure[];
}

export interface Failure {
  path: string;
  className: string;
  said: string;
  /** Of what was said. */
  probability: number;
  loss: number | null;
  /** Distance from the training pictures as a multiple of the threshold: above 1 is unlike them. Null if it is not known. */
  unlike: number | null;
  /** A `data:` address of what the network saw; null if pictures were not wished. */
  thumbnail: string | null;
}

/** An item of the checklist CLAIM of 2020. */
export interface ClaimItem {
  number: number;
  topic: string;
  /** "filled": by the program. "partly": the program says what it knows, and a person adds the rest. "blank": a person writes it. */
  state: "filled" | "partly" | "blank";
  answers: string[];
}

export interface Report {
  format: "tabfit-report";
  version: 1;
  language: "en" | "de";
  /** ISO 8601, in UTC. */
  made: string;
  /** What the run is called. */
  name: string;
  note: string;
  time: Known<Times>;
  data: Known<DataPart>;
  split: Known<SplitPart>;
  care: Known<CarePart>;
  network: NetworkPart;
  settings: Known<{ compile: CompileConfig; fit: FitConfig }>;
  software: SoftwarePart;
  curves: Known<CurvesPart>;
  /** Null if the run was no fold of a cross-validation. */
  folds: FoldsPart | null;
  evaluation: Record<Part, Known<EvaluationPart>>;
  testOpened: Known<{ times: number }>;
  failures: Known<FailuresPart>;
  claim: ClaimItem[];
}

/** A report before the checklist is filled in from it. */
export type Told = Omit<Report, "claim">;

/** What the program knows of an item of the checklist. */
export interface Answer {
  /** Nothing is left for a person to add. */
  all?: boolean;
  answers: string[];
}
