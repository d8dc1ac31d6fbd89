/** The pictures one by one: what was found in them, and what a person changes of them. */

import type { DatasetSummary, Pictures as ReadPictures } from "../../tabfit.js";
import type { CareReport as Found, NamedGroups } from "../../study/tabfit.js";

/** The pictures of the folder by id. Which part and class a picture has is what counts now, after the last `revise`. */
export interface Pictures extends ReadPictures {
  /** The class that the folder gives each picture: an index into the names of the classes. */
  given: Uint32Array;
  /** 1 for the pictures that are in no part now. */
  excluded: Uint8Array;
}

export interface CareReport extends Found {
  /** What the groups of the last `revise` came from; null if it had none. */
  groupedBy: Revisions["groupedBy"];
}

/** What is changed of the folder as it was read. */
export interface Revisions {
  /** Pictures by id, with the name of another class. */
  labels: [number, string][];
  /** The ids of the pictures that are to be in no part. */
  excluded: number[];
  /** By id: pictures with equal numbers stay together in every split. */
  groups: Uint32Array | null;
  /** Whether pictures that share a group with one of a later part (training, validation, test) leave the earlier one. */
  onOneSide?: boolean;
  /** What the groups come from. */
  groupedBy?: "names" | "duplicates" | null;
  /** Nothing is changed: the answer says what would be. */
  dry?: boolean;
}

/** What the page may ask of the trainer worker about its pictures. */
export type CareCommand =
  /** Asks what is wrong with the pictures; it is found once, but anew with the parts that a run had, by id. */
  | { type: "care"; parts?: Uint8Array }
  /** Changes the folder, from what was read on: earlier changes are forgotten. */
  | { type: "revise"; changes: Revisions }
  /** Asks for the pixels of pictures, as the network sees them. */
  | { type: "pixels"; pictures: readonly number[] }
  /** Asks for the group of each path by a pattern such as `{group}_*.png`; see `groupsByName` of the part "study". */
  | { type: "groups-by-name"; pattern: string };

export interface CareReplies {
  care: CareReport & { pictures: Pictures };
  revise: { summary: DatasetSummary; /** Up to 8 pictures per class, in class order; of many classes, the last have none. */ thumbnails: ImageBitmap[][] };
  pixels: { size: number; /** RGBA, one picture after another. */ pixels: Uint8ClampedArray<ArrayBuffer> };
  "groups-by-name": NamedGroups;
}
