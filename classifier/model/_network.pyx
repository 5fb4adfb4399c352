# cython: boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""What `network.probabilities` does: the large products by BLAS, all around them in one pass each.

A loop that the compiler made for any processor takes three to six times as long for a product as BLAS, which has one
for this processor, but BLAS has to be called through NumPy: on a page of a few blocks the loop is faster.
"""

from libc.math cimport expf
from libc.string cimport memcpy, memset

import numpy as np

from classifier.model import network as reference

cdef enum:
    FEW = 7  # blocks, up to which the loop is faster
    TILE = 16  # columns whose sums stay in registers
    TAPS = 3  # blocks that a convolution joins


def probabilities(weights, dense, bags):
    own = layer(inputs(dense, bags, weights.lowest, weights.highest), weights.first, True)
    if weights.narrow is not None:
        sight = layer(own, weights.narrow, False)
        for dilation, convolution in weights.convolutions:
            add(sight, layer(with_neighbours(sight, dilation), convolution, True))
        own = beside(own, sight)
    result = layer(layer(own, weights.second, True), weights.third, False)
    softmax(result)
    return result


cdef object inputs(dense, bags, const float[::1] lowest, const float[::1] highest):
    """Put features, within their bounds, and sums of embeddings side by side."""
    cdef const float[:, ::1] features = np.ascontiguousarray(dense, np.float32)
    cdef const float[:, :] bag
    cdef Py_ssize_t n = features.shape[0], k = features.shape[1], width = k, row, i
    cdef const float* own
    cdef float* to
    cdef float value
    if k != lowest.shape[0] or k != highest.shape[0]:
        raise ValueError(f"expected {lowest.shape[0]} features, got {k}")
    for bag in bags:
        width += bag.shape[1]
    result = np.empty((n, width), np.float32)
    cdef float[:, ::1] out = result
    with nogil:
        for row in range(n):
            own, to = &features[row, 0], &out[row, 0]
            for i in range(k):
                value = own[i] if own[i] > lowest[i] else lowest[i]
                to[i] = value if value < highest[i] else highest[i]
    for bag in bags:
        if bag.shape[0] != n:
            raise ValueError(f"expected sums for {n} blocks, got {bag.shape[0]}")
        for row in range(n):
            for i in range(bag.shape[1]):
                out[row, k + i] = bag[row, i]
        k += bag.shape[1]
    return result


cdef object with_neighbours(values, Py_ssize_t dilation):
    """Put the values of the block so far before, the block itself, and that so far after side by side; 0 beyond."""
    cdef const float[:, ::1] given = values
    cdef Py_ssize_t n = given.shape[0], width = given.shape[1], row
    cdef size_t size = width * sizeof(float)
    result = np.empty((n, TAPS * width), np.float32)
    cdef float[:, ::1] out = result
    with nogil:
        for row in range(n):
            neighbour(given, row - dilation, &out[row, 0])
            memcpy(&out[row, width], &given[row, 0], size)
            neighbour(given, row + dilation, &out[row, 2 * width])
    return result


cdef void neighbour(const float[:, ::1] given, Py_ssize_t row, float* to) noexcept nogil:
    cdef size_t size = given.shape[1] * sizeof(float)
    if 0 <= row < given.shape[0]:
        memcpy(to, &given[row, 0], size)
    else:
        memset(to, 0, size)


cdef void add(float[:, ::1] to, const float[:, ::1] more) noexcept nogil:
    cdef Py_ssize_t row, i
    for row in range(to.shape[0]):
        for i in range(to.shape[1]):
            to[row, i] += more[row, i]


cdef object beside(const float[:, ::1] left, const float[:, ::1] right):
    cdef Py_ssize_t n = left.shape[0], width = left.shape[1], row
    result = np.empty((n, width + right.shape[1]), np.float32)
    cdef float[:, ::1] out = result
    for row in range(n):
        memcpy(&out[row, 0], &left[row, 0], width * sizeof(float))
        memcpy(&out[row, width], &right[row, 0], right.shape[1] * sizeof(float))
    return result


cdef object layer(x, weights, bint rectify):
    """Multiply by weights and add the bias; below zero is zero, if wanted."""
    cdef const float[::1] bias
    w, bias = weights
    cdef const float[:, ::1] left = x, right = w
    cdef Py_ssize_t n = left.shape[0], columns = right.shape[1], row, i
    if left.shape[1] != right.shape[0] or bias.shape[0] != columns:
        raise ValueError("layers of the network do not fit together")
    result = np.empty((n, columns), np.float32) if n <= FEW else reference.multiply(x, w)
    cdef float[:, ::1] out = result
    cdef float* to
    cdef float value
    with nogil:
        if n <= FEW:
            for row in range(n):
                multiply(left, right, row, &out[row, 0])
        for row in range(n):
            to = &out[row, 0]
            for i in range(columns):
                value = to[i] + bias[i]
                to[i] = 0 if rectify and value < 0 else value
    return result


cdef void multiply(const float[:, ::1] left, const float[:, ::1] right, Py_ssize_t row, float* to) noexcept nogil:
    """Multiply a row by weights; half of the features are zero and need no work."""
    cdef float[TILE] sums
    cdef const float* weights
    cdef float value
    cdef Py_ssize_t first = 0, columns, i, k
    while first < right.shape[1]:
        columns = min(right.shape[1] - first, TILE)
        for i in range(TILE):
            sums[i] = 0
        for k in range(left.shape[1]):
            value = left[row, k]
            if value != 0:
                weights = &right[k, first]
                if columns == TILE:
                    for i in range(TILE):
                        sums[i] += value * weights[i]
                else:
                    for i in range(columns):
                        sums[i] += value * weights[i]
        memcpy(to + first, sums, columns * sizeof(float))
        first += TILE


cdef void softmax(float[:, ::1] logits) noexcept nogil:
    """Turn logits into probabilities, in place."""
    cdef Py_ssize_t row, i, columns = logits.shape[1]
    cdef float* at
    cdef float highest, total
    for row in range(logits.shape[0]):
        at = &logits[row, 0]
        highest, total = at[0], 0
        for i in range(1, columns):
            highest = max(highest, at[i])
        for i in range(columns):
            at[i] = expf(at[i] - highest)
            total += at[i]
        for i in range(columns):
            at[i] /= total
