# cython: boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""What `lookup` does, with a hash table instead of a search in sorted keys, and loops instead of arrays of indices."""

from libc.stdint cimport int64_t, uint64_t

import numpy as np

from classifier.features.tokens import BREAK

cdef int64_t _BREAK = BREAK

ctypedef const int64_t[:, ::1] Slots  # a key and its row each, or -1 where the slot is free; a power of two of them


cdef int64_t[:, ::1] free_slots(Py_ssize_t keys):
    """Make a table that stays half empty."""
    cdef Py_ssize_t size = 16
    while size < 2 * keys:
        size *= 2
    return np.full((size, 2), -1, np.int64)


cdef inline Py_ssize_t slot(Slots slots, int64_t key) noexcept nogil:
    """Find where a key is, or belongs."""
    cdef Py_ssize_t last = slots.shape[0] - 1
    cdef Py_ssize_t at = (<uint64_t>key * <uint64_t>0x9E3779B97F4A7C15) >> 32 & last
    while slots[at, 1] >= 0 and slots[at, 0] != key:
        at = (at + 1) & last
    return at


def make_index(const int64_t[::1] keys not None):
    cdef int64_t[:, ::1] slots = free_slots(keys.shape[0])
    cdef Py_ssize_t row, at
    for row in range(keys.shape[0]):
        at = slot(slots, keys[row])
        if slots[at, 1] < 0:
            slots[at, 0], slots[at, 1] = keys[row], row
    return np.asarray(slots)


def find_rows(Slots index not None, const int64_t[::1] numbers not None):
    cdef Py_ssize_t n = numbers.shape[0], i, found = 0, block = -1
    rows, blocks = np.empty((2, 2 * n), np.intp)
    cdef Py_ssize_t[::1] to_rows = rows, to_blocks = blocks
    cdef int64_t row, number, following
    with nogil:
        for i in range(n):
            number = numbers[i]
            block += number == _BREAK
            row = index[slot(index, number), 1]
            if row >= 0:
                to_rows[found], to_blocks[found] = row, block
                found += 1
            if i + 1 < n:
                following = <int64_t>(<uint64_t>number * 31 + <uint64_t>numbers[i + 1])  # as `pair_numbers`
                row = index[slot(index, following), 1]
                if row >= 0:
                    to_rows[found], to_blocks[found] = row, block
                    found += 1
    return rows[:found], blocks[:found]


def sum_rows(const float[:, ::1] table not None, rows, Py_ssize_t n):
    cdef const Py_ssize_t[::1] chosen = rows[0], blocks = rows[1]
    cdef Py_ssize_t i, k, width = table.shape[1]
    cdef bint outside = False
    cdef const float* own
    cdef float* sums
    result = np.zeros((n, width), np.float32)
    cdef float[:, ::1] to = result
    if chosen.shape[0] != blocks.shape[0]:
        raise ValueError("expected a block for each row")
    with nogil:
        for i in range(chosen.shape[0]):
            if not (0 <= chosen[i] < table.shape[0] and 0 <= blocks[i] < n):
                outside = True
                break
            own, sums = &table[chosen[i], 0], &to[blocks[i], 0]
            for k in range(width):
                sums[k] += own[k]
    if outside:
        raise IndexError("a row or a block that is not there")
    return result


def distinct_names(list tags not None, list classes not None, list inline not None):
    # Told apart by their hashes, so that a string is made of those only that are new.
    cdef Py_ssize_t n_containers = len(tags), n = n_containers + len(inline), i, at
    cdef int64_t[:, ::1] slots = free_slots(n)
    cdef list names = []
    cdef int64_t key
    which = np.empty(n, np.intp)
    cdef Py_ssize_t[::1] to = which
    if len(classes) != n_containers:
        raise ValueError("expected class names for each tag")
    for i in range(n):
        if i < n_containers:
            key = <int64_t>(<uint64_t><Py_hash_t>hash(tags[i]) * 1000003 ^ <uint64_t><Py_hash_t>hash(classes[i]))
        else:
            key = hash(inline[i - n_containers])
        at = slot(slots, key)
        if slots[at, 1] < 0:
            slots[at, 0], slots[at, 1] = key, len(names)
            if i >= n_containers:
                names.append(inline[i - n_containers])
            else:
                names.append(f"<{<str>tags[i]} {<str>classes[i]}" if tags[i] else classes[i])
        to[i] = slots[at, 1]
    return names, which


def near_and_far(
    layout, const float[:, ::1] near not None, const float[:, ::1] far not None, const Py_ssize_t[::1] which not None
):
    cdef const Py_ssize_t[::1] owner = layout.owner, parent = layout.parent
    cdef Py_ssize_t n = owner.shape[0], n_containers = parent.shape[0], i, k, container, outer
    cdef Py_ssize_t n_near = near.shape[1], n_far = far.shape[1]
    if which.shape[0] != n_containers + n:
        raise ValueError("expected a name for each container and block")
    cdef float[:, ::1] above = np.zeros((n_containers, n_far), np.float32)
    beside, around = np.empty((n, n_near), np.float32), np.empty((n, n_far), np.float32)
    cdef float[:, ::1] to_beside = beside, to_around = around
    with nogil:
        for container in range(1, n_containers):  # parents come before their children
            outer = parent[container]
            for k in range(n_far):
                above[container, k] = above[outer, k] + far[which[outer], k]
        for i in range(n):
            container = owner[i]
            for k in range(n_near):
                to_beside[i, k] = near[which[container], k] + near[which[n_containers + i], k]
            for k in range(n_far):
                to_around[i, k] = above[container, k]
    return beside, around
