/** How the 95 % interval of a score was computed; "none" where there is no interval. */
export type IntervalMethod = "wilson" | "wilson-by-group" | "bootstrap" | "bootstrap-by-group" | "none";

/** A 95 % interval. */
export interface Interval { low: number; high: number }

/** A score with its 95 % interval. Nothing is ever NaN. */
export interface Value {
  /** Null where the score is not defined, such as the precision of a class that was never said. */
  value: number | null;
  /** Null where there is too little to say, such as of an AUC where no answer is wrong. */
  interval: Interval | null;
  method: IntervalMethod;
}

export interface ResampleOptions {
  /** One number for each picture: those with equal numbers belong together and are drawn together. */
  groups?: Uint32Array;
  /** Equal seeds give equal intervals; 1. */
  seed?: number;
  /** 1,000. Fewer are drawn where pictures or classes are very many. */
  resamples?: number;
}

/** The scores of one class against the rest; the class with the highest probability is the one that is said. */
export interface ClassReport {
  className: string;
  /** The number of pictures of the class, and of pictures that were taken for it. */
  support: number;
  said: number;
  /** The share of its pictures that were taken for it, also called recall, and of the others that were not. */
  sensitivity: Value;
  specificity: Value;
  /** The share of those taken for it that are of it (positive predictive value), and of the others that are not (negative). */
  precision: Value;
  npv: Value;
  f1: Value;
  /** The area under the ROC curve. */
  auc: Value;
  averagePrecision: Value;
}

/** All scores are from 0 to 1 and better high, unless it is said otherwise. */
export interface ScoresReport {
  images: number;
  /** As many as pictures if each stands for itself. */
  groups: number;
  seed: number;
  /** How many resamples were drawn. */
  resamples: number;
  /** `[true class][said class]`: the number of pictures. */
  confusionMatrix: number[][];
  accuracy: Value;
  /** The mean sensitivity of the classes that have pictures. */
  balancedAccuracy: Value;
  /** Matthews's correlation coefficient, -1 to 1. Null if all pictures are of one class or were taken for one. */
  mcc: Value;
  /** 0 to about 16, better low. */
  logLoss: Value;
  /** 0 to 2, of two classes 0 to 1; better low. It is the sum of the next two, which have no interval. */
  brier: Value;
  /** What a recalibration would take away, and what is left then. */
  brierCalibration: Value;
  brierRefinement: Value;
  /** The share of the pictures whose class is among the k most probable; k = 2, 3 and 5 below the number of classes. */
  topK: ({ k: number } & Value)[];
  macroF1: Value;
  macroAuc: Value;
  perClass: ClassReport[];
  /** Which score to look at first, and why; null if fewer than two classes have pictures. */
  advice: { metric: "accuracy" | "balancedAccuracy" | "auc"; sentence: string } | null;
}

/** Both curves of a class, from the highest threshold (Infinity: nothing is called) to the lowest. Empty where not defined. */
export interface Curves {
  roc: { fpr: Float64Array; tpr: Float64Array; thresholds: Float64Array; auc: Value };
  pr: { recall: Float64Array; precision: Float64Array; thresholds: Float64Array; averagePrecision: Value };
}

/** "sensitivity" and "specificity" name a share from 0 to 1 that must be reached at least. */
export type ThresholdRule = "youden" | "f1" | { sensitivity: number } | { specificity: number };

/** What a threshold does: pictures whose probability of the class is at least it are called. */
export interface AtThreshold {
  truePositives: number;
  falsePositives: number;
  trueNegatives: number;
  falseNegatives: number;
  sensitivity: Value;
  specificity: Value;
  precision: Value;
  npv: Value;
  accuracy: Value;
}

/** A bin holds the probabilities above `low` up to `high`; what is null is of an empty bin. */
export interface ReliabilityBin {
  low: number;
  high: number;
  count: number;
  /** The mean probability, and the share of answers that are right, with its interval. */
  confidence: number | null;
  accuracy: number | null;
  interval: Interval | null;
}

/** A reliability diagram; the numbers are null without pictures. */
export interface Calibration {
  bins: ReliabilityBin[];
  /** The expected and the maximum calibration error, 0 to 1, better low. */
  ece: number | null;
  /** Where `ece` lies in 95 of 100 cases if the probabilities mean exactly what they say: what few pictures alone bring about. */
  eceIfCalibrated: Interval | null;
  mce: number | null;
  brier: number | null;
  brierCalibration: number | null;
  brierRefinement: number | null;
}

export interface FittedTemperature {
  /** Above 1 the network was too sure of itself; 0.05 to 20. */
  temperature: number;
  /** The log loss without and with it. */
  before: number;
  after: number;
  /** Whether the best temperature lies beyond the ends: all answers are right, or they are worse than chance. */
  atLimit: boolean;
}

/** Two networks on the same pictures. A difference is the first one's score minus the second's. */
export interface Comparison {
  mcnemar: {
    /** The pictures that only the first network has right, and those that only the second has. */
    b: number;
    c: number;
    /** Null where the test is exact: b + c is below 25. */
    statistic: number | null;
    p: number;
    /** False where groups hold several pictures: then believe the interval of the difference instead. */
    independent: boolean;
  };
  /** The accuracy of each network. */
  accuracies: [Value, Value];
  /** Of accuracy. */
  difference: Value;
  balancedAccuracy: Value;
  /** Below 0 the first network is better. */
  logLoss: Value;
}

export interface LabelIssue {
  /** Its place in the list of pictures. */
  picture: number;
  /** Indices of classes. */
  given: number;
  suggested: number;
  /** How good the given label is: 0 to 1, low is bad. */
  score: number;
}
