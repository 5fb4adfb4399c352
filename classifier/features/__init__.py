"""Blocks to numbers: a float32 matrix with named columns, computed on arrays for the whole page at once."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from classifier.compiled import compiled
from classifier.exceptions import FeatureError
from classifier.features.layout import (
    ASK,
    BRACKET,
    COLON,
    COMMA,
    DIGIT,
    GROUP_NAMES,
    IDEOGRAPH,
    LOWER,
    N_GROUPS,
    OTHER_LETTER,
    QUOTE,
    SIGN,
    STOP,
    UPPER,
    Layout,
    Matrix,
)
from classifier.features.tokens import is_word, number, text_words

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from classifier.blocks import Page

_AROUND_TAGS: Final = (
    "article main header footer nav aside form table ul ol blockquote figure section li button select noscript"
).split()
_AROUND: Final = {tag: 1 << bit for bit, tag in enumerate(_AROUND_TAGS)}
_OFFSETS: Final = (-1, 1)
_WIDTHS: Final = (5, 12)
_LEVELS: Final = 4  # of the enclosing containers; what is farther is in the second stage's context
_MASS_SHARES: Final = (0.35, 0.6, 0.85)
_FAR: Final = 50  # blocks; more is as good as none

_SAME_TITLE: Final = 0.4  # share of words in common
_P, _H1, _HEADING, _ITEM = (GROUP_NAMES.index(name) for name in ("p", "heading1", "heading", "item"))

_RATES: Final = np.array([COMMA, STOP, QUOTE, ASK, COLON, BRACKET])
_SHARES: Final = np.array([DIGIT, SIGN, IDEOGRAPH, OTHER_LETTER])
_STARTS: Final = np.array([LOWER, UPPER, DIGIT, QUOTE, SIGN])
_TEXT_NAMES: Final = (
    *"comma_rate stop_rate quote_rate ask_rate colon_rate bracket_rate".split(),
    *"digit_share sign_share ideograph_share other_letter_share".split(),
    *"starts_lower starts_upper starts_digit starts_quote starts_sign".split(),
    *"ends_sentence ends_colon log_chars log_words word_length upper_share all_caps link_density log_links".split(),
    *"bold_density hidden log_repeats is_repeat".split(),
)
_TITLE_NAMES: Final = "title_recall title_precision description_overlap place_after_title".split()
_PLACE_NAMES: Final = (
    "place_blocks place_words place_log_index place_log_rest place_after_h1 "
    "place_log_to_control place_log_from_control place_log_to_area place_depth"
).split()
_CONTAINER_NAMES: Final = (
    "log_words log_blocks words_per_block log_images log_inputs areas log_same_class same_run word_share "
    "good_share link_density p_share comma_rate stop_rate place"
).split()
_NEIGHBOUR_NAMES: Final = "log_words link_density p heading item ends_sentence good same_owner same_parent".split()
_WINDOW_NAMES: Final = "good links words".split()
_MASS_NAMES: Final = "inside steps log_before log_after place share".split()
_PAGE_NAMES: Final = (
    "page_log_blocks page_log_words page_log_areas page_good_share page_link_density page_p_share page_hidden_share "
    "page_ideograph_share"
).split()

_GROUPS: Final[tuple[tuple[str, ...], ...]] = (
    tuple(_TEXT_NAMES),
    tuple(f"tag_{name}" for name in GROUP_NAMES),
    tuple(_TITLE_NAMES),
    tuple(f"in_{tag}" for tag in _AROUND),
    tuple(_PLACE_NAMES),
    tuple(f"level{level}_{name}" for level in range(_LEVELS) for name in _CONTAINER_NAMES),
    tuple(f"next{offset:+d}_{name}" for offset in _OFFSETS for name in _NEIGHBOUR_NAMES),
    tuple(f"{side}{width}_{name}" for side in ("before", "after") for width in _WIDTHS for name in _WINDOW_NAMES),
    tuple(f"mass{int(100 * share)}_{name}" for share in _MASS_SHARES for name in _MASS_NAMES),
    tuple(_PAGE_NAMES),
)
FEATURE_NAMES: Final[tuple[str, ...]] = tuple(name for group in _GROUPS for name in group)
N_FEATURES: Final = len(FEATURE_NAMES)


@compiled("classifier.features._features")
def features(page: Page, layout: Layout | None = None) -> Matrix:
    """Describe every block of a page.

    Parameters
    ----------
    page : Page
        From `segment` or `segment_text`.
    layout : Layout, optional
        Of the same page, when it is at hand.

    Returns
    -------
    ndarray of float32, shape (n_blocks, n_features)
        Columns in the order of `FEATURE_NAMES`. Lengths and counts are in log1p, shares run from 0 to 1.

    Raises
    ------
    FeatureError
        Columns and names do not fit together: a bug here, never the page's fault.
    """
    if not len(page):
        return np.zeros((0, N_FEATURES), np.float32)
    layout = layout or Layout(page)
    matrix = np.empty((N_FEATURES, layout.n), np.float32).T  # columns are written one by one
    at = 0
    for names, describe in zip(_GROUPS, _DESCRIBE, strict=True):
        describe(page, layout, matrix[:, at : at + len(names)])
        at += len(names)
    return matrix


def _fill(out: Matrix, *columns: Any) -> None:
    """Write columns, or matrices of several, side by side."""
    at = 0
    for column in columns:
        width = column.shape[1] if np.ndim(column) == 2 else 1
        out[:, at : at + width] = column if np.ndim(column) != 1 else column[:, None]
        at += width
    if at != out.shape[1]:
        msg = f"expected {out.shape[1]} feature columns, made {at}"
        raise FeatureError(msg)


def _text(page: Page, layout: Layout, out: Matrix) -> None:
    counts, words = layout.counts, layout.words
    letters = np.maximum(counts[:, LOWER] + counts[:, UPPER] + counts[:, OTHER_LETTER] + counts[:, IDEOGRAPH], 1)
    seen: dict[str, int] = {}
    which = np.array([seen.setdefault(text, len(seen)) for text in page.texts], np.intp)
    again = np.ones(layout.n, bool)
    again[np.unique(which, return_index=True)[1]] = False
    _fill(
        out,
        np.minimum(counts[:, _RATES] / words[:, None], 1),
        counts[:, _SHARES] / layout.chars[:, None],
        layout.first_kind[:, None] == _STARTS,
        layout.ends_sentence,
        layout.last_kind == COLON,
        np.log1p(layout.chars),
        layout.log_words,
        np.minimum(letters / words, 20) / 10,
        counts[:, UPPER] / letters,
        counts[:, UPPER] > 0.9 * letters,
        layout.link_density,
        np.log1p(np.fromiter(map(len, page.links), np.float32, layout.n)),
        np.array(page.bold_chars, np.float32) / layout.chars,
        np.array(page.hidden),
        np.log1p(np.bincount(which)[which] - 1),
        again,
    )


def _tag(page: Page, layout: Layout, out: Matrix) -> None:
    out[:] = np.eye(N_GROUPS, dtype=np.float32)[layout.group]


def own_titles(page: Page) -> list[list[bytes]]:
    """Words of what the page says its title is, at most two ways; not of titles without words ("…")."""
    ways = dict.fromkeys((page.meta.get("og:title", ""), page.doc_title))
    return [words for words in (text_words([way]) for way in ways) if words]


def own_description(page: Page) -> list[bytes]:
    """Words of the page's description."""
    return text_words([page.meta.get("og:description") or page.meta.get("description") or ""])


