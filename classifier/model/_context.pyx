# cython: boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""What `context.context` does, row by row instead of column by column."""

from importlib import import_module

from libc.math cimport log1p, sqrtf
from libc.string cimport memcpy

import numpy as np

from classifier.features import places
from classifier.features.layout import LEVELS as _LEVELS

reference = import_module("classifier.model.context")  # the package has a function of that name

cdef enum:  # as in `context`
    LABELS = 9
    REACH = 4
    WINDOWS = 2
    LEVELS = 5
    HELD = 2
assert reference._N == LABELS and _LEVELS == LEVELS
assert reference._OFFSETS == (-4, -3, -2, -1, 1, 2, 3, 4)
cdef int[WINDOWS] WIDTHS = reference._WINDOWS
cdef int[HELD] HOLDERS = reference._HELD
cdef int TITLE = reference._TITLE
cdef Py_ssize_t N_CONTEXT = reference.N_CONTEXT
cdef const Py_ssize_t[::1] FEATURES = reference._FEATURES


def context(layout, const float[:, :] probabilities not None, dense):
    cdef const float[::1] words = layout.words
    cdef const Py_ssize_t[::1] first = layout.first, last = layout.last
    cdef const Py_ssize_t[:, ::1] levels = layout.levels
    cdef const float[:, ::1] features = np.ascontiguousarray(dense, np.float32)
    cdef Py_ssize_t n = words.shape[0], n_containers = first.shape[0], block, label, i, at, container, title = 0
    if not n or probabilities.shape[0] != n or features.shape[0] != n or probabilities.shape[1] != LABELS:
        raise ValueError("expected the probabilities and features of each block")
    cdef float[:, ::1] p = np.zeros((n + 2 * REACH, LABELS), np.float32)  # with zeros beyond the ends of the page
    # Sums over all blocks before each: of probabilities weighed by the root of the words, of that weight, and of the
    # words of some labels.
    cdef double[:, ::1] sums = np.zeros((n + 1, LABELS + 1 + HELD))
    cdef float[:, ::1] held = np.empty((n_containers, HELD), np.float32)
    cdef double[LABELS] whole
    cdef double[HELD] mass
    cdef float[HELD] page_mass
    cdef double distance
    cdef float root
    cdef float* to
    with nogil:
        for block in range(n):
            to = &p[block + REACH, 0]
            root = sqrtf(words[block])
            for label in range(LABELS):
                to[label] = probabilities[block, label]
                sums[block + 1, label] = sums[block, label] + to[label] * root
            sums[block + 1, LABELS] = sums[block, LABELS] + root
            for i in range(HELD):
                sums[block + 1, LABELS + 1 + i] = sums[block, LABELS + 1 + i] + words[block] * to[HOLDERS[i]]
            if to[TITLE] > p[title + REACH, TITLE]:
                title = block
        for label in range(LABELS):
            whole[label] = max(sums[n, label], 1)
        for i in range(HELD):
            at = LABELS + 1 + i
            mass[i] = log1p(sums[n, at])
            page_mass[i] = max(<float>(sums[last[0], HOLDERS[i]] - sums[first[0], HOLDERS[i]]), 1)
            for container in range(n_containers):
                held[container, i] = sums[last[container], at] - sums[first[container], at]
    cdef const float[:, ::1] around = places(layout, np.asarray(held), reference._SHARES)
    cdef Py_ssize_t n_around = around.shape[1], n_features = FEATURES.shape[0]
    if LABELS * (1 + 2 * REACH + WINDOWS + LEVELS + 2) + HELD * (LEVELS + 1) + n_around + 1 + n_features != N_CONTEXT:
        raise ValueError("columns and names do not fit together")

    result = np.empty((n, N_CONTEXT), np.float32)
    cdef float[:, ::1] out = result
    with nogil:
        for block in range(n):
            to = copy(&out[block, 0], &p[block + REACH, 0], LABELS)
            to = copy(to, &p[block, 0], REACH * LABELS)
            to = copy(to, &p[block + REACH + 1, 0], REACH * LABELS)
            for i in range(WINDOWS):
                to = means(to, sums, max(block - WIDTHS[i], 0), min(block + WIDTHS[i] + 1, n))
            for i in range(LEVELS):
                container = levels[i, block]
                to = means(to, sums, first[container], last[container])
            for i in range(LEVELS):
                container = levels[i, block]
                for at in range(HELD):
                    label = HOLDERS[at]
                    to[at] = <float>(sums[last[container], label] - sums[first[container], label]) / page_mass[at]
                to += HELD
            for label in range(LABELS):
                to[label] = sums[block, label] / whole[label]
                to[LABELS + label] = sums[n, label] / sums[n, LABELS]
            to = copy(to + 2 * LABELS, &around[block, 0], n_around)
            for i in range(HELD):
                to[i] = mass[i]
            distance = block - title
            to[HELD] = log1p(distance) if distance > 0 else -log1p(-distance)
            to += HELD + 1
            for i in range(n_features):
                to[i] = features[block, FEATURES[i]]
    return result


cdef inline float* copy(float* to, const float* values, Py_ssize_t n) noexcept nogil:
    memcpy(to, values, n * sizeof(float))
    return to + n


cdef inline float* means(float* to, const double[:, ::1] sums, Py_ssize_t start, Py_ssize_t stop) noexcept nogil:
    """Write the mean probabilities of a row of blocks."""
    cdef Py_ssize_t label
    cdef double weight = 1 / max(sums[stop, LABELS] - sums[start, LABELS], 1e-6)
    for label in range(LABELS):
        to[label] = (sums[stop, label] - sums[start, label]) * weight
    return to + LABELS
