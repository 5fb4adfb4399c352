"""Text of the article that the page holds twice: a copy for print, for phones, for a script to show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from classifier.labels import labelled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from classifier.blocks import Page

_MIN_WORDS: Final = 5  # of a block that counts
_MIN_RUN: Final = 20  # words of a copy; a line that an author repeats is shorter
_MIN_PARTS: Final = 6  # paragraphs that a block repeats all at once
_PART: Final = 40  # characters of one that counts
_SHARE: Final = 0.5  # of such a block


def drop_copies(page: Page, labels: Sequence[str]) -> list[str]:
    """Keep one copy of what a page repeats word for word in another container.

    Parameters
    ----------
    page : Page
        Segmented page; plain text has one container, and stays as it is.
    labels : sequence of str
        Label of each block.

    Returns
    -------
    list of str
        New labels: of body blocks that repeat others in the same order, those that a browser would not show at first,
        or else the later ones, became ``boilerplate``; so did a block that repeats many others at once.
    """
    refined = list(labels)
    _drop_wholes(page, refined)
    body = labelled(refined, "body")
    texts = [page.texts[b] for b in body]
    if len(set(texts)) == len(texts):
        return refined
    original = _originals(page, body, texts)
    at = 0
    while at < len(body):
        shift = at - original[at]
        stop = at + 1
        while shift and stop < len(body) and stop - original[stop] == shift:
            stop += 1
        if shift >= stop - at and _size(texts[at:stop]) >= _MIN_RUN:
            run = body[at:stop]
            source = body[original[at] : original[at] + len(run)]
            hidden = all(page.hidden[b] and refined[b] == "body" for b in source) and not page.hidden[run[0]]
            for b in source if hidden else run:
                refined[b] = "boilerplate"
        at = stop
    return refined


def _drop_wholes(page: Page, labels: list[str]) -> None:
    """Make boilerplate of body blocks that hold the whole article once more: a copy to paste, the page as source."""
    body = labelled(labels, "body")
    total = sum(len(page.texts[b]) for b in body)
    for b in body:
        text = page.texts[b]
        if len(text) < _MIN_PARTS * _PART or _MIN_PARTS * len(text) < total:
            continue
        others = {page.texts[other] for other in body if _PART <= len(page.texts[other]) < len(text)}
        parts = [other for other in others if other in text]
        if len(parts) >= _MIN_PARTS and sum(map(len, parts)) >= _SHARE * len(text):
            labels[b] = "boilerplate"


def _originals(page: Page, body: Sequence[int], texts: Sequence[str]) -> list[int]:
    """Index in `body` of the first block with the same text in another container, or of the block itself."""
    first: dict[str, int] = {}
    found = []
    for at, (b, text) in enumerate(zip(body, texts, strict=True)):
        before = first.setdefault(text, at)
        apart = page.parent[page.owner[b]] != page.parent[page.owner[body[before]]]
        found.append(before if apart else at)
    return found


def _size(texts: Sequence[str]) -> int:
    counts = [text.count(" ") + 1 for text in texts]
    return sum(count for count in counts if count >= _MIN_WORDS)