def _title(page: Page, layout: Layout, out: Matrix) -> None:
    """How much the ends of a block say the same as the page's own title and description; the headline by that."""
    titles, description = own_titles(page), own_description(page)
    # One search for all words that count leaves few to look at.
    searched = np.unique(number([*chain.from_iterable(titles), *description]))
    recall, precision, described = np.zeros((3, layout.n))
    headline = 0
    if len(searched):
        numbers, blocks = layout.word_numbers, layout.word_blocks
        words = np.maximum(np.bincount(blocks[is_word(numbers)], minlength=layout.n), 1)
        at = np.minimum(np.searchsorted(searched, numbers), len(searched) - 1)
        hits = np.flatnonzero(searched.take(at) == numbers)
        found, where = at[hits], blocks[hits]
        for title in reversed(titles):
            wanted = np.zeros(len(searched), bool)
            wanted[np.searchsorted(searched, number(title))] = True
            size = int(wanted.sum())
            common = np.minimum(np.bincount(where[wanted[found]], minlength=layout.n), size)
            recall, precision = np.maximum(recall, common / size), np.maximum(precision, common / words)
            headline = _headline(layout, common, size)
        wanted = np.zeros(len(searched), bool)
        wanted[np.searchsorted(searched, number(description))] = True
        described = np.bincount(where[wanted[found]], minlength=layout.n) / words
    after = np.arange(layout.n) - headline
    _fill(out, recall, precision, described, np.sign(after) * np.log1p(np.abs(after)))


