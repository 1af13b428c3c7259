"""Top-k accuracy and confusion of a classifier."""

from __future__ import annotations

import numpy as np


def top_k(scores: np.ndarray, labels: np.ndarray, k: int = 1) -> float:
    """Share of rows of ``scores`` (n, classes) whose label is among the k highest; NaN for no rows.

    A label that ties with others, or whose score is NaN, counts as ranked after them, so a constant classifier earns nothing by ties.
    """
    scores, labels = np.asarray(scores, dtype=float), np.asarray(labels)
    if scores.ndim != 2 or len(scores) != len(labels):
        raise ValueError(f"scores {scores.shape} and labels {labels.shape} do not belong together: give (n, classes) and (n,)")
    if not 1 <= k <= scores.shape[1]:
        raise ValueError(f"k is {k}; choose 1 to {scores.shape[1]} for {scores.shape[1]} classes")
    own = scores[np.arange(len(labels)), labels]
    rank = (~(scores < own[:, None])).sum(axis=1)
    return float((rank <= k).mean()) if len(labels) else float("nan")


def over_views(logits: np.ndarray, average: str = "logits") -> np.ndarray:
    """Scores (n, classes) of videos from the logits (n, views, classes) of their views.

    ``average`` is "logits", as the authors of TAM do, or "probabilities", as mmaction2 does: then each view's softmax counts.
    """
    logits = np.asarray(logits, dtype=float)
    if logits.ndim != 3 or logits.shape[1] < 1:
        raise ValueError(f"logits {logits.shape} are not (n, views, classes) with at least one view")
    if average not in ("logits", "probabilities"):
        raise ValueError(f"average is {average!r}, it must be logits or probabilities")
    if average == "probabilities":
        logits = np.exp(logits - logits.max(axis=2, keepdims=True))
        logits /= logits.sum(axis=2, keepdims=True)
    return logits.mean(axis=1)


def confusion(predictions: np.ndarray, labels: np.ndarray, classes: int) -> np.ndarray:
    """Counts (classes, classes): row true label, column prediction."""
    matrix = np.zeros((classes, classes), np.int64)
    np.add.at(matrix, (np.asarray(labels), np.asarray(predictions)), 1)
    return matrix


def confusion_table(matrix: np.ndarray, names: tuple[str, ...]) -> str:
    """The matrix as text with one line per true label: counts, and the recall at the end."""
    width = max(len(name) for name in names)
    head = " " * width + "".join(f"{i:>5}" for i in range(len(names))) + "  recall"
    lines = [head]
    for i, (name, row) in enumerate(zip(names, matrix)):
        recall = row[i] / row.sum() if row.sum() else float("nan")
        lines.append(f"{name:<{width}}" + "".join(f"{count:>5}" for count in row) + f"  {recall:.2f}")
    return "\n".join(lines)
