"""What scikit-learn, statsmodels and cleanlab say of given probabilities, for the tests of scores/ and care/.

    python3 -m venv target/scores-venv && target/scores-venv/bin/pip install -r tests/scores/requirements.txt
    target/scores-venv/bin/python tests/scores/make.py    # writes scores.json and label_issues.json, in some seconds

Every probability is a number of 32 bits. What these libraries answer where a score is not defined (0, NaN or a warning) is
written as null, and beside the score stands why it is not defined.
"""

import json
import warnings
from pathlib import Path

import numpy as np
import scipy
import sklearn
import statsmodels
from cleanlab import __version__ as cleanlab_version
from cleanlab.filter import find_label_issues
from cleanlab.rank import get_label_quality_scores
from scipy.optimize import brentq
from sklearn.calibration import calibration_curve
from sklearn.datasets import load_digits
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn import metrics
from sklearn.model_selection import cross_val_predict
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.proportion import proportion_confint

HERE = Path(__file__).parent
EPS = float(np.finfo(np.float32).eps)
BINS = 7
KS = [2, 3, 5]


def softmax(logits):
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return (powers / powers.sum(axis=1, keepdims=True)).astype(np.float32)


def drawn(seed, pictures, classes, labels=None, skill=1.5):
    """Labels, and probabilities of a network that knows something of them."""
    random = np.random.default_rng(seed)
    labels = random.integers(classes, size=pictures) if labels is None else np.array(labels)
    return labels, softmax(random.normal(size=(pictures, classes)) + skill * np.eye(classes)[labels])


def cases():
    yield "three classes", *drawn(1, 60, 3)
    yield "two classes", *drawn(2, 45, 2)
    yield "ten classes", *drawn(3, 120, 10)
    yield "a class without pictures", *drawn(4, 40, 4, labels=np.random.default_rng(4).choice([0, 1, 3], size=40))
    labels, p = drawn(5, 30, 3)
    never = p.copy()
    never[:, 1] = 0
    yield "a class that is never said", labels, (never / never.sum(axis=1, keepdims=True)).astype(np.float32)
    labels, _ = drawn(6, 24, 3)
    yield "all right, and sure of it", labels, np.eye(3, dtype=np.float32)[labels]
    yield "all right, and not sure", *drawn(7, 24, 3, skill=9)
    yield "all wrong, and sure of it", labels, np.eye(3, dtype=np.float32)[(labels + 1) % 3]
    yield "all wrong, and not sure", labels, drawn(8, 24, 3, labels=(labels + 1) % 3, skill=9)[1]
    random = np.random.default_rng(9)
    ties = np.array([[2, 1, 1], [1, 2, 1], [1, 1, 2], [4, 0, 0], [2, 2, 0], [0, 2, 2]], dtype=np.float32) / 4
    yield "ties", random.integers(3, size=50), ties[random.integers(len(ties), size=50)]
    yield "nothing but ties", np.array([0, 1, 1, 0, 1]), np.full((5, 2), 0.5, dtype=np.float32)
    yield "pictures of one class alone", *drawn(10, 12, 3, labels=[1] * 12)
    yield "a single picture", np.array([1]), np.array([[0.25, 0.75]], dtype=np.float32)
    yield "two classes, all said to be one", np.array([0, 1, 0, 0]), np.array([[0.75, 0.25]] * 4, dtype=np.float32)


def finite(value):
    return float(value) if np.isfinite(value) else None


def share(hits, of):
    """scikit-learn's recall_score and its like, with null where it would divide by nothing."""
    return finite(hits / of) if of else None


