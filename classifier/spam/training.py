"""Train the comment spam model: ``python -m classifier.spam.training ../shared/data --out models/spam.npz``.

Spam and ham come from the YouTube Spam Collection [1]_; the real comments of the dragnet set, which are nearly all ham,
are in long sentences that YouTube lacks, and with the links that people do leave on blogs; `classifier.spam.examples`
adds the kinds of spam that blogs get and YouTube does not, and short ham, in many languages.

Each of three folds holds one video and the comments of a third of the blogs and news sites. What is said of a fold, by
models that saw nothing of it, is all that the metrics count: calibration and the choice of comments to leave out are
made within the other two folds.

References
----------
.. [1] T. C. Alberto, J. V. Lochter, T. A. Almeida: TubeSpam. ICMLA 2015.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from classifier.blocks.parsing import parse
from classifier.files import read_bytes, read_records
from classifier.spam import FORMAT_VERSION, MEASURES, N_BUCKETS, SPEC, SpamModel
from classifier.spam.examples import BLOG_SPAM, HAM
from classifier.spam.features import spam_features
from classifier.urls import site_of

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

# The measurements are in docs/experiments.md.
_C = 10.0  # 3 and 10 give the same F1, and 10 fewer false alarms
_BLOG_SHARE = 5.0  # blog comments weigh as much as five times the ham of the videos: few false alarms there
_ASSUMED_SHARE = 0.5  # and half as much as that ham where the model is calibrated
_LINK_WEIGHT = 3.0  # of blog comments with links beside others: people do leave sources and their own pages
_WRITTEN_WEIGHT = 3.0  # of our own examples beside comments of videos, which are many and alike
_MEASURE_SCALE = 4.0  # measures are few and carry over, n-grams are many and partly about the videos
_SURE = 0.99  # blog comments that are as surely spam as this, say models of other sites, teach nothing
_SEED = 7
_WRITTEN: Final = "written"  # group of our own examples, which are in no fold


@dataclass(frozen=True)
class LabelledComment:
    """A labelled comment: its group is the video or site that it stood under."""

    text: str
    article: str
    spam: int
    group: str
    is_copy: bool = False  # spam of a video under an article: taught, not judged


@dataclass(frozen=True)
class Examples:
    """Training data as arrays, one row per comment.

    Attributes
    ----------
    features : scipy CSR matrix of float32, shape (n, N_BUCKETS + len(MEASURES))
        N-grams and scaled measures.
    spam : ndarray of int
        1 or 0.
    folds : ndarray of int
        -1 for examples that are in none.
    on_blog : ndarray of bool
        Real comments of blogs and news sites.
    judged : ndarray of bool
        Comments of videos as they were.
    linked : ndarray of bool
        With links.
    """

    features: Any
    spam: npt.NDArray[np.int64]
    folds: npt.NDArray[np.int64]
    on_blog: Bools
    judged: Bools
    linked: Bools

    def where(self, rows: Bools) -> Examples:
        """Return some of the examples."""
        return Examples(*(getattr(self, field.name)[rows] for field in fields(self)))


def load_comments(data: Path) -> list[LabelledComment]:
    """Read the training data.

    Parameters
    ----------
    data : Path
        Folder with ``comment-spam/youtube.jsonl`` and ``dragnet/``.

    Returns
    -------
    list of LabelledComment
        All comments.
    """
    videos = [
        LabelledComment(row["text"].strip(), "", int(row["spam"]), row["video"])
        for _, row in read_records(data / "comment-spam" / "youtube.jsonl")
    ]
    blogs: list[LabelledComment] = []
    articles: list[str] = []
    for _, page in read_records(data / "dragnet" / "gold.jsonl"):
        parts = [part.strip() for part in (page["comments"] or "").replace("\r", "").split("\n\n")]
        # One paragraph in the gold is about one comment; shorter ones are names, dates and buttons.
        texts = [part for part in parts if len(part.split()) >= 3]
        if texts:
            file = data / "dragnet" / "html" / f"{page['id']}.html.gz"
            site = site_of(parse(read_bytes(file))[0]) or file.name
            blogs += [LabelledComment(text, page["body"], 0, site) for text in texts]
            articles.append(page["body"])
    shuffled = random.Random(_SEED)
    copies = [
        LabelledComment(comment.text, shuffled.choice(articles), 1, comment.group, is_copy=True)
        for comment in videos
        if comment.spam
    ]
    written = [
        LabelledComment(text, article, spam, _WRITTEN)
        for texts, spam in ((BLOG_SPAM, 1), (HAM, 0))
        for text in texts
        for article in ("", shuffled.choice(articles))
    ]
    return [*videos, *copies, *blogs, *written]


def as_arrays(comments: Sequence[LabelledComment]) -> Examples:
    """Compute the features of comments."""
    videos = sorted({comment.group for comment in comments if not comment.article and comment.group != _WRITTEN})
    blogs = np.array([comment.group not in (*videos, _WRITTEN) for comment in comments])
    folds = [
        -1
        if comment.group == _WRITTEN
        else videos.index(comment.group)
        if comment.group in videos
        else hashlib.sha256(comment.group.encode()).digest()[0] % len(videos)
        for comment in comments
    ]
    features = matrix(comments)
    return Examples(
        features,
        np.array([comment.spam for comment in comments]),
        np.array(folds),
        blogs,
        np.array([comment.group in videos and not comment.is_copy for comment in comments]),
        features[:, [N_BUCKETS + MEASURES.index("has_link")]].toarray()[:, 0] > 0,
    )


def matrix(comments: Sequence[LabelledComment]) -> Any:
    """Features of comments as a sparse matrix (scipy CSR, float32)."""
    from scipy import sparse

    by_article: dict[str, list[int]] = {}
    for row, comment in enumerate(comments):
        by_article.setdefault(comment.article, []).append(row)
    rows: list[npt.NDArray[np.intp]] = []
    columns: list[npt.NDArray[np.intp]] = []
    values: list[npt.NDArray[np.float32]] = []
    for article, own in by_article.items():
        found = spam_features([comments[row].text for row in own], article, [0] * len(own))
        n_grams = np.maximum(1, np.bincount(found.owner, minlength=len(own)))
        number, measure = np.nonzero(found.measures)
        rows += [np.array(own)[found.owner], np.array(own)[number]]
        columns += [found.buckets.astype(np.intp), N_BUCKETS + measure]
        values += [(n_grams[found.owner] ** -0.5).astype(np.float32), _MEASURE_SCALE * found.measures[number, measure]]
    shape = (len(comments), N_BUCKETS + len(MEASURES))
    entries = (np.concatenate(rows), np.concatenate(columns))
    return sparse.csr_matrix((np.concatenate(values), entries), shape=shape)


def fit(examples: Examples) -> SpamModel:
    """Fit the regression, without the blog comments that are spam after all, and calibrate it.

    Parameters
    ----------
    examples : Examples
        Of at least two folds.

    Returns
    -------
    SpamModel
        Without metadata; its ``slope`` and ``offset`` are fitted on folds that the model did not see.
    """
    from sklearn.linear_model import LogisticRegression

    scores = np.zeros(len(examples.spam))
    folds = sorted(set(examples.folds.tolist()) - {-1})
    for fold in folds:
        inside = examples.folds == fold
        regression = _regression(examples.where(~inside))
        scores[inside] = regression.decision_function(examples.features[inside])
    known = examples.judged | examples.on_blog
    weights = _weights(examples, _ASSUMED_SHARE)[known]
    platt = LogisticRegression(C=1e6).fit(scores[known, None], examples.spam[known], sample_weight=weights)
    doubted = examples.on_blog & (platt.predict_proba(scores[:, None])[:, 1] > _SURE)
    regression = _regression(examples.where(~doubted))
    coefficients = regression.coef_[0].astype(np.float32)
    return SpamModel(
        coefficients[:N_BUCKETS].astype(np.float16).astype(np.float32),
        coefficients[N_BUCKETS:] * np.float32(_MEASURE_SCALE),
        float(regression.intercept_[0]),
        float(platt.coef_[0, 0]),
        float(platt.intercept_[0]),
        {},
    )


def _regression(examples: Examples) -> Any:
    from sklearn.linear_model import LogisticRegression

    regression = LogisticRegression(C=_C, max_iter=2000, tol=3e-4, random_state=_SEED)
    return regression.fit(examples.features, examples.spam, sample_weight=_weights(examples, _BLOG_SHARE))


def _weights(examples: Examples, blog_share: float) -> Floats:
    """Weigh blog comments so that together they count `blog_share` times the ham of the videos."""
    n_ham = np.count_nonzero(examples.judged & (examples.spam == 0))
    weights = np.where(examples.linked, _LINK_WEIGHT, 1.0)
    blog = blog_share * n_ham * weights / max(1.0, weights[examples.on_blog].sum())
    return np.where(examples.on_blog, blog, np.where(examples.folds == -1, _WRITTEN_WEIGHT, 1.0))


def _probabilities(model: SpamModel, features: Any) -> Floats:
    weights = np.concatenate([model.weights, model.measures / np.float32(_MEASURE_SCALE)])
    scores = features @ weights + model.bias
    return np.asarray(1 / (1 + np.exp(-(model.slope * scores + model.offset))))


def train(data: Path, out: Path) -> dict[str, Any]:
    """Train, evaluate and save the model.

    Parameters
    ----------
    data : Path
        Folder of labelled data, see `load_comments`.
    out : Path
        File to write.

    Returns
    -------
    dict
        Metrics of folds that the models did not see: F1, precision, recall, Brier score and reliability over the
        videos, and false alarms on blogs and news sites.
    """
    comments = load_comments(data)
    examples = as_arrays(comments)
    probabilities = np.zeros(len(comments))
    for fold in sorted(set(examples.folds.tolist()) - {-1}):
        inside = examples.folds == fold
        probabilities[inside] = _probabilities(fit(examples.where(~inside)), examples.features[inside])
    metrics = _metrics(probabilities, examples, comments)
    model = fit(examples)
    metadata = {
        "format": FORMAT_VERSION,
        "features": SPEC,
        "data": _digest(data),
        "C": _C,
        "seed": _SEED,
        "metrics": metrics,
    }
    np.savez_compressed(
        out,
        weights=model.weights.astype(np.float16),
        small=np.append(model.measures, [model.bias, model.slope, model.offset]).astype(np.float32),
        metadata=np.array(json.dumps(metadata)),
    )
    return metrics


def _metrics(probabilities: Floats, examples: Examples, comments: Sequence[LabelledComment]) -> dict[str, Any]:
    from sklearn.metrics import brier_score_loss, f1_score, precision_score, recall_score

    judged, on_blog = examples.judged, examples.on_blog
    spam, probability = examples.spam[judged], probabilities[judged]
    guess = probability > 0.5
    groups = np.array([comment.group for comment in comments])[judged]
    result: dict[str, Any] = {
        "f1": f1_score(spam, guess),
        "precision": precision_score(spam, guess),
        "recall": recall_score(spam, guess),
        "brier": brier_score_loss(spam, probability),
        "calibration_error": _calibration_error(spam, probability),
    }
    result |= {f"f1_{video}": f1_score(spam[groups == video], guess[groups == video]) for video in sorted(set(groups))}
    result["blog_comments"] = int(np.count_nonzero(on_blog))
    result["false_alarms"] = np.mean(probabilities[on_blog] > 0.5)
    result["false_alarms_with_link"] = np.mean(probabilities[on_blog & examples.linked] > 0.5)
    return {name: value if isinstance(value, int) else round(float(value), 4) for name, value in result.items()}


def _calibration_error(spam: npt.NDArray[np.int64], probability: Floats) -> float:
    """Mean distance of probability and share of spam over ten bins of probability, weighted by their comments."""
    bins = np.minimum((probability * 10).astype(int), 9)
    return float(np.abs(np.bincount(bins, probability - spam)).sum() / len(spam))


def _digest(data: Path) -> str:
    digest = hashlib.sha256("\n".join((*BLOG_SPAM, *HAM)).encode())
    for name in ("comment-spam/youtube.jsonl", "dragnet/gold.jsonl"):
        digest.update((data / name).read_bytes())
    return digest.hexdigest()


def main(arguments: Sequence[str] | None = None) -> int:
    """Train from the command line; metrics go to stdout as JSON."""
    parser = argparse.ArgumentParser(description="Train the comment spam model.")
    parser.add_argument("data", type=Path, help="folder with comment-spam/ and dragnet/")
    parser.add_argument("--out", type=Path, default=Path("models/spam.npz"))
    options = parser.parse_args(arguments)
    print(json.dumps(train(options.data, options.out), indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
