"""How likely a comment is spam: a logistic regression over hashed n-grams and a few measures, in NumPy.

The features are shared with `classifier.spam.training`, which needs scikit-learn; this module does not.
"""

from __future__ import annotations

import functools
import json
import math
import re
import string
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from classifier.exceptions import ModelMismatch
from classifier.resources import model_path, open_arrays
from classifier.sieve import Sieve, folded

FORMAT_VERSION: Final = 1
N_BUCKETS: Final = 1 << 15
MEASURES: Final = (
    "links",
    "has_link",
    "only_link",
    "own_thing",
    "asks",
    "capitals",
    "repetition",
    "signs",
    "length",
    "short",
    "unrelated_link",
    "unrelated",
    "related",
)
SPEC: Final[dict[str, Any]] = {
    "buckets": N_BUCKETS,
    "hash": "crc32",
    "words": [1, 2],
    "characters": [3, 5],
    "measures": list(MEASURES),
    "max_characters": 1500,
}
_MAX_CHARACTERS: Final = 1500  # spam says what it wants early
_WORD: Final = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_URL: Final = re.compile(
    r"https?://\S+|www\.\S+|\b[\w-]{2,}\.(?:com|net|org|info|ru|biz|co|io|me|de|tk|xyz|ly|be|tv)\b\S*|watch\?v=\S+",
    re.IGNORECASE,
)
# Spam talks about what its author owns and tells the reader to do something with it.
_OWN: Final = folded(
    r"\b(?:my|our|mein\w*|unser\w*|mon|ma|mes|notre|nos|mi|mis|nuestr[oa]|minha|meu|il mio|la mia|mijn|moj\w*|mój|"
    r"min|мой|мою|наш\w*)"
    r"(?: \w+){0,2} (?:channel|video|vid|site|website|web ?page|page|blog|cover|track|song|music|playlist|profile|"
    r"shop|store|company|"
    r"service|kanal|seite|webseite|chaîne|canal|página|pagina|sitio|sito|stron\w+|канал|сайт|страниц\w+)s?\b"
)
_ASKS: Final = folded(
    r"\b(?:check(?:ing)? (?:\w+ )?out|subscribe|sub to|visit|click|follow (?:me|us)|vote|take a (?:look|listen)|"
    r"watch my|look up|search for|"
    r"contact|order now|buy|download|sign up|join|add me|give (?:it|me|us) a|share this|besuch\w*|abonnier\w*|"
    r"klick\w*|visite[zr]?|"
    r"abonne\w*|cliquez|visita|haz clic|suscr[ií]b\w*|clique|iscriviti|bezoek|klik|odwiedź|kliknij|жми|заход\w+|"
    r"подпис\w+|купи\w*)\b"
)
_may_own, _may_ask = Sieve(_OWN), Sieve(_ASKS)
_DOTTED: Final = re.compile(r"\.\S")
_OTHER: Final = re.compile(r"[^\x00-\x7f]")
_CAPITALS: Final = string.ascii_uppercase.encode()
_LETTERS: Final = string.ascii_letters.encode()
_SHORTEST_GRAM, _LONGEST_GRAM = SPEC["characters"]
_STOP_LENGTH: Final = 4  # shorter words say little about the topic of an article


@dataclass(frozen=True)
class SpamModel:
    """Weights as loaded from a file.

    Attributes
    ----------
    weights : ndarray of float32, shape (N_BUCKETS,)
        One per hash bucket.
    measures : ndarray of float32, shape (len(MEASURES),)
        One per measure.
    bias, slope, offset : float
        Intercept, and the calibration ``sigmoid(slope * score + offset)``.
    metadata : dict
        Feature specification, data digest and metrics.
    """

    weights: npt.NDArray[np.float32]
    measures: npt.NDArray[np.float32]
    bias: float
    slope: float
    offset: float
    metadata: dict[str, Any]


def spam_probabilities(texts: Sequence[str], article_text: str, links: Sequence[int]) -> list[float]:
    """Probability of each comment of a page that it is spam.

    Parameters
    ----------
    texts : sequence of str
        The readers' words.
    article_text : str
        The article that they stand under: spam shares no words with it.
    links : sequence of int
        Links in the markup of each; addresses in the text are counted anyway.

    Returns
    -------
    list of float
        0.0 to 1.0; 0.0 for an empty text.

    Raises
    ------
    ModelError
        The model file is missing or was made for other features.
    """
    if not texts:
        return []
    model = _default_model()
    words = [_words(text) for text in texts]
    owner, buckets, values = _weighted([_with_links(text, own) for text, own in zip(texts, words, strict=True)])
    measures = _measures(texts, words, article_text, links)
    scores = np.bincount(owner, model.weights[buckets] * values, len(texts)) + measures @ model.measures + model.bias
    return [
        _sigmoid(model.slope * score + model.offset) if text.strip() else 0.0
        for text, score in zip(texts, scores.tolist(), strict=True)
    ]


