"""Blocks to numbers: a float32 matrix with named columns, computed on arrays for the whole page at once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from classifier.exceptions import FeatureError
from classifier.layout import (
    ASK,
    BRACKET,
    COLON,
    COMMA,
    DIGIT,
    GROUP_NAMES,
    IDEOGRAPH,
    LEVELS,
    LOWER,
    N_GROUPS,
    OTHER_LETTER,
    QUOTE,
    SIGN,
    STOP,
    UPPER,
    Indices,
    Layout,
    Matrix,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from classifier.blocks import Page


_SENTENCE_END: Final = tuple('.!?。！？…"”’»」।؟')

_AROUND_TAGS: Final = (
    "article main header footer nav aside form table ul ol blockquote figure section li button select noscript"
).split()
_AROUND: Final = {tag: 1 << bit for bit, tag in enumerate(_AROUND_TAGS)}
_OFFSETS: Final = (-3, -2, -1, 1, 2, 3)
_MASS_SHARES: Final = (0.35, 0.6, 0.85)

_TEXT_NAMES: Final = (
    "log_chars log_words word_length upper_share digit_share sign_share comma_rate stop_rate quote_rate ask_rate "
    "colon_rate bracket_rate ideograph_share other_letter_share link_density log_links bold_density hidden "
    "ends_sentence ends_colon starts_lower starts_digit starts_quote all_caps log_repeats is_repeat "
    "title_recall title_precision description_overlap description_part has_year has_clock has_at has_equation"
).split()
_PAGE_NAMES: Final = (
    "page_log_blocks page_log_words page_good_share page_link_density page_p_share page_log_areas page_hidden_share "
    "page_ideograph_share"
).split()
_PLACE_NAMES: Final = (
    "place_blocks place_words place_log_index place_log_rest place_after_h1 place_after_title "
    "place_log_to_control place_log_from_control place_depth place_log_to_area"
).split()
_CONTAINER_NAMES: Final = (
    "log_words log_blocks words_per_block link_density word_share good_share p_share comma_rate log_images log_inputs "
    "areas log_same_tag log_same_class same_run stop_rate place"
).split()
_NEIGHBOUR_NAMES: Final = "log_words link_density p heading item ends_sentence good same_owner same_parent".split()
_WINDOW_NAMES: Final = "good_2 good_5 good_12 links_2 links_5 words_5".split()
_MASS_NAMES: Final = "inside steps log_before log_after place share".split()

FEATURE_NAMES: Final[tuple[str, ...]] = (
    *_TEXT_NAMES,
    *(f"tag_{name}" for name in GROUP_NAMES),
    *(f"in_{tag}" for tag in _AROUND),
    *_PLACE_NAMES,
    *(f"level{level}_{name}" for level in range(LEVELS) for name in _CONTAINER_NAMES),
    *(f"next{offset:+d}_{name}" for offset in _OFFSETS for name in _NEIGHBOUR_NAMES),
    *(f"before_{name}" for name in _WINDOW_NAMES),
    *(f"after_{name}" for name in _WINDOW_NAMES),
    *(f"mass{int(100 * share)}_{name}" for share in _MASS_SHARES for name in _MASS_NAMES),
    *_PAGE_NAMES,
)
N_FEATURES: Final = len(FEATURE_NAMES)

_YEAR: Final = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_CLOCK: Final = re.compile(r"(?<!\d)\d?\d[:.]\d\d(?!\d)")
_EQUATION: Final = re.compile(r"[+×÷*=−]\s*(?:\d|$)|\d\s*[+×÷*=−–-]\s*\d?")
_WORD: Final = re.compile(r"\w+")


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
        Groups and names do not fit together: a bug here, never the page's fault.
    """
    if not len(page):
        return np.zeros((0, N_FEATURES), np.float32)
    layout = layout or Layout(page)
    groups = (
        _text(page, layout),
        np.eye(N_GROUPS, dtype=np.float32)[layout.group],
        _around(page, layout),
        _place(page, layout),
        _containers(page, layout),
        _neighbours(page, layout),
        _windows(layout),
        _mass(layout),
        _whole_page(page, layout),
    )
    matrix = np.concatenate(groups, axis=1, dtype=np.float32)
    if matrix.shape[1] != N_FEATURES:
        msg = f"expected {N_FEATURES} feature columns, made {matrix.shape[1]}"
        raise FeatureError(msg)
    return matrix if np.isfinite(matrix).all() else np.nan_to_num(matrix, copy=False)