def _headline(layout: Layout, common: NDArray[Any], size: int) -> int:
    """Block that best repeats a title of so many words, a ``<h1>`` before others; 0 if there is none."""
    score = common / np.maximum(layout.words + size - common, 1) + 0.3 * (layout.group == _H1)
    score[common == 0] = 0
    best = int(score.argmax())
    return best if score[best] > _SAME_TITLE else 0


def _around(page: Page, layout: Layout, out: Matrix) -> None:
    flags = np.array([_AROUND.get(tag, 0) for tag in page.container_tags], np.int64)
    bits = layout.climb(flags, np.bitwise_or)[layout.owner]
    out[:] = (bits[:, None] >> np.arange(len(_AROUND))) & 1


def _place(page: Page, layout: Layout, out: Matrix) -> None:
    n = layout.n
    index = np.arange(n)
    words_before = np.cumsum(layout.words) - layout.words
    h1 = np.flatnonzero(layout.group == _H1)
    after_h1 = index - h1[0] if len(h1) else np.full(n, -1)
    controls = [position for position, element in page.controls if _shows(element)]
    areas = [position for position, element in page.controls if element.tag == "textarea"]
    distances = np.full((3, n), _FAR)
    if controls:
        distances[0], distances[1] = _distance(index, controls, ahead=True), _distance(index, controls, ahead=False)
    if areas:
        distances[2] = _distance(index, areas, ahead=True)
    _fill(
        out,
        index / n,
        words_before / layout.words.sum(),
        np.log1p(np.stack([index, n - index], axis=1)),
        np.sign(after_h1) * np.log1p(np.abs(after_h1)),
        np.log1p(distances).T,
        np.minimum(layout.depth / 20, 3),
    )


def _shows(control: Any) -> bool:
    return control.tag != "button" and control.get("type") not in ("hidden", "submit", "button", "image")


def _distance(index: NDArray[Any], places: Sequence[int], *, ahead: bool) -> NDArray[Any]:
    """Blocks from each index to the nearest place ahead or behind, at most `_FAR`."""
    at = np.searchsorted(places, index, side="left" if ahead else "right")
    found = np.append(places, _FAR + len(index))[at] - index if ahead else index - np.append(-_FAR, places)[at]
    result: NDArray[Any] = np.minimum(found, _FAR)
    return result


def _containers(page: Page, layout: Layout, out: Matrix) -> None:
    masses = (
        layout.words,
        np.ones(layout.n),
        layout.words * layout.link_density,
        layout.good,
        layout.words * (layout.group == _P),
        layout.counts[:, COMMA],
        layout.counts[:, STOP],
    )
    sums = layout.spans(np.stack(masses, axis=1))
    words, blocks, linked, good, paragraphs, commas, stops = sums.T
    safe_words, safe_blocks = np.maximum(words, 1), np.maximum(blocks, 1)
    table = np.empty((len(_CONTAINER_NAMES) - 1, len(words)), np.float32).T
    same_class, run = _siblings(layout)
    logs = (words, blocks, words / safe_blocks, page.images, page.inputs, np.minimum(page.areas, 1), same_class, run)
    rates = (linked, paragraphs, np.minimum(commas, safe_words), np.minimum(stops, safe_words))
    _fill(
        table,
        np.log1p(np.stack(logs, axis=1)),
        words / max(words[0], 1),
        good / max(good[0], 1),
        np.stack(rates, axis=1) / safe_words[:, None],
    )
    levels = layout.levels[:_LEVELS]
    place = (np.arange(layout.n) - layout.first[levels]) / safe_blocks[levels]
    for level in range(_LEVELS):
        at = level * len(_CONTAINER_NAMES)
        out[:, at : at + table.shape[1]] = table.T.take(levels[level], axis=1).T
        out[:, at + table.shape[1]] = place[level]


def _siblings(layout: Layout) -> tuple[NDArray[Any], NDArray[Any]]:
    """Repetition: siblings with the same tag and class, and the length of the run of them around each."""
    parent = layout.parent
    kinds = np.fromiter(map(hash, layout.names), np.int64, len(parent)) * 31 + parent
    _, ids, often = np.unique(kinds, return_inverse=True, return_counts=True)
    same = often[ids] - 1
    # Children of one parent are not adjacent in document order; sort them together, then measure runs of equal kinds.
    order = np.argsort(parent, kind="stable")
    key = ids[order]
    starts = np.flatnonzero(np.append(True, key[1:] != key[:-1]))
    lengths = np.diff(np.append(starts, len(parent)))
    run = np.empty(len(parent), np.intp)
    run[order] = np.repeat(lengths - 1, lengths)
    return same, run


