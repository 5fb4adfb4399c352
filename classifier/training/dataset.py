"""Labelled pages as arrays: what training and evaluation work on."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from classifier.augment import augment, retag
from classifier.blocks import Page, segment, segment_text
from classifier.exceptions import GoldStandardError
from classifier.features import features
from classifier.features.layout import Layout
from classifier.gold.targets import BIT, allowed_labels, gold_body
from classifier.labels import LABEL_INDEX
from classifier.model.page import ARTICLE
from classifier.training.counting import TokenCounter

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from classifier.gold import GoldPage

logger = logging.getLogger(__name__)

# Sets that name no page type because they hold nothing but articles. Without them a thread below an article looked like
# a forum to the model, since only forums of the typed sets have many comments.
_ARTICLE_SETS: Final = frozenset({"dragnet", "readability"})
_PARAGRAPH_CHARS: Final = 80
_PARAGRAPHS_OF_A_PAGE: Final = 8
_MOST_PARAGRAPHS, _FEWEST_PARAGRAPHS = 4_000, 100
_RETAGGED: Final = 0.05  # share of the copies whose paragraphs become plain boxes
_MAX_BLOCKS: Final = 6_000  # a page beyond is a dump of a database, and one of them would outweigh a site


@dataclass
class DatasetPage:
    """What evaluation needs to know of a page besides its blocks' arrays."""

    name: str
    site: str
    source: str
    texts: tuple[str, ...]
    layout: Layout
    doc_title: str
    body: str | None
    comments: str | None
    page_type: str | None
    language: str
    by_hand: bool
    inserted: NDArray[np.bool_] | None
    start: int = 0

    @property
    def augmented(self) -> bool:
        """Whether this is a copy with inserted snippets."""
        return self.inserted is not None

    @property
    def span(self) -> slice:
        """Rows of the page in the data set."""
        return slice(self.start, self.start + len(self.texts))


@dataclass
class Dataset:
    """Blocks of many pages.

    Attributes
    ----------
    pages : list of DatasetPage
        In the order of the rows.
    dense : ndarray of float32, shape (n_blocks, n_features)
        `features` of every page.
    tokens : dict of str to sparse matrix, shape (n_blocks, n_tokens)
        Token counts per channel: words of the text, class names of the element, class names of its ancestors.
    vocabularies : dict of str to list of str
        Tokens of the columns of `tokens`: ``text``, and ``names`` for the other two.
    allowed : ndarray of uint16, shape (n_blocks,)
        See `allowed_labels`.
    """

    pages: list[DatasetPage]
    dense: NDArray[np.float32]
    tokens: dict[str, Any]
    vocabularies: dict[str, list[str]]
    allowed: NDArray[np.uint16]
    page_of: NDArray[np.intp] = field(init=False)

    def __post_init__(self) -> None:
        lengths = [len(page.texts) for page in self.pages]
        self.page_of = np.repeat(np.arange(len(self.pages)), lengths)
        start = 0
        for page, length in zip(self.pages, lengths, strict=True):
            page.start = start
            start += length

    @property
    def sites(self) -> NDArray[np.str_]:
        """Site of every page, for grouping."""
        return np.array([page.site for page in self.pages])


def build(
    gold: Sequence[GoldPage],
    *,
    augmented: bool = False,
    seed: int = 0,
    min_sites: int = 15,
    progress: Callable[[Iterable[GoldPage]], Iterable[GoldPage]] = iter,
) -> Dataset:
    """Turn labelled pages into arrays.

    Parameters
    ----------
    gold : sequence of GoldPage
        From `read_gold`.
    augmented : bool, default False
        Whether to add a second copy of the pages whose body is known, with snippets inserted.
    seed : int, default 0
        Of the insertion.
    min_sites : int, default 15
        Tokens on fewer sites are left out: they would teach the site and not the language.
    progress : callable, optional
        Wraps the iteration over the pages, for a progress bar.

    Returns
    -------
    Dataset
        Pages that cannot be read, or have no text or too much of it, are left out with a warning.
    """
    rng = random.Random(seed)
    pages: list[DatasetPage] = []
    dense: list[NDArray[np.float32]] = []
    allowed: list[NDArray[np.uint16]] = []
    counter = TokenCounter()

    def add(
        item: GoldPage, page: Page, targets: NDArray[np.uint16], site: str, inserted: NDArray[np.bool_] | None
    ) -> None:
        if not 0 < len(page) <= _MAX_BLOCKS:
            if inserted is None:
                logger.warning("left out: %s: %d blocks, expected 1 to %d", item.where, len(page), _MAX_BLOCKS)
            return
        record = _record(item, page, site, inserted)
        pages.append(record)
        dense.append(np.ascontiguousarray(features(page, record.layout)))
        allowed.append(targets)
        counter.add(page, record.layout, site)

    paragraphs = _Paragraphs(rng)
    for item in progress(gold):
        try:
            root, labelled = item.load()
            page = segment(root, item.url)
            targets = allowed_labels(item, page, labelled)
        except GoldStandardError as error:
            logger.warning("left out: %s", error)
            continue
        site = item.site(root)
        add(item, page, targets, site, None)
        if augmented and not labelled and (targets == BIT["body"]).sum() >= 3 and rng.random() < 0.6:
            add(item, *_augmented(page, targets, rng, site, paragraphs))
        paragraphs.add(text for text, target in zip(page.texts, targets, strict=True) if target == BIT["body"])
    tokens, vocabularies = counter.build(min_sites)
    return Dataset(pages, np.concatenate(dense), tokens, vocabularies, np.concatenate(allowed))