def _text(page: Page, layout: Layout) -> Matrix:
    counts, chars, words = layout.counts, layout.chars, layout.words
    letters = np.maximum(counts[:, LOWER] + counts[:, UPPER] + counts[:, OTHER_LETTER] + counts[:, IDEOGRAPH], 1)
    texts = page.texts
    flags = _flags(texts, layout)
    first = dict(zip(reversed(texts), range(layout.n - 1, -1, -1), strict=True))
    again = np.fromiter(map(first.__getitem__, texts), np.intp, layout.n) < np.arange(layout.n)
    often = Counter(texts)
    repeats = np.fromiter(map(often.__getitem__, texts), np.float32, layout.n)
    return np.column_stack(
        [
            np.log1p(chars),
            np.log1p(words),
            np.minimum(letters / words, 20) / 10,
            counts[:, UPPER] / letters,
            counts[:, DIGIT] / chars,
            counts[:, SIGN] / chars,
            *(np.minimum(counts[:, kind] / words, 1) for kind in (COMMA, STOP, QUOTE, ASK, COLON, BRACKET)),
            counts[:, IDEOGRAPH] / chars,
            counts[:, OTHER_LETTER] / chars,
            layout.link_density,
            np.log1p(np.fromiter(map(len, page.links), np.float32, layout.n)),
            np.asarray(page.bold_chars, np.float32) / chars,
            np.asarray(page.hidden, np.float32),
            flags[:, :5],
            (counts[:, UPPER] > 0.9 * letters),
            np.log1p(repeats - 1),
            again,
            _overlaps(page, layout),
            flags[:, 5:],
        ]
    )


def _flags(texts: Sequence[str], layout: Layout) -> Matrix:
    """First and last characters; years, times, addresses and sums."""
    flags = np.zeros((layout.n, 9), np.float32)
    flags[:, :2] = [_LAST[text[-1]] for text in texts]
    flags[:, 2:5] = [_FIRST[text[0]] for text in texts]
    # Three searches in every block took a third of the parse; most blocks have no digit.
    for block in np.flatnonzero(layout.digits).tolist():
        text = texts[block]
        head = text[:200]
        flags[block, 5] = _YEAR.search(head) is not None
        flags[block, 6] = _CLOCK.search(head) is not None
        flags[block, 8] = len(text) < 120 and _EQUATION.search(text) is not None
    for block, text in enumerate(texts):
        if text[-1] in "+×÷*=−" and len(text) < 120:
            flags[block, 8] = 1
        if "@" in text:
            flags[block, 7] = 1
    return flags


class _Firsts(dict[str, tuple[bool, ...]]):
    def __missing__(self, sign: str) -> tuple[bool, ...]:
        value = self[sign] = (sign.islower(), sign.isdigit(), sign in "\"'“‘«„「")
        return value


class _Lasts(dict[str, tuple[bool, ...]]):
    def __missing__(self, sign: str) -> tuple[bool, ...]:
        value = self[sign] = (sign in _SENTENCE_END, sign in ":：")
        return value


_FIRST: Final = _Firsts()  # at most as many as there are characters
_LAST: Final = _Lasts()


def _overlaps(page: Page, layout: Layout) -> Matrix:
    """How much a block says the same as the page's own title and description."""
    titles = [page.doc_title, page.meta.get("og:title", ""), page.meta.get("twitter:title", "")]
    title_words = [set(_WORD.findall(title.lower())) for title in titles if title]
    description = page.meta.get("og:description") or page.meta.get("description") or ""
    description = " ".join(description.lower().split())
    described = set(_WORD.findall(description))
    rows = np.zeros((len(page), 4), np.float32)
    if not title_words and not described:
        return rows
    wanted = described.union(*title_words)
    opening = description[:60]
    for block, (text, words) in enumerate(zip(page.texts, layout.word_sets, strict=True)):
        if wanted.isdisjoint(words):
            part = len(text) > 30 and bool(described and words)  # a part of a word may still be the same
        else:
            if len(text) < 300:
                for title in title_words:
                    common = len(words & title)
                    if common:
                        rows[block, 0] = max(rows[block, 0], common / len(title))
                        rows[block, 1] = max(rows[block, 1], common / len(words))
            if described:
                rows[block, 2] = len(words & described) / len(words)
            part = bool(described) and len(text) > 30
        if part:
            lowered = text[:400].lower()
            rows[block, 3] = len(lowered) > 30 and (lowered[:60] in description or opening in lowered)
    return rows


def _around(page: Page, layout: Layout) -> Matrix:
    flags = np.fromiter((_AROUND.get(tag, 0) for tag in page.container_tags), np.int64, len(layout.parent))
    bits = layout.climb(flags, np.bitwise_or)[layout.owner]
    return ((bits[:, None] >> np.arange(len(_AROUND))) & 1).astype(np.float32)


