"""What tells spam from other comments: hashed n-grams and measures, for all comments of a page at once."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

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
    words = _KnownWords(reading, kinds, found)
    return Features(owner, buckets, _measures(reading, words, found, article_text, np.asarray(links, np.intp)))


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


class _KnownWords:
    """The words of a reading that are of some kind.

    Attributes
    ----------
    early : ndarray of bool
        Which stand among the first of their text.
    """

    def __init__(self, reading: Reading, kinds: npt.NDArray[np.uint32], links: Links) -> None:
        owner = reading.word_owner
        known = np.flatnonzero(kinds)
        outside = np.where(links.inside, np.uint32(0), kinds)
        before = np.zeros(len(kinds), np.uint32)
        self._before = [before[known]]  # kinds of up to n words before each, outside addresses, by n
        for n in range(1, _REACH + 1):
            before[n:] |= np.where(owner[n:] == owner[:-n], outside[:-n], np.uint32(0))
            self._before.append(before[known])
        self.early = (known - np.searchsorted(owner, owner[known])) < _EARLY
        self._owner, self._n_texts = owner[known], reading.n_texts
        self._outside, self._inside = outside[known], np.where(links.inside, kinds, np.uint32(0))[known]

    def count(self, *which: Bools) -> npt.NDArray[np.intp]:
        """Count words by text: one row for each of some choices of words."""
        row, word = np.divmod(np.flatnonzero(np.array(which)), max(1, len(self._owner)))
        counts = np.bincount(row * self._n_texts + self._owner[word], minlength=len(which) * self._n_texts)
        return counts.reshape(len(which), self._n_texts)

    def of(self, kind: str) -> Bools:
        """Choose words of a kind, outside addresses."""
        chosen: Bools = (self._outside & bits(kind)) != 0
        return chosen

    def in_links(self, kind: str) -> Bools:
        """Choose words of a kind in addresses."""
        chosen: Bools = (self._inside & bits(kind)) != 0
        return chosen

    def after(self, before: str, reach: int, kind: str) -> Bools:
        """Choose words of a kind that follow closely upon another."""
        chosen: Bools = ((self._before[reach] & bits(before)) != 0) & self.of(kind)
        return chosen


def _measures(
    reading: Reading, words: _KnownWords, found: Links, article_text: str, links: npt.NDArray[np.intp]
) -> Floats:
    """Compute the measures in the order of `MEASURES`."""
    n_texts, of, after = reading.n_texts, words.of, words.after
    counts = words.count(
        words.in_links("platform"),
        words.in_links("fund"),
        words.in_links("shop"),
        words.in_links("video_site"),
        after("own", 3, "thing"),
        of("ask"),
        after("ask", 4, "thing"),
        after("ask", 3, "self"),
        of("ask") & words.early,
        of("subscribe"),
        after("subscribe", 3, "self"),
        after("subscribe", 4, "return") | after("like", 4, "return"),
        of("please"),
        of("platform"),
        of("fund"),
        of("shop"),
        of("money"),
        of("trade"),
        of("greeting") & words.early,
        of("new"),
        after("like", 2, "comment"),
        of("comment"),
        of("views"),
        of("praise"),
        of("own"),
        of("self"),
        of("you"),
    )
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
