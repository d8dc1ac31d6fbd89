/** What a person decides about pictures, and how far the folds of a cross-validation have come: both outlive a reload. */

import type { RunConfig } from "./protocol.js";
import type { Pictures } from "./care.js";

/** A picture that is left out, or that counts as one of another class. Its file on the disk stays as it is. */
export interface DecisionRecord {
  /** The checksum of the file's bytes, by which the picture is found again under any name. */
  content: string;
  /** Where the picture was when this was decided: it tells copies of one file apart. */
  path: string;
  /** The class that its folder gives it. */
  given: string;
  /** The class that it counts as; null if it is left out. */
  label: string | null;
}

/** A fold that was trained and scored on the pictures that it held out. */
export interface FoldDone {
  fold: number;
  images: number;
  accuracy: number;
  /** Null if it is no number. */
  loss: number | null;
  /** How long it took. */
  seconds: number;
}

/** What the folds of a cross-validation have reached. */
export interface FoldResults {
  folds: number;
  done: FoldDone[];
}

/** A cross-validation: its folds are trained one after the other. */
export interface FoldPlan {
  format: 1;
  /** The settings of all folds; which fold is held out is not in them. */
  config: RunConfig;
  /** What is kept together, as the form has it, and the pattern of names. */
  groupBy: string;
  pattern: string;
  /** Side of the pictures in pixels. */
  imageSize: number;
  folds: number;
  done: FoldDone[];
  /** The fold that trains, or that was stopped and can go on; null if none has begun that is not done. */
  running: number | null;
}

/** What the splits of a run keep together, as the form has it. */
export interface Grouping {
  by: string;
  /** Of names. */
  pattern: string;
}

/** What the page may ask of the trainer worker about them. */
export type DecisionsCommand =
  /** Asks for the decisions about pictures that are loaded: those that are kept, and those of `more` that are of them. */
  | { type: "decisions"; more: readonly DecisionRecord[] }
  /** Keeps these as all decisions about the pictures that are loaded. */
  | { type: "keep-decisions"; records: readonly DecisionRecord[] }
  /** Removes the kept decisions about all pictures. */
  | { type: "forget-decisions" }
  /** What the run keeps together that could go on. */
  | { type: "grouping" }
  /** Keeps it; null removes it. */
  | { type: "keep-grouping"; grouping: Grouping | null }
  | { type: "folds" }
  /** Names the kept network of a fold, and keeps what the folds have reached with it. */
  | { type: "fold-done"; id: string; name: string; folds: FoldResults }
  /** Keeps how far the folds have come; null removes it. */
  | { type: "keep-folds"; plan: FoldPlan | null };

export interface DecisionsReplies {
  /** `pictures` is null if there are no records. */
  decisions: { records: DecisionRecord[]; pictures: Pictures | null };
  /** Why they are not kept, a clause; empty if they are. */
  "keep-decisions": string;
  "forget-decisions": void;
  grouping: Grouping | null;
  "keep-grouping": void;
  folds: FoldPlan | null;
  "fold-done": void;
  "keep-folds": void;
}