def _place(page: Page, layout: Layout) -> Matrix:
    n = layout.n
    index = np.arange(n, dtype=np.float32)
    words_before = np.cumsum(layout.words) - layout.words
    h1 = np.flatnonzero(layout.group == 1)
    after_h1 = index - h1[0] if len(h1) else np.full(n, -1.0)
    after_title = index - _title_block(page, layout)
    controls = np.array([position for position, element in page.controls if _shows(element)], np.float32)
    areas = np.array([position for position, element in page.controls if element.tag == "textarea"], np.float32)
    depth = layout.climb(np.ones(len(layout.parent), np.int64), np.add)[layout.owner]
    return np.column_stack(
        [
            index / n,
            words_before / layout.words.sum(),
            np.log1p(index),
            np.log1p(n - index),
            _signed_log(after_h1),
            _signed_log(after_title),
            np.log1p(_distance(index, controls, ahead=True)),
            np.log1p(_distance(index, controls, ahead=False)),
            np.minimum(depth / 20, 3),
            np.log1p(_distance(index, areas, ahead=True)),
        ]
    ).astype(np.float32)


def _shows(control: Any) -> bool:
    return control.tag != "button" and control.get("type") not in ("hidden", "submit", "button", "image")


def _title_block(page: Page, layout: Layout) -> int:
    """Block that best repeats the page's title, preferring the last of equals before the middle; 0 if there is none."""
    title = set(_WORD.findall((page.meta.get("og:title") or page.doc_title).lower()))
    best, best_block = 0.4, 0
    if title:
        size = len(title)
        for block, (words, tag) in enumerate(zip(layout.word_sets, page.tags, strict=True)):
            if tag == "h1" or not title.isdisjoint(words):
                if len(page.texts[block]) >= 300:
                    continue
                common = len(words & title)
                score = common / (len(words) + size - common) + 0.3 * (tag == "h1")
                if score > best:
                    best, best_block = score, block
    return best_block


def _signed_log(values: NDArray[Any]) -> NDArray[Any]:
    result: NDArray[Any] = np.sign(values) * np.log1p(np.abs(values))
    return result


def _distance(index: NDArray[Any], places: NDArray[Any], *, ahead: bool) -> NDArray[Any]:
    """Blocks from each index to the nearest place ahead or behind, at most 50."""
    if not len(places):
        return np.full(len(index), 50.0)
    at = np.searchsorted(places, index, side="left" if ahead else "right")
    found = np.append(places, np.inf)[at] - index if ahead else index - np.append(-np.inf, places)[at]
    result: NDArray[Any] = np.clip(found, 0, 50)
    return result


def _containers(page: Page, layout: Layout) -> Matrix:
    parent = layout.parent
    sums = layout.spans(
        np.column_stack(
            [
                layout.words,
                np.ones(layout.n),
                layout.words * layout.link_density,
                layout.good,
                layout.words * (layout.group == 0),
                layout.counts[:, COMMA],
                layout.counts[:, STOP],
            ]
        )
    )
    words, blocks, linked, good, paragraphs, commas, stops = sums.T
    safe_words = np.maximum(words, 1)
    same_tag, same_class, run = _siblings(page, parent)
    table = np.column_stack(
        [
            np.log1p(words),
            np.log1p(blocks),
            np.log1p(words / np.maximum(blocks, 1)),
            linked / safe_words,
            words / max(words[0], 1),
            good / max(good[0], 1),
            paragraphs / safe_words,
            np.minimum(commas / safe_words, 1),
            np.log1p(np.asarray(page.images, np.float32)),
            np.log1p(np.asarray(page.inputs, np.float32)),
            np.minimum(np.asarray(page.areas, np.float32), 1),
            same_tag,
            same_class,
            run,
            np.minimum(stops / safe_words, 1),
        ]
    ).astype(np.float32)
    blocks_in = np.maximum(layout.last - layout.first, 1)
    gathered = table[layout.levels]  # (levels, n_blocks, k)
    place = (np.arange(layout.n) - layout.first[layout.levels]) / blocks_in[layout.levels]
    gathered = np.concatenate([gathered, place[:, :, None].astype(np.float32)], axis=2)
    return gathered.transpose(1, 0, 2).reshape(layout.n, -1)


