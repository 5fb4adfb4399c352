"""What tells spam from other comments: hashed n-grams and measures, for all comments of a page at once."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from classifier.spam.links import Links, find_links
from classifier.spam.reading import (
    DIGIT,
    EXCLAMATION,
    MAX_CHARACTERS,
    MONEY,
    N_SORTS,
    PRIME,
    SIGN,
    UPPER,
    Reading,
    membership,
    mixed,
    read,
    shortened,
)
from classifier.spam.words import bits, kinds_of

Floats = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]

_BUCKET_BITS: Final = 16
N_BUCKETS: Final = 1 << _BUCKET_BITS
# Words that are counted, and from which number on more of them say nothing more.
_CAPS: Final = {
    "link_to_platform": 1,
    "link_to_fund": 1,
    "link_to_shop": 1,
    "link_to_video_site": 1,
    "own_thing": 2,
    "requests": 3,
    "requests_for_thing": 2,
    "requests_for_self": 2,
    "early_request": 1,
    "subscribe": 1,
    "subscribe_to_self": 1,
    "subscribe_in_return": 1,
    "please": 2,
    "platforms": 2,
    "fund": 1,
    "shop": 3,
    "money": 3,
    "trade": 3,
    "greeting": 1,
    "new": 2,
    "like_comment": 1,
    "comment": 1,
    "views": 2,
    "praise": 3,
    "own": 1,
}
_ROWS: Final = {name: row for row, name in enumerate(_CAPS)}
_WITH_LINK: Final = ("praise", "requests", "own", "greeting", "shop", "money", "trade")
MEASURES: Final = (
    *_CAPS,
    *(f"link_and_{name}" for name in _WITH_LINK),
    "links",
    "has_link",
    "broken_link",
    "link_alone",
    "link_of_few_words",
    "link_first",
    "link_last",
    "links_per_word",
    "link_without_words",
    "link_under_article",
    "unrelated_link",
    "unrelated",
    "related",
    "has_own_thing",
    "self",
    "you",
    "capitals",
    "digits",
    "money_signs",
    "exclamations",
    "signs",
    "length",
    "short",
    "repetition",
)
SPEC: Final[dict[str, Any]] = {
    "buckets": N_BUCKETS,
    "words": [1, 2],
    "characters": [4],
    "measures": list(MEASURES),
    "max_characters": MAX_CHARACTERS,
}
_ARTICLE_CHARACTERS: Final = 20_000
_TOPIC_LENGTH: Final = 4  # shorter words say little about the topic of an article
_EARLY: Final = 3  # words
_REACH: Final = 4  # words between two that belong together
_ALL: Final = np.uint32(0xFFFFFFFF)  # kinds
_IN_LINK: Final = np.uint32(0x51ED270B)  # tells words of addresses from others
_PRIMES: Final = [np.uint32(pow(int(PRIME), n, 1 << 32)) for n in range(4)]


@dataclass(frozen=True)
class Features:
    """Features of some comments.

    Attributes
    ----------
    owner, buckets : ndarray of int, shape (n_grams,)
        The number of the comment, and the hash bucket, of each n-gram; repeated ones are repeated.
    measures : ndarray of float32, shape (n_comments, len(MEASURES))
        About 0 to 1.
    """

    owner: npt.NDArray[np.intp]
    buckets: npt.NDArray[np.uint32]
    measures: Floats


def spam_features(texts: Sequence[str], article_text: str, links: Sequence[int]) -> Features:
    """Compute the features of the comments of a page.

    Parameters
    ----------
    texts : sequence of str
        The readers' words.
    article_text : str
        The article that they stand under.
    links : sequence of int
        Links in the markup of each.

    Returns
    -------
    Features
        Of each comment as if it stood alone.
    """
    reading = read(texts)
    kinds = kinds_of(reading.words)
    found = find_links(reading, kinds)
    owner, buckets = _grams(reading, found.inside)
    counts = _count(reading, kinds, found)
    return Features(owner, buckets, _measures(reading, counts, found, article_text, np.asarray(links, np.intp)))


def _grams(reading: Reading, in_link: Bools) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.uint32]]:
    """Hash words, pairs of words, and runs of four characters."""
    words, word_owner = np.where(in_link, reading.words ^ _IN_LINK, reading.words), reading.word_owner
    paired = word_owner[1:] == word_owner[:-1]
    pairs = (words[:-1] * PRIME + words[1:])[paired]
    letters, owner = reading.letters, reading.owner
    whole = owner[3:] == owner[:-3]
    runs = letters[:-3] * _PRIMES[3] + letters[1:-2] * _PRIMES[2] + letters[2:-1] * _PRIMES[1] + letters[3:]
    hashes = np.concatenate([words, pairs, runs[whole]])
    owners = np.concatenate([word_owner, word_owner[1:][paired], owner[3:][whole]])
    return owners, mixed(hashes) >> np.uint32(32 - _BUCKET_BITS)


class _Counted(NamedTuple):
    """Words of a kind that are counted: where they stand, and what else must be so there.

    Attributes
    ----------
    kind : str
        One of `words.KINDS`.
    where : str
        One of `_SIGHTS`: what the word is, outside addresses or inside.
    also : str
        Another of them, that must have one of some kinds; "any" has all.
    before : tuple of str
        These kinds; nothing for any.
    """

    kind: str
    where: str = "outside"
    also: str = "any"
    before: tuple[str, ...] = ()


# What is known of each word, as bits of kinds: its own, whether it stands early, and those of some words before it.
_SIGHTS: Final = ("outside", "inside", "any", "early", "2 before", "3 before", "4 before")
_COUNTED: Final = (  # in the order of `_CAPS`
    _Counted("platform", "inside"),
    _Counted("fund", "inside"),
    _Counted("shop", "inside"),
    _Counted("video_site", "inside"),
    _Counted("thing", also="3 before", before=("own",)),
    _Counted("ask"),
    _Counted("thing", also="4 before", before=("ask",)),
    _Counted("self", also="3 before", before=("ask",)),
    _Counted("ask", also="early"),
    _Counted("subscribe"),
    _Counted("self", also="3 before", before=("subscribe",)),
    _Counted("return", also="4 before", before=("subscribe", "like")),
    _Counted("please"),
    _Counted("platform"),
    _Counted("fund"),
    _Counted("shop"),
    _Counted("money"),
    _Counted("trade"),
    _Counted("greeting", also="early"),
    _Counted("new"),
    _Counted("comment", also="2 before", before=("like",)),
    _Counted("comment"),
    _Counted("views"),
    _Counted("praise"),
    _Counted("own"),
    _Counted("self"),
    _Counted("you"),
)


@functools.cache
def _choices() -> tuple[npt.NDArray[np.intp], npt.NDArray[np.uint32]]:
    """Make two arrays of `_COUNTED`, of two rows each: sights, and bits one of which each must have."""
    sights = [[_SIGHTS.index(one.where), _SIGHTS.index(one.also)] for one in _COUNTED]
    masks = [[bits(one.kind), bits(*one.before) or _ALL] for one in _COUNTED]
    return np.array(sights, np.intp).T, np.array(masks, np.uint32).T


def _count(reading: Reading, kinds: npt.NDArray[np.uint32], links: Links) -> npt.NDArray[np.intp]:
    """Count words by text, shape (len(_COUNTED), n_texts)."""
    owner, n_texts = reading.word_owner, reading.n_texts
    known = np.flatnonzero(kinds)  # few of all words
    outside = np.where(links.inside, np.uint32(0), kinds)
    before = np.zeros(len(kinds), np.uint32)  # kinds of up to n words before each, outside addresses
    seen = []
    for n in range(1, _REACH + 1):
        before[n:] |= np.where(owner[n:] == owner[:-n], outside[:-n], np.uint32(0))
        seen.append(before[known])
    owner = owner[known]
    early = (known - np.searchsorted(reading.word_owner, owner)) < _EARLY
    inside, anything = kinds[known] ^ outside[known], np.full(len(known), _ALL)
    sights = np.array([outside[known], inside, anything, early * _ALL, *seen[1:]])
    (first, second), (mask, other) = _choices()
    chosen = ((sights[first] & mask[:, None]) != 0) & ((sights[second] & other[:, None]) != 0)
    row, word = np.nonzero(chosen)
    counts = np.bincount(row * n_texts + owner[word], minlength=len(_COUNTED) * n_texts)
    return counts.reshape(len(_COUNTED), n_texts)


def _measures(
    reading: Reading, counts: npt.NDArray[np.intp], found: Links, article_text: str, links: npt.NDArray[np.intp]
) -> Floats:
    """Compute the measures in the order of `MEASURES`."""
    n_texts = reading.n_texts
    counted, (n_self, n_you) = counts[: len(_CAPS)], counts[len(_CAPS) :]
    caps = np.array(list(_CAPS.values()))[:, None]
    begins = np.searchsorted(reading.word_owner, np.arange(n_texts + 1))
    n_words = np.diff(begins)
    n_links = np.maximum(links, found.counts)
    n_free = n_words - np.bincount(reading.word_owner[found.inside], minlength=n_texts)
    has_link = n_links > 0
    ends = np.append(found.inside, False)
    some = n_words > 0  # a text without words has no link at its ends
    sorts = np.bincount(reading.sort_owner * N_SORTS + reading.sorts, minlength=n_texts * N_SORTS)
    sorts = sorts.reshape(n_texts, N_SORTS)
    written = sorts.sum(axis=1)
    related, unrelated = _related(reading, found, article_text)
    columns = (
        *np.minimum(counted, caps) / caps,
        *(has_link & (counted[[_ROWS[name] for name in _WITH_LINK]] > 0)),
        np.minimum(n_links, 5) / 5,
        has_link,
        found.n_broken > 0,
        has_link & (n_free < 4),
        has_link & (n_words < 12),
        some & ends[begins[:-1]],
        some & ends[begins[1:] - 1],
        n_links / np.maximum(1, n_free + n_links),
        has_link & (n_free == 0),
        has_link & bool(article_text),
        unrelated & has_link,
        unrelated,
        np.minimum(1, 2 * related),
        counted[_ROWS["own_thing"]] > 0,
        _share(n_self, n_words, 5),
        _share(n_you, n_words, 5),
        _share(sorts[:, UPPER], reading.n_letters),
        _share(sorts[:, DIGIT], written, 4),
        np.minimum(sorts[:, MONEY], 2) / 2,
        _share(sorts[:, EXCLAMATION], written, 10),
        _share(sorts[:, SIGN] + sorts[:, MONEY], written, 10),
        np.minimum(n_words, 100) / 100,
        n_words < 6,
        1 - _share(_distinct(reading), n_words),
    )
    return np.array(columns, np.float32).T


def _share(part: Any, whole: Any, times: int = 1) -> Any:
    return np.minimum(1, times * part / np.maximum(1, whole))


def _distinct(reading: Reading) -> npt.NDArray[np.intp]:
    """Count the distinct words of each text."""
    keys = np.sort((reading.word_owner.astype(np.uint64) << np.uint64(32)) | reading.words)
    new = np.append(True, keys[1:] != keys[:-1])[: len(keys)]  # owners stand in order in both
    return np.bincount(reading.word_owner[new], minlength=reading.n_texts)


def _related(reading: Reading, found: Links, article_text: str) -> tuple[npt.NDArray[np.float64], Bools]:
    """Share of the longer words of each text that the article has too, and which texts have next to none of these."""
    if not article_text:
        return np.zeros(reading.n_texts), np.zeros(reading.n_texts, bool)
    telling = np.flatnonzero((reading.lengths >= _TOPIC_LENGTH) & ~found.inside)
    shared = telling[_topic(article_text)[shortened(reading.words[telling])]]
    n_telling, n_shared = (
        np.bincount(reading.word_owner[which], minlength=reading.n_texts) for which in (telling, shared)
    )
    related = n_shared / np.maximum(1, n_telling)
    return related, (n_telling >= 3) & (related < 0.05)


@functools.lru_cache(maxsize=4)  # the comments of a page may be asked about one by one
def _topic(article_text: str) -> Bools:
    """Tell by the first bits of its hash whether the article has a word."""
    return membership(read([article_text], _ARTICLE_CHARACTERS).words)