def of_class(y, said, p):
    positives, negatives = int(y.sum()), int((~y).sum())
    of = dict(zero_division=np.nan)
    result = {
        "support": positives,
        "said": int(said.sum()),
        "sensitivity": finite(metrics.recall_score(y, said, **of)),
        "specificity": finite(metrics.recall_score(~y, ~said, **of)),
        "precision": finite(metrics.precision_score(y, said, **of)),
        "npv": finite(metrics.precision_score(~y, ~said, **of)),
        "f1": finite(metrics.f1_score(y, said, **of)),
        "auc": finite(metrics.roc_auc_score(y, p)) if positives and negatives else None,
        "averagePrecision": finite(metrics.average_precision_score(y, p)) if positives else None,
        "refinement": finite(np.mean((IsotonicRegression().fit_transform(p, y) - y) ** 2)),
    }
    if positives and negatives:
        fpr, tpr, thresholds = metrics.roc_curve(y, p, drop_intermediate=False)
        result["roc"] = {"fpr": fpr.tolist(), "tpr": tpr.tolist(), "thresholds": [None, *thresholds[1:].tolist()]}
        f1 = [metrics.f1_score(y, p >= threshold) for threshold in thresholds[1:]]
        result["thresholds"] = {
            "youden": float(thresholds[np.argmax(np.round(tpr - fpr, 12)[1:]) + 1]),
            "f1": float(thresholds[np.argmax(np.round(f1, 12)) + 1]),
            "sensitivity": float(thresholds[1:][tpr[1:] >= 0.8].max()),
            "specificity": float(reached.min()) if len(reached := thresholds[1:][1 - fpr[1:] >= 0.8]) else None,
        }
        at = thresholds[len(thresholds) // 2]
        tn, fp, fn, tp = (int(count) for count in metrics.confusion_matrix(y, p >= at, labels=[False, True]).ravel())
        result["at"] = {"threshold": float(at), "counts": [tp, fp, tn, fn]}
    if positives:
        precision, recall, thresholds = metrics.precision_recall_curve(y, p)
        result["pr"] = {
            "precision": precision[::-1].tolist(),
            "recall": recall[::-1].tolist(),
            "thresholds": [None, *thresholds[::-1].tolist()],
        }
    truth, probability = calibration_curve(y, p, n_bins=BINS)
    result["reliability"] = {"accuracy": truth.tolist(), "confidence": probability.tolist()}
    return result


def temperature(labels, p):
    """Where the slope of the log loss by 1 / T is 0; null where it is nowhere between the ends."""
    logits = np.log(np.maximum(p.astype(np.float64), np.finfo(np.float32).tiny))
    right = logits[np.arange(len(labels)), labels]

    def slope(sharpness):
        q = np.exp(logits * sharpness - (logits * sharpness).max(axis=1, keepdims=True))
        return float(np.mean((q * logits).sum(axis=1) / q.sum(axis=1) - right))

    low, high = slope(1 / 20), slope(20)
    if low >= 0 or high <= 0:
        return None
    found = 1 / brentq(slope, 1 / 20, 20, xtol=1e-14, rtol=1e-14)
    scaled = np.exp(logits / found - (logits / found).max(axis=1, keepdims=True))
    scaled /= scaled.sum(axis=1, keepdims=True)
    after = metrics.log_loss(labels, scaled, labels=range(p.shape[1]))
    return {"temperature": found, "after": float(after)}


def case(name, labels, p):
    classes, wide = p.shape[1], p.astype(np.float64)
    said, present = wide.argmax(axis=1), np.unique(labels)
    every = range(classes)
    one_sided = len(present) < 2 or len(np.unique(said)) < 2
    # Of equal probabilities, scikit-learn takes the last class and tabfit the first.
    turned, backwards = wide[:, ::-1], classes - 1 - labels
    confidence, right = wide.max(axis=1), said == labels
    truth, probability = calibration_curve(right, confidence, n_bins=BINS)
    bins = np.searchsorted(np.linspace(0, 1, BINS + 1)[1:-1], confidence)
    counts = np.bincount(bins, minlength=BINS)
    distances = np.abs(truth - probability)
    per_class = [of_class(labels == index, said == index, wide[:, index]) for index in every]
    for scores in per_class[2:]:  # two curves of each case are enough to read
        scores.pop("roc", None), scores.pop("pr", None)
    aucs = [scores["auc"] for scores in per_class if scores["auc"] is not None]
    scale = 0.5 if classes == 2 else 1
    return {
        "name": name,
        "labels": labels.tolist(),
        "probabilities": [[float(value) for value in row] for row in p],
        "confusionMatrix": metrics.confusion_matrix(labels, said, labels=every).tolist(),
        "accuracy": float(metrics.accuracy_score(labels, said)),
        "balancedAccuracy": float(metrics.balanced_accuracy_score(labels, said)),
        # scikit-learn says 0 where all pictures are of one class or were taken for one.
        "mcc": None if one_sided else float(metrics.matthews_corrcoef(labels, said)),
        "logLoss": float(metrics.log_loss(labels, np.clip(wide, EPS, 1 - EPS), labels=every)),
        "brier": float(np.mean(((wide - np.eye(classes)[labels]) ** 2).sum(axis=1))) * scale,
        "brierOfScikitLearn": brier(labels, wide),
        "brierRefinement": scale * sum(scores["refinement"] for scores in per_class),
        "topK": {str(k): float(metrics.top_k_accuracy_score(backwards, turned, k=k, labels=every)) for k in KS if 2 < classes and k < classes},
        "macroF1": float(metrics.f1_score(labels, said, labels=present, average="macro", zero_division=0)),
        "macroAuc": float(np.mean(aucs)) if aucs else None,
        "ece": float((counts[counts > 0] * distances).sum() / len(labels)),
        "mce": float(distances.max()),
        "temperature": temperature(labels, p),
        "perClass": per_class,
        "wilson": list(proportion_confint(int(right.sum()), len(labels), method="wilson")),
    }


def brier(labels, p):
    """scikit-learn's own, which asks for rows that sum to 1 in 64 bits: so its rows differ in the eighth digit."""
    rows = p / p.sum(axis=1, keepdims=True)
    if p.shape[1] == 2:
        return float(metrics.brier_score_loss(labels, rows[:, 1], labels=[0, 1], pos_label=1))
    return float(metrics.brier_score_loss(labels, rows, labels=range(p.shape[1])))


def comparisons():
    for seed, pictures in [(21, 30), (22, 150)]:
        labels, first = drawn(seed, pictures, 3, skill=1.8)
        _, second = drawn(seed + 100, pictures, 3, labels=labels, skill=1.2)
        a, b = first.argmax(axis=1) == labels, second.argmax(axis=1) == labels
        table = [[int((a & b).sum()), int((a & ~b).sum())], [int((~a & b).sum()), int((~a & ~b).sum())]]
        exact = table[0][1] + table[1][0] < 25
        result = mcnemar(table, exact=exact, correction=True)
        yield {
            "labels": labels.tolist(),
            "first": [[float(value) for value in row] for row in first],
            "second": [[float(value) for value in row] for row in second],
            "b": table[0][1],
            "c": table[1][0],
            "statistic": None if exact else float(result.statistic),
            "p": float(result.pvalue),
        }


def label_issues():
    """The digits 0 to 4 with every tenth label wrong, and probabilities of a network that learned from the others of five folds."""
    digits = load_digits(n_class=5)
    random = np.random.default_rng(31)
    chosen = random.permutation(len(digits.target))[:600]
    pixels, truth = digits.data[chosen] / 16, digits.target[chosen]
    labels = truth.copy()
    flipped = random.permutation(600)[:60]
    labels[flipped] = (labels[flipped] + random.integers(1, 5, size=60)) % 5
    # Noise, so that the digits are not too easy.
    pixels = pixels + random.normal(scale=0.4, size=pixels.shape)
    p = cross_val_predict(LogisticRegression(C=1, max_iter=1000), pixels, labels, cv=5, method="predict_proba")
    p = np.round(p, 4).astype(np.float32)
    wide, wrong = p.astype(np.float64), labels != truth
    result = {"labels": labels.tolist(), "wrong": np.flatnonzero(wrong).tolist(), "probabilities": [[round(float(value), 4) for value in row] for row in p]}
    issues = find_label_issues(labels, wide, filter_by="confident_learning", n_jobs=1)
    result["issues"] = np.flatnonzero(issues).tolist()
    for method in ["self_confidence", "normalized_margin"]:
        scores = get_label_quality_scores(labels, wide, method=method)
        ranked = find_label_issues(labels, wide, filter_by="confident_learning", return_indices_ranked_by=method, n_jobs=1)
        area = float(metrics.roc_auc_score(wrong, -scores))
        result[method] = {"scores": scores.tolist(), "ranked": ranked.tolist(), "area": area}
        print(f"label issues: {int(issues.sum())} found, {int((issues & wrong).sum())} of 60 wrong; {method}: area {area:.4f}")
    return result


def write(name, content):
    (HERE / name).write_text(json.dumps(content, separators=(",", ":")) + "\n")
    print(f"{name}: {(HERE / name).stat().st_size:,} bytes")


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    versions = {"numpy": np.__version__, "scipy": scipy.__version__, "scikit-learn": sklearn.__version__, "statsmodels": statsmodels.__version__, "cleanlab": cleanlab_version}
    write("scores.json", {"versions": versions, "bins": BINS, "cases": [case(*each) for each in cases()], "comparisons": list(comparisons())})
    write("label_issues.json", {"versions": versions, **label_issues()})