def _siblings(page: Page, parent: Indices) -> tuple[Matrix, Matrix, Matrix]:
    """Repetition: siblings with the same tag, with the same tag and class, and the run of the latter around each."""
    n = len(parent)
    tags: dict[str, int] = {}
    names: dict[tuple[str, str], int] = {}
    tag_ids = np.fromiter((tags.setdefault(tag, len(tags)) for tag in page.container_tags), np.intp, n)
    kinds = zip(page.container_tags, page.classes, strict=True)
    name_ids = np.fromiter((names.setdefault((t, c.partition(" ")[0]), len(names)) for t, c in kinds), np.intp, n)
    results = []
    for ids, size in ((tag_ids, len(tags)), (name_ids, len(names))):
        _, inverse, counts = np.unique(parent * size + ids, return_inverse=True, return_counts=True)
        results.append(np.log1p(counts[inverse] - 1).astype(np.float32))
    # Children of one parent are not adjacent in document order; sort them together, then measure runs of equal kinds.
    order = np.argsort(parent, kind="stable")
    key = (parent * len(names) + name_ids)[order]
    starts = np.flatnonzero(np.append(True, key[1:] != key[:-1]))
    lengths = np.diff(np.append(starts, n))
    run = np.empty(n, np.float32)
    run[order] = np.repeat(np.log1p(lengths - 1), lengths)
    return results[0], results[1], run


def _neighbours(page: Page, layout: Layout) -> Matrix:
    n, reach = layout.n, max(_OFFSETS)
    own = np.column_stack(
        [
            np.log1p(layout.words),
            layout.link_density,
            layout.group == 0,
            (layout.group >= 1) & (layout.group <= 3),
            layout.group == 4,
            np.fromiter((text.endswith(_SENTENCE_END) for text in page.texts), bool, n),
            layout.good > 0,
        ]
    ).astype(np.float32)
    padded = np.zeros((n + 2 * reach, own.shape[1]), np.float32)
    padded[reach : reach + n] = own
    owners = np.full(n + 2 * reach, -1, np.intp)
    owners[reach : reach + n] = layout.owner
    parents = np.full(n + 2 * reach, -1, np.intp)
    parents[reach : reach + n] = layout.parent[layout.owner]
    columns = []
    for offset in _OFFSETS:
        span = slice(reach + offset, reach + offset + n)
        columns.append(padded[span])
        columns.append((owners[span] == layout.owner)[:, None])
        columns.append((parents[span] == layout.parent[layout.owner])[:, None])
    return np.concatenate(columns, axis=1).astype(np.float32)


def _windows(layout: Layout) -> Matrix:
    good, linked, words = (
        np.append(0, np.cumsum(x)) for x in (layout.good > 0, layout.link_density > 0.5, np.log1p(layout.words))
    )
    index = np.arange(layout.n)
    columns: list[NDArray[Any]] = []
    for ahead in (False, True):
        for sums, width in ((good, 2), (good, 5), (good, 12), (linked, 2), (linked, 5), (words, 5)):
            if ahead:
                total = sums[np.minimum(index + 1 + width, layout.n)] - sums[index + 1]
            else:
                total = sums[index] - sums[np.maximum(index - width, 0)]
            columns.append(total / width)
    return np.column_stack(columns).astype(np.float32)


def _mass(layout: Layout) -> Matrix:
    """Place relative to the deepest containers that hold given shares of the page's paragraph text."""
    return places(layout, layout.spans(layout.good[:, None]), _MASS_SHARES)


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
    covers = (layout.first[:, None] <= first) & (layout.last[:, None] >= last)
    covers &= np.arange(len(layout.parent))[:, None] <= main
    steps = layout.climb((~covers).astype(np.int64), np.add)[layout.owner]
    index = np.arange(layout.n)[:, None]
    table = np.empty((layout.n, len(main), 6), np.float32)
    table[:, :, 0] = (index >= first) & (index < last)
    table[:, :, 1] = np.minimum(steps, 10) / 5
    table[:, :, 2] = np.log1p(np.maximum(first - index, 0))
    table[:, :, 3] = np.log1p(np.maximum(index - last + 1, 0))
    table[:, :, 4] = np.clip((index - first) / np.maximum(last - first, 1), -1, 2)
    table[:, :, 5] = parts
    return table.reshape(layout.n, -1)


def _whole_page(page: Page, layout: Layout) -> Matrix:
    words = layout.words
    total = max(float(words.sum()), 1.0)
    row = np.array(
        [
            np.log1p(layout.n),
            np.log1p(total),
            layout.good.sum() / total,
            (words * layout.link_density).sum() / total,
            (words * (layout.group == 0)).sum() / total,
            np.log1p(page.areas[0]),
            (words * np.asarray(page.hidden)).sum() / total,
            layout.counts[:, IDEOGRAPH].sum() / layout.chars.sum(),
        ],
        np.float32,
    )
    return np.broadcast_to(row, (layout.n, len(row)))