def as_text(dataset: Dataset, *, seed: int = 0, min_sites: int = 15) -> Dataset:
    """Turn the pages of a data set into plain texts, as a scraper without a DOM leaves them.

    Parameters
    ----------
    dataset : Dataset
        From `build`.
    seed : int, default 0
        Of what is left out and added.
    min_sites : int, default 15
        As for `build`.

    Returns
    -------
    Dataset
        One block per line. Half of the pages begin with the text of ``<title>``; half are cropped to the surroundings
        of the article, as scrapers that select a container do.
    """
    rng = random.Random(seed)
    pages, dense, allowed = [], [], []
    counter = TokenCounter()
    for record in dataset.pages:
        lines, targets, inserted = _scraped(record, dataset.allowed[record.span], rng)
        page = segment_text("\n".join(lines))
        if not lines or len(page) != len(lines):
            continue
        layout = Layout(page)
        pages.append(replace(record, texts=tuple(page.texts), layout=layout, inserted=inserted))
        dense.append(np.ascontiguousarray(features(page, layout)))
        allowed.append(targets)
        counter.add(page, layout, record.site)
    tokens, vocabularies = counter.build(min_sites)
    return Dataset(pages, np.concatenate(dense), tokens, vocabularies, np.concatenate(allowed))


def _scraped(
    record: DatasetPage, targets: NDArray[np.uint16], rng: random.Random
) -> tuple[list[str], NDArray[np.uint16], NDArray[np.bool_] | None]:
    """Lines of a page, their targets and which were inserted; cropped and titled at random."""
    start, stop = 0, len(record.texts)
    content = np.flatnonzero((targets & BIT["body"] > 0) & (targets & BIT["boilerplate"] == 0))
    if len(content) and rng.random() < 0.5:
        titles = np.flatnonzero(targets == BIT["title"])
        first = min(int(titles[0]), int(content[0])) if len(titles) else int(content[0])
        later = np.flatnonzero((targets == BIT["comment"]) | (targets == BIT["comment_form"]))
        last = max(int(content[-1]), int(later[-1]) if len(later) else 0)
        start = max(first - rng.randrange(6), 0)
        stop = min(last + 1 + rng.randrange(12), stop)
    lines = list(record.texts[start:stop])
    kept = targets[start:stop].copy()
    inserted = None if record.inserted is None else record.inserted[start:stop]
    if record.doc_title and rng.random() < 0.5:
        lines.insert(0, record.doc_title)
        known = BIT["title"] if kept.any() else 0
        kept = np.insert(np.where(kept == BIT["title"], BIT["title"] | BIT["boilerplate"], kept), 0, known)
        inserted = None if inserted is None else np.insert(inserted, 0, False)
    return lines, kept.astype(np.uint16), inserted


def _record(item: GoldPage, page: Page, site: str, inserted: NDArray[np.bool_] | None) -> DatasetPage:
    comments = item.mark("comments") if item.mark("has") is None else None
    return DatasetPage(
        name=item.name,
        site=site,
        source=item.source,
        texts=tuple(page.texts),
        layout=Layout(page),
        doc_title=page.doc_title,
        body=gold_body(item),
        comments=comments if isinstance(comments, str) else None,
        page_type=item.mark("page_type") or (ARTICLE if item.source in _ARTICLE_SETS else None),
        language=str(item.mark("language") or item.mark("lang") or page.root.get("lang") or "")[:2].lower(),
        by_hand=bool(item.labels) or item.labels == {},
        inserted=inserted,
    )


class _Paragraphs:
    """Paragraphs of the pages so far, a sample: what inserted comments say."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._kept: list[str] = []

    def add(self, texts: Iterable[str]) -> None:
        """Keep some of the longer texts of a page."""
        for text in [text for text in texts if len(text) >= _PARAGRAPH_CHARS][:_PARAGRAPHS_OF_A_PAGE]:
            if len(self._kept) < _MOST_PARAGRAPHS:
                self._kept.append(text)
            else:
                self._kept[self._rng.randrange(_MOST_PARAGRAPHS)] = text

    def __bool__(self) -> bool:
        return len(self._kept) >= _FEWEST_PARAGRAPHS

    def __call__(self, rng: random.Random) -> str:
        return rng.choice(self._kept)


def _augmented(
    page: Page, targets: NDArray[np.uint16], rng: random.Random, site: str, paragraphs: _Paragraphs
) -> tuple[Page, NDArray[np.uint16], str, NDArray[np.bool_]]:
    """Insert snippets into the tree of a page and segment it again; old blocks keep their targets.

    Returns
    -------
    tuple
        The new page, its targets, its site, and which blocks are new.
    """
    old = {(id(element), is_tail): target for (element, is_tail), target in zip(page.start, targets, strict=True)}
    keep_alive = [element for element, _ in page.start]
    is_body = targets == BIT["body"]
    body = list(dict.fromkeys(page.elements[page.owner[block]] for block in np.flatnonzero(is_body).tolist()))
    if rng.random() < _RETAGGED:
        retag(body)
    augment(page.root, rng, body=body, texts=paragraphs or None)
    labelled = {element: element.get("data-winnow-label") for element in page.root.xpath("//*[@data-winnow-label]")}
    again = segment(page.root, page.url)
    new = np.zeros(len(again), np.uint16)
    inserted = np.zeros(len(again), bool)
    for block, (element, is_tail) in enumerate(again.start):
        at = element.getparent() if is_tail else element
        while at is not None and at not in labelled:
            at = at.getparent()
        if at is not None:
            new[block] = 1 << LABEL_INDEX[labelled[at]]
            inserted[block] = True
        else:
            new[block] = old.get((id(element), is_tail), 0)
    del keep_alive
    return again, new, site, inserted
