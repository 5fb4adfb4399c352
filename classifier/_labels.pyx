# cython: boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""What `labels` does to choose labels and to find them."""

import numpy as np

from classifier import labels as reference

cdef Py_ssize_t BODY = reference.BODY, LABELS = len(reference.LABELS)
cdef unsigned long long FORGIVEN = sum(1 << label for label in reference._FORGIVEN)
cdef double LOWEST = reference._LOWEST, HIGHEST = reference._HIGHEST
cdef float BETWEEN = reference._BETWEEN


def body_threshold(body, words):
    # The best choice takes every block above half of its own F1. So does each round here with the F1 of the round
    # before, and none is worse than that one: they end at the best, after four or five, and nothing has to be sorted.
    cdef const float[:] p = np.asarray(body, np.float32)
    cdef const float[::1] weights = np.ascontiguousarray(words, np.float32)
    cdef Py_ssize_t n = p.shape[0], i
    cdef double whole = 0, hits, taken, expected = 0, found
    if not n or weights.shape[0] != n:
        raise ValueError("expected the words of each block")
    with nogil:
        for i in range(n):
            whole += p[i] * weights[i]
        while True:
            hits = taken = 0
            for i in range(n):
                if p[i] >= expected / 2:
                    hits += p[i] * weights[i]
                    taken += weights[i]
            found = 2 * hits / (taken + whole)
            if not found > expected:
                break
            expected = found
    return min(max(expected / 2, LOWEST), HIGHEST), expected


def choose_labels(probabilities, float threshold):
    cdef const float[:, :] p = np.asarray(probabilities, np.float32)
    cdef Py_ssize_t n = p.shape[0], block, label, best, start = -1
    cdef float body, rival
    if p.shape[1] != LABELS:
        raise ValueError(f"expected {LABELS} columns, got {p.shape[1]}")
    chosen = np.empty(n, np.intp)
    cdef Py_ssize_t[::1] to = chosen
    with nogil:
        for block in range(n):
            body, rival, best = p[block, BODY], -1, 1 if BODY == 0 else 0
            for label in range(LABELS):
                if label != BODY and p[block, label] > p[block, best]:
                    best = label
                if not FORGIVEN >> label & 1:
                    rival = max(rival, p[block, label])
            to[block] = best
            if body >= rival and body >= threshold:
                to[block] = BODY
                if start >= 0:  # doubtful ones between two blocks of body
                    to[start:block] = BODY
                start = block + 1
            elif not (body >= rival and body >= BETWEEN):
                start = -1
    return chosen


def labelled(labels, str label not None):
    cdef list found = []
    cdef Py_ssize_t block = 0
    for own in labels:
        if own is label or <str?>own == label:
            found.append(block)
        block += 1
    return found