def load(path: str | None = None) -> SpamModel:
    """Load a model.

    Parameters
    ----------
    path : str, optional
        By default the one that ships with the package.

    Returns
    -------
    SpamModel
        Arrays and plain metadata; nothing in the file is executed.

    Raises
    ------
    ModelError
        The file is missing, damaged, or made for other features.
    """
    source = Path(path or model_path("spam.npz"))
    with open_arrays(source, "a spam model (arrays weights, small, metadata)") as arrays:
        metadata = json.loads(str(arrays["metadata"]))
        weights = arrays["weights"].astype(np.float32)
        small = arrays["small"].astype(np.float32)
    version, spec = metadata.get("format"), metadata.get("features")
    if version != FORMAT_VERSION or spec != SPEC or len(weights) != N_BUCKETS or len(small) != len(MEASURES) + 3:
        msg = (
            f"expected spam model format {FORMAT_VERSION} with features {SPEC}, found format {version!r} with {spec!r} "
            f"in {source}: train it again with python -m classifier.spam.training"
        )
        raise ModelMismatch(msg)
    return SpamModel(weights, small[:-3], float(small[-3]), float(small[-2]), float(small[-1]), metadata)


@functools.cache
def _default_model() -> SpamModel:
    return load()


def hashed(text: str) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
    """Hash the word and character n-grams of a text.

    Parameters
    ----------
    text : str
        Any length; the first 1,500 characters count.

    Returns
    -------
    buckets : ndarray of int64
        Distinct hash buckets.
    values : ndarray of float32
        Weight of each, of length 1 together.
    """
    _, buckets, values = _weighted([_with_links(text, _words(text))])
    return buckets, values


def _weighted(
    texts: Sequence[list[str]],
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.float32]]:
    """Distinct buckets of some texts, given as words, with their values, and which text each belongs to."""
    keys = np.sort(_hashes(texts))
    starts = np.flatnonzero(np.append(True, keys[1:] != keys[:-1])) if len(keys) else np.zeros(0, np.intp)
    values = np.log1p(np.diff(np.append(starts, len(keys))).astype(np.float32))
    owner, buckets = np.divmod(keys[starts].astype(np.int64), N_BUCKETS)
    norms = np.sqrt(np.bincount(owner, values * values, len(texts)))
    return owner, buckets, (values / norms[owner]).astype(np.float32)


def _hashes(texts: Sequence[list[str]]) -> npt.NDArray[np.uint32]:
    """Buckets of all n-grams of some texts, by CRC-32, each plus `N_BUCKETS` times the number of its text."""
    joined: list[str] = []
    crcs: list[int] = []
    counts: list[int] = []
    for words in texts:
        before = len(crcs)
        previous = None
        for word in words:
            encoded = word.encode()
            if previous is not None:
                crcs.append(zlib.crc32(b" " + encoded, previous))
            previous = zlib.crc32(encoded, _WORD_CRC)
            crcs.append(previous)
        counts.append(len(crcs) - before)
        joined.append(f" {' '.join(words)} ")
    numbers = np.arange(len(texts), dtype=np.uint32) * np.uint32(N_BUCKETS)
    found = [np.array(crcs, np.uint32) % N_BUCKETS + np.repeat(numbers, counts)]
    letters = np.frombuffer("".join(joined).encode(), np.uint8)
    starts = np.flatnonzero(letters & 0xC0 != 0x80)  # of characters, in UTF-8
    sizes = np.diff(np.append(starts, len(letters)))
    columns = [letters[np.minimum(starts + byte, len(letters) - 1)] for byte in range(int(sizes.max(initial=1)))]
    owner = np.repeat(numbers, list(map(len, joined)))
    crc = np.full(len(starts), _CRC_START, np.uint32)
    for n in range(1, min(_LONGEST_GRAM, len(starts)) + 1):  # the hashes of runs of n characters grow by one character
        crc = crc[: len(starts) - n + 1]
        for byte, column in enumerate(columns):
            grown = _CRC_TABLE[(crc ^ column[n - 1 :]) & 0xFF] ^ (crc >> 8)
            crc = np.where(sizes[n - 1 :] > byte, grown, crc) if byte else grown
        if n >= _SHORTEST_GRAM:
            inside = owner[: len(crc)] == owner[n - 1 :]
            found.append((crc[inside] ^ _CRC_START) % N_BUCKETS + owner[: len(crc)][inside])
    return np.concatenate(found)


