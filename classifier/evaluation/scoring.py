"""Scores of a model on labelled pages: what `winnow evaluate` shows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from classifier.blocks import segment
from classifier.evaluation import label_report, shingle_f1, word_f1
from classifier.exceptions import ClassifierError
from classifier.gold.targets import BIT, allowed_labels, gold_body
from classifier.labels import LABEL_INDEX, LABELS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from classifier.extraction import Extraction, Extractor
    from classifier.gold import GoldPage

# Where gold knows nothing of a block, neither does the score.
_SILENT: Final = 0


@dataclass
class PageScore:
    """Scores of one page; None where its gold does not say.

    Attributes
    ----------
    name, source, page_type : str
        Which page.
    body_f1, body_4gram_f1 : float or None
        Of the body's words and runs of four words, 0 to 1.
    comments_f1 : float or None
        Of the words of the comments, 0 to 1.
    """

    name: str
    source: str
    page_type: str
    body_f1: float | None = None
    body_4gram_f1: float | None = None
    comments_f1: float | None = None


@dataclass
class Evaluation:
    """Evaluation of a model on a set of pages.

    Attributes
    ----------
    pages : list of PageScore
        One per page that could be read.
    failed : list of str
        Pages that could not, with the reason.
    labels : dict
        Per label ``precision``, ``recall``, ``f1`` and ``support``, over blocks whose gold is a single label.
    """

    pages: list[PageScore] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    labels: dict[str, dict[str, float]] = field(default_factory=dict)

    def groups(self) -> dict[str, dict[str, float | int | None]]:
        """Mean scores of all pages, of each set, and of each page type that is named."""
        members: dict[str, list[PageScore]] = defaultdict(list)
        for page in self.pages:
            members["all"].append(page)
        for page in self.pages:
            members[f"set {page.source}"].append(page)
        for page in sorted(self.pages, key=lambda page: page.page_type):
            if page.page_type:
                members[f"type {page.page_type}"].append(page)
        return {name: _means(pages) for name, pages in members.items()}

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types."""
        return {
            "groups": self.groups(),
            "labels": self.labels,
            "pages": [vars(page) for page in self.pages],
            "failed": self.failed,
        }


def _means(pages: Sequence[PageScore]) -> dict[str, float | int | None]:
    row: dict[str, float | int | None] = {"pages": len(pages)}
    for name in ("body_f1", "body_4gram_f1", "comments_f1"):
        values = [value for page in pages if (value := getattr(page, name)) is not None]
        row[name] = round(float(np.mean(values)), 4) if values else None
        row[f"{name}_pages"] = len(values)
    return row


def evaluate_pages(
    extractor: Extractor,
    pages: Sequence[GoldPage],
    progress: Callable[[Sequence[GoldPage]], Iterable[GoldPage]] = iter,
) -> Evaluation:
    """Extract every page and compare it with its gold.

    Parameters
    ----------
    extractor : Extractor
        With the model to score.
    pages : sequence of GoldPage
        From `read_gold`.
    progress : callable, optional
        Wraps the iteration over the pages, for a progress bar.

    Returns
    -------
    Evaluation
        Pages that cannot be read are listed in `failed`.
    """
    scores = Evaluation()
    allowed: list[NDArray[np.uint16]] = [np.zeros(0, np.uint16)]
    predicted: list[list[int]] = []
    for item in progress(pages):
        try:
            root, labelled = item.load()
            targets = allowed_labels(item, segment(root, item.url), labelled)
            found = extractor.extract(root, item.url)
        except ClassifierError as error:
            scores.failed.append(f"{item.where}: {error}")
            continue
        allowed.append(targets)
        predicted.append([LABEL_INDEX[block.label] for block in found.blocks])
        scores.pages.append(_score_page(item, found, targets, by_block=bool(labelled) or bool(item.labels)))
    flat = np.array([label for labels in predicted for label in labels], np.intp)
    targets = np.concatenate(allowed)
    scores.labels = label_report(targets, flat, range(len(flat)))
    return scores


def _score_page(item: GoldPage, found: Extraction, targets: NDArray[np.uint16], *, by_block: bool) -> PageScore:
    page = PageScore(item.name, item.source, str(item.mark("page_type") or ""))
    body, text = gold_body(item), found.body
    if body is None and by_block:
        known = [(block, target) for block, target in zip(found.blocks, targets, strict=True) if target != _SILENT]
        body = "\n\n".join(block.text for block, target in known if target == BIT["body"])
        text = "\n\n".join(block.text for block, _ in known if block.label == "body")
    if body is not None:
        page.body_f1, page.body_4gram_f1 = word_f1(text, body), shingle_f1(text, body)
    comments = item.mark("comments") if item.mark("has") is None else None
    if isinstance(comments, str) and comments.strip():
        page.comments_f1 = word_f1("\n".join(comment.text for comment in found.comments), comments)
    return page


def seen_in_training(metadata: dict[str, Any], pages: Sequence[GoldPage]) -> list[str] | None:
    """Names of the pages that a model was trained on.

    Parameters
    ----------
    metadata : dict
        Of the model.
    pages : sequence of GoldPage
        Pages to be scored.

    Returns
    -------
    list of str or None
        None when the model does not say what it was trained on.
    """
    known = metadata.get("trained_on")
    if not isinstance(known, list):
        return None
    names = set(map(str, known))
    return [page.name for page in pages if page.name in names]


def label_rows(report: dict[str, dict[str, float]]) -> list[tuple[str, float, float, float, int]]:
    """Rows of the table of labels: those that occur in the gold, in the usual order."""
    return [
        (label, row["precision"], row["recall"], row["f1"], int(row["support"]))
        for label in LABELS
        if (row := report.get(label)) and row["support"]
    ]
