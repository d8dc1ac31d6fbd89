/** Where the pictures of a folder stand, by id. */
export interface CarePictures {
  /** 0 is "training", 1 "validation" and 2 "test"; any other number is no part: the picture is left out. */
  parts: Uint8Array;
  /** Indices into `classNames`. */
  labels: Uint32Array;
  classNames: string[];
}

/** What was found in a folder. Pictures are named by their ids. */
export interface CareReport {
  /** Files with equal bytes, in groups of two and more. */
  exact: number[][];
  /** Pictures that look alike, the equal ones among them. */
  near: number[][];
  /** For each picture the number of its group of duplicates; one without any is alone in its group. */
  groups: Uint32Array;
  /** Duplicates in two parts: each picture of the later part, with the one most like it in each earlier part, which comes first. */
  leaks: { pictures: [number, number]; exact: boolean; /** Bits of 64 in which the hashes differ. */ distance: number }[];
  /** Duplicates in two classes. */
  otherLabels: { pictures: [number, number] }[];
  /** What is odd about single pictures, by kind and then the worst first. Scores are from 0 to 1; low is bad. */
  issues: { kind: IssueKind; picture: number; score: number }[];
  /** Null if no class has far fewer training pictures than the others. */
  classImbalance: { score: number; smallest: string; largest: string } | null;
  /** How well the class can be told from one property alone, the most first. */
  shortcuts: Shortcut[];
  /** How far near duplicates may be apart: in bits of the hash, and in grey values of a small copy (root mean square, of 255). */
  distances: { hash: number; pixels: number };
}

/** As CleanVision and cleanlab name them. */
export type IssueKind = "dark" | "light" | "blurry" | "low_information" | "odd_size" | "odd_aspect_ratio" | "grayscale" | "outlier";

export interface Shortcut {
  property: "size" | "aspect_ratio" | "brightness" | "sharpness" | "format" | "border" | "border_tone";
  /** The mean over the classes of the share that is told right, on pictures that were not learned from. */
  accuracy: number;
  /** What guessing reaches. */
  chance: number;
  /** 0 to 1; low is bad. */
  score: number;
  /** Whether the score is so low that a person should know: below 0.3. */
  issue: boolean;
}

/** What the names of files put together. */
export interface NamedGroups {
  /** The number of the group of each path; one that does not fit the pattern is alone in its group. */
  groups: Uint32Array;
  /** The name of each group; the whole path of one that does not fit. */
  names: string[];
  /** How many paths fit the pattern. */
  matched: number;
}