def _neighbours(page: Page, layout: Layout, out: Matrix) -> None:
    n, reach = layout.n, max(_OFFSETS)
    width = len(_NEIGHBOUR_NAMES)
    padded = np.zeros((width - 2, n + 2 * reach), np.float32).T
    inner = padded[reach : reach + n]
    _fill(
        inner,
        layout.log_words,
        layout.link_density,
        layout.group == _P,
        (layout.group >= _H1) & (layout.group <= _HEADING),
        layout.group == _ITEM,
        layout.ends_sentence,
        layout.good > 0,
    )
    families = np.full((2, n + 2 * reach), -1)
    families[:, reach : reach + n] = layout.levels[:2]
    for at, offset in enumerate(_OFFSETS):
        span = slice(reach + offset, reach + offset + n)
        out[:, at * width : (at + 1) * width - 2] = padded[span]
        out[:, (at + 1) * width - 2 : (at + 1) * width] = (families[:, span] == layout.levels[:2]).T


def _windows(page: Page, layout: Layout, out: Matrix) -> None:
    n = layout.n
    sums = np.zeros((n + 1, len(_WINDOW_NAMES)))
    np.cumsum(np.stack([layout.good > 0, layout.link_density > 0.5, layout.log_words], axis=1), axis=0, out=sums[1:])
    index = np.arange(n)
    before = [(sums[index] - sums[np.maximum(index - width, 0)]) / width for width in _WIDTHS]
    after = [(sums[np.minimum(index + 1 + width, n)] - sums[index + 1]) / width for width in _WIDTHS]
    _fill(out, *before, *after)


def _mass(page: Page, layout: Layout, out: Matrix) -> None:
    """Place relative to the deepest containers that hold given shares of the page's paragraph text."""
    out[:] = places(layout, layout.spans(layout.good[:, None]), _MASS_SHARES)


@compiled("classifier.features._features")
def places(layout: Layout, held: Matrix, shares: Sequence[float]) -> Matrix:
    """Describe where blocks stand relative to the deepest containers that hold given shares of some masses.

    Parameters
    ----------
    layout : Layout
        Of the page.
    held : ndarray, shape (n_containers, k)
        Masses inside each container.
    shares : sequence of float
        Of the page's mass.

    Returns
    -------
    ndarray of float32, shape (n_blocks, 6 * k * len(shares))
        For each mass and share: inside the container, steps up to it, blocks before and after, place in it, and the
        share that it holds.
    """
    totals = np.maximum(held[0].astype(np.float64), 1)
    mains, parts = [], []
    for mass, total in zip(held.T, totals, strict=True):
        for share in shares:
            holders = np.flatnonzero(mass >= share * total)
            mains.append(int(holders[-1]) if len(holders) else 0)  # nested in each other: the last is the deepest
            parts.append(mass[mains[-1]] / total)
    main = np.array(mains)
    first, last = layout.first[main], layout.last[main]
    index = np.arange(layout.n)[:, None]
    # Steps up: the containers around a block that are not around the main one too.
    paths = [layout.path(container) for container in mains]
    nodes = np.concatenate(paths)
    shared = (index >= layout.first[nodes]) & (index < layout.last[nodes])
    starts = np.cumsum([0, *map(len, paths[:-1])])
    steps = layout.depth[:, None] - np.add.reduceat(shared, starts, axis=1, dtype=np.intp)
    table = np.empty((len(main), 6, layout.n), np.float32).transpose(2, 0, 1)
    table[:, :, 0] = (index >= first) & (index < last)
    table[:, :, 1] = np.minimum(steps, 10) / 5
    table[:, :, 2] = np.log1p(np.maximum(first - index, 0))
    table[:, :, 3] = np.log1p(np.maximum(index - last + 1, 0))
    table[:, :, 4] = np.clip((index - first) / np.maximum(last - first, 1), -1, 2)
    table[:, :, 5] = parts
    return table.transpose(1, 2, 0).reshape(-1, layout.n).T


def _whole_page(page: Page, layout: Layout, out: Matrix) -> None:
    words = layout.words
    total = float(words.sum())
    out[:] = (
        np.log1p(layout.n),
        np.log1p(total),
        np.log1p(page.areas[0]),
        layout.good.sum() / total,
        words @ layout.link_density / total,
        words @ (layout.group == _P) / total,
        words @ np.array(page.hidden) / total,
        layout.counts[:, IDEOGRAPH].sum() / layout.chars.sum(),
    )


_DESCRIBE: Final = (_text, _tag, _title, _around, _place, _containers, _neighbours, _windows, _mass, _whole_page)
