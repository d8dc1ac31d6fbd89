/** What the page may ask about the answers of the network in memory, and what the trainer worker says. */

import type { AtThreshold, Calibration, Comparison, Curves, LabelIssue, ScoresReport, ThresholdRule, Value } from "../../study/tabfit.js";
import type { GradCam, Part } from "../../tabfit.js";

/** The answer to one picture of an evaluation. */
export interface StudyPicture {
  /** The index of the picture in its folder, which no split or change of labels changes. */
  id: number;
  path: string;
  /** The true and the said class: indices of `classNames`. */
  label: number;
  said: number;
  /** Of the said class. */
  probability: number;
  /** The cross-entropy: -ln of the probability of `label`. */
  loss: number;
  /** How unlike it is to the training pictures: above 1 is unlike. Null if the network remembers none. */
  unlike: number | null;
}

/** What an evaluation of a part says. */
export interface Study {
  part: Part;
  classNames: string[];
  scores: ScoresReport;
  calibration: Calibration;
  /** `[true class][said class]`: the number of pictures. */
  confusionMatrix: number[][];
  /** In the order of `probabilities`. */
  pictures: StudyPicture[];
  /** `[pictures, classes]`, after the temperature if there is one. */
  probabilities: Float32Array<ArrayBuffer>;
  temperature: number | null;
  /** How many times the test part of this folder was scored in this browser; null if that is not kept. Only for "test". */
  opened: number | null;
  /** What can be studied now. */
  parts: Part[];
}

/** What a threshold does on a part. */
export interface Operating extends AtThreshold {
  part: Part;
  images: number;
  /** The pictures of the class. */
  positives: number;
}

/** A picture of a folder that the network was asked about. */
export interface FolderAnswer {
  path: string;
  /** The most probable class, an index of `classNames`; null if the picture could not be read. */
  said: number | null;
  /** In the order of `classNames`. */
  probabilities: Float32Array<ArrayBuffer> | null;
  /** How unlike it is to the training pictures: above 1 is unlike. Null if the network remembers none. */
  unlike: number | null;
  /** Why it could not be read; null if it could. */
  error: string | null;
}

/** A network of a comparison. */
export interface Compared {
  name: string;
  accuracy: Value;
}

export type StudyCommand =
  /** Asks what the last evaluation of a part says, and evaluates it first if there was none; `stop` stops that. */
  | { type: "study"; part: Part }
  /** Asks how sure the accuracy on a part is that was just scored; nothing is scored for it. */
  | { type: "certainty"; part: Part }
  /** Without `intervals` the areas have none, which is much quicker: they are those of the scores. */
  | { type: "curves"; part: Part; classIndex: number; intervals?: boolean }
  /** Chooses a threshold on the validation part, and reads it there and on the test part if that was scored. */
  | { type: "at-threshold"; classIndex: number; rule: ThresholdRule | { threshold: number } }
  /** Asks which labels of the validation part, and of the test part if it was scored, are probably wrong. */
  | { type: "label-issues" }
  /** Fits a temperature on the validation part and sets it, or takes it back. */
  | { type: "calibrate"; wished: boolean }
  /** Asks what in a picture speaks for a class: in a file, or in one of the folder by its id. */
  | { type: "grad-cam"; picture: number | File; className?: string }
  /** Compares the network in memory with that of a kept run on one part. */
  | { type: "compare"; run: string; part: Part }
  /** Asks about the pictures of a folder, or of zip archives, that `entries` handed over; `stop` ends it with what is known by then. */
  | { type: "predict-many" };

export interface StudyReplies {
  study: Study;
  /** Null if the answers are not known. `opened` as in `Study`. */
  certainty: { accuracy: Value; opened: number | null } | null;
  curves: Curves;
  "at-threshold": { threshold: number | null; chosen: Operating | null; read: Operating | null };
  "label-issues": (Omit<LabelIssue, "picture"> & { /** Its id. */ picture: number; path: string; part: Part })[];
  /** The log loss on the validation part without and with it; null if it was taken back. */
  calibrate: { temperature: number | null; before: number | null; after: number | null };
  "grad-cam": GradCam;
  /** `first` is the network in memory. */
  compare: Comparison & {
    part: Part; images: number; first: Compared; second: Compared;
    both: number; onlyFirst: number; onlySecond: number; neither: number;
  };
  "predict-many": { classNames: string[]; stopped: boolean; pictures: FolderAnswer[] };
}
