"""From labelled pages to a model file with its card: what ``winnow train`` runs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np

from classifier.evaluation import Scores, score
from classifier.exceptions import GoldStandardError, ModelError
from classifier.gold import GoldPage, read_gold
from classifier.model import BlockModel, Member
from classifier.model.network import Settings, Tokens, train
from classifier.training import dataset as data
from classifier.training.card import model_card
from classifier.training.page import PageFigures, fit_page_model, page_figures, page_vectors
from classifier.training.stages import N_FOLDS, cross_validate, in_parallel, surroundings

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from classifier.training.dataset import Dataset

_MIN_SITES: Final = 5  # folds need at least as many sites
SURE_STEPS: Final = 40  # of a probability in a character, from "0" to "X"
_TOLERANCE: Final = 0.002  # body F1; two trainings that differ in the seed differ by this


class Progress(Protocol):
    """What shows progress: wraps an iteration, and counts epochs."""

    def pages(self, items: Iterable[GoldPage]) -> Iterable[GoldPage]:
        """Wrap the iteration over the pages."""

    def start(self, title: str, total: int) -> Callable[[], None]:
        """Begin a bar of ``total`` steps; the result advances it by one."""


class Silent:
    """Progress for nobody."""

    def pages(self, items: Iterable[GoldPage]) -> Iterable[GoldPage]:
        """Return the items."""
        return items

    def start(self, title: str, total: int) -> Callable[[], None]:
        """Return a function that does nothing."""
        return lambda: None


@dataclass
class Figures:
    """Out-of-fold figures of a model.

    Attributes
    ----------
    scores : Scores
        Of the pages as they are.
    nameless : Scores
        Of the same pages with meaningless class names.
    whole : PageFigures
        Of page types and of the confidence.
    probabilities : ndarray of float32, shape (n_blocks, 9)
        What the scores are of.
    """

    scores: Scores
    nameless: Scores
    whole: PageFigures
    probabilities: NDArray[np.float32] = field(repr=False)


@dataclass
class TrainingReport:
    """What came of a training.

    Attributes
    ----------
    pages, texts : Figures
        Of the page model and of the plain-text model.
    digest : str
        SHA-256 of the pages and their marks.
    n_pages, n_sites, n_blocks : int
        What was trained on, without the pages that were left out.
    sizes : dict of str to int
        Bytes of the files written.
    card : str
        Model card, Markdown.
    saved : bool
        Whether the files were written.
    reason : str
        Why, or why not.
    """

    pages: Figures
    texts: Figures
    digest: str
    n_pages: int
    n_sites: int
    n_blocks: int
    sizes: dict[str, int] = field(default_factory=dict)
    card: str = ""
    saved: bool = False
    reason: str = ""


def train_model(
    paths: Sequence[Path | str],
    out: Path | str,
    *,
    seed: int = 0,
    quick: bool = False,
    force: bool = False,
    progress: Progress | None = None,
) -> TrainingReport:
    """Train the page and plain-text models and write them with their card.

    Parameters
    ----------
    paths : sequence of path
        Labelled pages, in any format of `classifier.gold`.
    out : path
        Folder for ``blocks.npz``, ``text.npz`` and ``MODEL_CARD.md``.
    seed : int, default 0
        Equal data, seed and versions give equal models.
    quick : bool, default False
        A third of the epochs: for trying things out.
    force : bool, default False
        Replace a model that scores better.
    progress : Progress, optional
        Progress bars.

    Returns
    -------
    TrainingReport

    Raises
    ------
    GoldStandardError
        No labelled pages, or pages of fewer than five sites.
    ModelError
        There is a model in `out` that the new one cannot be compared with, and `force` is not set.
    """
    progress = progress or Silent()
    out = Path(out)
    gold = read_gold(paths)
    digest = data_digest(gold)
    before = None if force else _replaced(out / "blocks.npz", digest)
    pages = data.build(gold, augmented=True, seed=seed, progress=progress.pages)
    n_sites = len(set(pages.sites))
    if n_sites < _MIN_SITES:
        msg = f"expected labelled pages of at least {_MIN_SITES} sites, for folds that share none; got {n_sites}"
        raise GoldStandardError(msg, str(paths[0]))
    members = _settings(quick)
    about = {"data_digest": digest, "seed": seed, "trained_on": sorted({page.name for page in pages.pages})}
    page_model, figures = _fit(pages, members, seed, progress, "pages", about)
    texts = data.as_text(pages, seed=seed)
    text_model, text_figures = _fit(texts, members, seed, progress, "plain text", about)
    scores = figures.scores
    n_pages = sum(not page.augmented for page in pages.pages)
    report = TrainingReport(figures, text_figures, digest, n_pages, n_sites, len(pages.allowed))
    report.card = model_card(report, pages)
    report.saved, report.reason = _may_replace(before, scores, force=force)
    if report.saved:
        page_model.save(out / "blocks.npz")
        text_model.save(out / "text.npz")
        (out / "MODEL_CARD.md").write_text(report.card, encoding="utf-8")
        (out / "oof.jsonl").write_text("".join(_out_of_fold_lines(pages, figures)), encoding="utf-8")
        report.sizes = {name: (out / name).stat().st_size for name in ("blocks.npz", "text.npz")}
    return report


def _settings(quick: bool) -> list[tuple[Settings, Settings]]:
    """Two members: one that sees each block by itself first, and one that sees its neighbours at once."""
    second = Settings(hidden=(48, 24), dilations=(), epochs=2 if quick else 5)
    first = Settings(epochs=3 if quick else 7)
    return [(replace(first, dilations=()), second), (first, second)]


def data_digest(gold: Sequence[GoldPage]) -> str:
    """SHA-256 over the pages' names and everything marked on them."""
    digest = hashlib.sha256()
    for page in sorted(gold, key=lambda page: page.name):
        digest.update(json.dumps([page.name, page.marks, page.labels, page.html], sort_keys=True).encode())
        if page.labels == {} and page.path is not None:  # the labels are attributes inside the page
            digest.update(page.path.read_bytes())
    return digest.hexdigest()


