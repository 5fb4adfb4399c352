"""How likely a comment is spam: a logistic regression over hashed n-grams and a few measures, in NumPy.

The features are shared with `classifier.spam.training`, which needs scikit-learn; this module does not.
"""

from __future__ import annotations

import functools
import json
import math
import re
import zlib
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from classifier.exceptions import ModelError, ModelMismatch
from classifier.resources import model_path

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
_OWN: Final = re.compile(
    r"\b(?:my|our|mein\w*|unser\w*|mon|ma|mes|notre|nos|mi|mis|nuestr[oa]|minha|meu|il mio|la mia|mijn|moj\w*|mój|"
    r"min|мой|мою|наш\w*)"
    r"(?: \w+){0,2} (?:channel|video|vid|site|website|web ?page|page|blog|cover|track|song|music|playlist|profile|"
    r"shop|store|company|"
    r"service|kanal|seite|webseite|chaîne|canal|página|pagina|sitio|sito|stron\w+|канал|сайт|страниц\w+)s?\b",
    re.IGNORECASE,
)
_ASKS: Final = re.compile(
    r"\b(?:check(?:ing)? (?:\w+ )?out|subscribe|sub to|visit|click|follow (?:me|us)|vote|take a (?:look|listen)|"
    r"watch my|look up|search for|"
    r"contact|order now|buy|download|sign up|join|add me|give (?:it|me|us) a|share this|besuch\w*|abonnier\w*|"
    r"klick\w*|visite[zr]?|"
    r"abonne\w*|cliquez|visita|haz clic|suscr[ií]b\w*|clique|iscriviti|bezoek|klik|odwiedź|kliknij|жми|заход\w+|"
    r"подпис\w+|купи\w*)\b",
    re.IGNORECASE,
)
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


def spam_probability(text: str, article_text: str = "", links: int = 0) -> float:
    """Probability that a comment is spam.

    Parameters
    ----------
    text : str
        The reader's words.
    article_text : str, optional
        The article that it stands under: spam shares no words with it.
    links : int, optional
        Links in the comment's markup; addresses in the text are counted anyway.

    Returns
    -------
    float
        0.0 to 1.0; 0.0 for an empty text.

    Raises
    ------
    ModelError
        The model file is missing or was made for other features.
    """
    if not text.strip():
        return 0.0
    model = _default_model()
    buckets, values = hashed(text)
    score = float(model.weights[buckets] @ values) + float(model.measures @ measure(text, article_text, links))
    return _sigmoid(model.slope * (score + model.bias) + model.offset)


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
    source = path or str(model_path("spam.npz"))
    try:
        with np.load(source, allow_pickle=False) as file:
            metadata = json.loads(str(file["metadata"]))
            weights = file["weights"].astype(np.float32)
            small = file["small"].astype(np.float32)
    except (OSError, ValueError, KeyError) as error:
        msg = f"expected a spam model (arrays weights, small, metadata) in {source}, could not read it: {error}"
        raise ModelError(msg) from error
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
    lowered = _URL.sub(" zzlink ", text[:_MAX_CHARACTERS].casefold())
    words = _WORD.findall(lowered)
    grams = [f"w {word}" for word in words]
    grams += [f"w {first} {second}" for first, second in pairwise(words)]
    joined = f" {' '.join(words)} "
    for n in (3, 4, 5):
        grams += [joined[i : i + n] for i in range(len(joined) - n + 1)]
    counts = Counter(zlib.crc32(gram.encode()) % N_BUCKETS for gram in grams)
    buckets = np.fromiter(counts.keys(), np.int64, len(counts))
    values = np.log1p(np.fromiter(counts.values(), np.float32, len(counts)))
    norm = float(np.linalg.norm(values))
    return buckets, (values / norm if norm else values).astype(np.float32)


def measure(text: str, article_text: str, links: int) -> npt.NDArray[np.float32]:
    """Measures beside the words, each about 0 to 1, in the order of `MEASURES`."""
    words = _WORD.findall(text[:_MAX_CHARACTERS].casefold())
    letters = [character for character in text if character.isalpha()]
    n_links = max(links, len(_URL.findall(text)))
    topic = {word for word in words if len(word) >= _STOP_LENGTH}
    shared = len(topic & _topic(article_text)) / len(topic) if topic and article_text else 0.0
    unrelated = float(bool(article_text) and len(topic) >= 3 and shared < 0.05)
    return np.array(
        [
            min(n_links, 5) / 5,
            float(n_links > 0),
            float(n_links > 0 and len(words) < 12),
            min(2, len(_OWN.findall(text[:_MAX_CHARACTERS]))) / 2,
            min(3, len(_ASKS.findall(text[:_MAX_CHARACTERS]))) / 3,
            sum(map(str.isupper, letters)) / max(1, len(letters)),
            1 - len(set(words)) / max(1, len(words)),
            sum(text.count(sign) for sign in "!$%★►♥") / max(10, len(text)) * 5,
            min(len(words), 100) / 100,
            float(len(words) < 6),
            float(unrelated and n_links > 0),
            unrelated,
            min(1.0, 2 * shared),
        ],
        np.float32,
    )


@functools.lru_cache(maxsize=4)  # all comments of a page stand under the same article
def _topic(article_text: str) -> frozenset[str]:
    return frozenset(word for word in _WORD.findall(article_text.casefold()) if len(word) >= _STOP_LENGTH)


def _sigmoid(score: float) -> float:
    return 1 / (1 + math.exp(-score)) if score >= 0 else math.exp(score) / (1 + math.exp(score))