def _crc_table() -> npt.NDArray[np.uint32]:
    table = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        table = np.where(table & 1, (table >> 1) ^ np.uint32(0xEDB88320), table >> 1)
    return table


_CRC_TABLE: Final = _crc_table()
_CRC_START: Final = np.uint32(0xFFFFFFFF)
_WORD_CRC: Final = zlib.crc32(b"w ")  # tells words from runs of characters


def _words(text: str) -> list[str]:
    """Words of the beginning of a text."""
    return _WORD.findall(text[:_MAX_CHARACTERS].casefold())


def _with_links(text: str, words: list[str]) -> list[str]:
    """Words of a text with one word for each address in it."""
    if not _may_link(text):
        return words
    return _WORD.findall(_URL.sub(" zzlink ", text[:_MAX_CHARACTERS].casefold()))


def _may_link(text: str) -> bool:
    """Tell whether a text may hold an address."""
    return _DOTTED.search(text) is not None or "://" in text or "=" in text


def measure(text: str, article_text: str, links: int) -> npt.NDArray[np.float32]:
    """Measures beside the words, each about 0 to 1, in the order of `MEASURES`."""
    found: npt.NDArray[np.float32] = _measures([text], [_words(text)], article_text, [links])[0]
    return found


def _measures(
    texts: Sequence[str], words: Sequence[list[str]], article_text: str, links: Sequence[int]
) -> npt.NDArray[np.float32]:
    """Measures of all comments of a page, one row for each."""
    beginnings = [text[:_MAX_CHARACTERS] for text in texts]
    owning, asking = _may_own.among(beginnings), _may_ask.among(beginnings)
    return np.array(
        [
            _measure(text, own, article_text, n, _count(_OWN, owning.get(at)), _count(_ASKS, asking.get(at)))
            for at, (text, own, n) in enumerate(zip(texts, words, links, strict=True))
        ],
        np.float32,
    )


def _count(pattern: re.Pattern[str], text: str | None) -> int:
    return len(pattern.findall(text)) if text else 0


def _measure(text: str, words: list[str], article_text: str, links: int, own: int, asks: int) -> list[float]:
    letters, capitals = _count_letters(text)
    n_links = max(links, len(_URL.findall(text)) if _may_link(text) else 0)
    topic = {word for word in words if len(word) >= _STOP_LENGTH}
    shared = len(topic & _topic(article_text)) / len(topic) if topic and article_text else 0.0
    unrelated = float(bool(article_text) and len(topic) >= 3 and shared < 0.05)
    return [
        min(n_links, 5) / 5,
        float(n_links > 0),
        float(n_links > 0 and len(words) < 12),
        min(2, own) / 2,
        min(3, asks) / 3,
        capitals / max(1, letters),
        1 - len(set(words)) / max(1, len(words)),
        sum(map(text.count, "!$%★►♥")) / max(10, len(text)) * 5,
        min(len(words), 100) / 100,
        float(len(words) < 6),
        float(unrelated and n_links > 0),
        unrelated,
        min(1.0, 2 * shared),
    ]


def _count_letters(text: str) -> tuple[int, int]:
    """Count letters and capitals."""
    plain = text.encode("ascii", "ignore")
    others = [] if text.isascii() else [character for character in _OTHER.findall(text) if character.isalpha()]
    return (
        len(plain) - len(plain.translate(None, _LETTERS)) + len(others),
        len(plain) - len(plain.translate(None, _CAPITALS)) + sum(map(str.isupper, others)),
    )


@functools.lru_cache(maxsize=4)  # all comments of a page stand under the same article
def _topic(article_text: str) -> frozenset[str]:
    return frozenset(word for word in set(_WORD.findall(article_text.casefold())) if len(word) >= _STOP_LENGTH)


def _sigmoid(score: float) -> float:
    return 1 / (1 + math.exp(-score)) if score >= 0 else math.exp(score) / (1 + math.exp(score))