def _fit(
    dataset: Dataset,
    members: Sequence[tuple[Settings, Settings]],
    seed: int,
    progress: Progress,
    what: str,
    about: dict[str, Any],
) -> tuple[BlockModel, Figures]:
    done = progress.start(f"training on {what}", 2 * len(members) * (N_FOLDS + 1))
    folds = cross_validate(dataset, members, seed=seed, on_done=done)
    vectors = page_vectors(dataset, folds)
    scores = score(dataset, folds.second)
    nameless = score(dataset, folds.nameless)
    everything = np.arange(len(dataset.pages))
    jobs: list[tuple[Any, Tokens, Settings]] = []
    for (first, second), found in zip(members, folds.first, strict=True):
        jobs += [(dataset.dense, dataset.tokens, first), (surroundings(dataset, found), {}, second)]
    networks = in_parallel(
        lambda job: train(dataset, job[0], job[1], everything, folds.weights, job[2], seed), jobs, done
    )
    page_model = fit_page_model(dataset, vectors, scores)
    figures = Figures(scores, nameless, page_figures(dataset, folds, vectors, scores), folds.second)
    metadata = {**about, "scores": scores.to_dict()}
    return BlockModel(
        [Member(*networks[at : at + 2]) for at in range(0, len(networks), 2)],
        dataset.vocabularies,
        page_model,
        metadata,
    ), figures


def _out_of_fold_lines(dataset: Dataset, figures: Figures) -> Iterable[str]:
    """Body scores of every page and labels of its blocks by a model that saw no page of its site, for benchmarks.

    The label chosen, its probability, and the most probable other label, which rules may give instead: one character a
    block each.
    """
    scores = figures.scores
    for number, page in enumerate(dataset.pages):
        if page.augmented:
            continue
        words, shingles = scores.page_f1.get(number, (None, None))
        chosen, rest = scores.chosen[page.span], figures.probabilities[page.span].copy()
        index = np.arange(len(chosen))
        sure = np.rint(rest[index, chosen] * SURE_STEPS).astype(int)
        rest[index, chosen] = -1
        record = {
            "page": page.name,
            "word_f1": None if words is None else round(words, 4),
            "shingle_f1": None if shingles is None else round(shingles, 4),
            "labels": "".join(map(str, chosen)),
            "sure": "".join(chr(ord("0") + step) for step in sure),
            "next": "".join(map(str, rest.argmax(1))),
        }
        yield json.dumps(record) + "\n"


def _replaced(path: Path, digest: str) -> float | None:
    """Body F1 of the model that the new one would replace; None where there is none.

    Called before the training, which takes minutes.

    Raises
    ------
    ModelError
        It was trained on other pages, so that the figures could not be compared, or cannot be read.
    """
    if not path.exists():
        return None
    todo = "give another --out, or replace it with --force"
    try:
        old = BlockModel.load(path).metadata
    except ModelError as error:
        msg = f"the model there cannot be compared with a new one ({error}): {todo}"
        raise ModelError(msg) from error
    before = float(old.get("scores", {}).get("body_f1", 0))
    if old.get("data_digest") != digest:
        msg = (
            f"{path} was trained on other pages (out-of-fold body F1 {before:.4f} on those), so that a new model could "
            f"not be compared with it: {todo}"
        )
        raise ModelError(msg)
    return before


def _may_replace(before: float | None, scores: Scores, *, force: bool) -> tuple[bool, str]:
    """Whether the new model may take the place of one with this body F1, and why."""
    if force:
        return True, "replaced as --force asks"
    if before is None:
        return True, "there was no model yet"
    if scores.body_f1 < before - _TOLERANCE:
        return False, f"body F1 would fall from {before:.4f} to {scores.body_f1:.4f}; --force replaces it anyway"
    return True, f"body F1 was {before:.4f}, is {scores.body_f1:.4f}"
