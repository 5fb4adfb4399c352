"""Addresses in comments, also those that are written to get past a filter."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from classifier.spam.reading import SPACE, STOP, UPPER, Reading
from classifier.spam.words import bits


@dataclass(frozen=True)
class Links:
    """Addresses in some texts.

    Attributes
    ----------
    inside : ndarray of bool
        Which words belong to an address.
    counts, n_broken : ndarray of int, shape (n_texts,)
        Addresses in each text, and those of them that are broken by blanks or "dot".
    """

    inside: npt.NDArray[np.bool_]
    counts: npt.NDArray[np.intp]
    n_broken: npt.NDArray[np.intp]


def find_links(reading: Reading, kinds: npt.NDArray[np.uint32]) -> Links:
    """Find addresses.

    Parameters
    ----------
    reading : Reading
        The texts.
    kinds : ndarray
        Kinds of their words as bits.

    Returns
    -------
    Links
        "http", "www" or a domain begins one, the next blank ends it.
    """
    owner = reading.word_owner
    plain, broken = _domains(reading, kinds)
    n_broken = np.bincount(owner[broken], minlength=reading.n_texts)
    starts = np.concatenate([np.flatnonzero(kinds & bits("address")), plain, broken])
    if not len(starts):
        return Links(np.zeros(len(kinds), bool), n_broken, n_broken)
    run = np.cumsum(reading.sorts == SPACE)[reading.first]  # words between the same blanks have the same number
    linked = np.zeros(run[-1] + 1, bool)
    linked[run[starts]] = True
    inside = linked[run]
    inside[broken - 1] = True
    begins = inside.copy()
    begins[1:] &= run[1:] != run[:-1]
    begins[broken] = True
    begins[broken - 1] = False
    return Links(inside, np.bincount(owner[begins], minlength=reading.n_texts), n_broken)


def _domains(reading: Reading, kinds: npt.NDArray[np.uint32]) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Find words that end a domain: "example.com", and "example . com", "example .com" or "example dot com"."""
    owner, first = reading.word_owner, reading.first
    words = np.flatnonzero(kinds & bits("domain"))
    words = words[(words > 0) & (owner[words] == owner[words - 1])]
    gap = first[words] - reading.last[words - 1]
    dotted = reading.sorts[first[words] - 1] == STOP
    plain = dotted & (gap == 2) & (reading.sorts[first[words]] != UPPER)  # no sentence that begins without a blank
    spread = (gap > 2) & (gap <= 4) & (dotted | (reading.sorts[first[words] - 2] == STOP))
    spelled = (kinds[words - 1] & bits("dot")) != 0
    return words[plain], words[(spread | spelled) & ((kinds[words] & bits("sure_domain")) != 0)]
