# cython: boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""What `layout.measure` does, in one pass over the characters of a page."""

from cpython.unicode cimport PyUnicode_DATA, PyUnicode_GET_LENGTH, PyUnicode_KIND, PyUnicode_READ
from libc.math cimport log1p

import numpy as np

from classifier.features import layout as reference

cdef enum:  # as in `layout`
    SPACE = 5
    STOP = 7
    QUOTE = 8
    ASK = 9
    IDEOGRAPH = 3
    CLASSES = 14
    OTHER_GROUP = 13
assert (SPACE, STOP, QUOTE, ASK, IDEOGRAPH, CLASSES, OTHER_GROUP) == (
    reference.SPACE, reference.STOP, reference.QUOTE, reference.ASK, reference.IDEOGRAPH,
    reference.N_CHARACTER_CLASSES, reference.N_GROUPS - 1,
)

cdef dict GROUP_OF = reference.GROUP_OF
cdef int LEVELS = reference.LEVELS
cdef float GOOD_WORDS = reference.GOOD_WORDS


cdef Py_ssize_t[::1] integers(list values):
    """Copy of a list of whole numbers."""
    cdef Py_ssize_t i, n = len(values)
    cdef Py_ssize_t[::1] found = np.empty(n, np.intp)
    for i in range(n):
        found[i] = values[i]
    return found


def measure(layout, page):
    cdef const unsigned char[::1] table = reference._character_table()
    cdef list texts = page.texts, tags = page.tags, link_chars = page.link_chars
    cdef Py_ssize_t n = len(texts), block, i, length
    cdef Py_ssize_t[::1] owner = integers(page.owner), parent = integers(page.parent)
    cdef Py_ssize_t[::1] group = np.empty(n, np.intp)
    cdef Py_ssize_t[:, ::1] levels = np.empty((LEVELS, n), np.intp)
    cdef float[:, ::1] counts = np.zeros((n, CLASSES), np.float32)
    # Characters, words, link density, log of words, words of good blocks.
    cdef float[:, ::1] columns = np.empty((5, n), np.float32)
    cdef unsigned char[:, ::1] kinds = np.empty((3, n), np.uint8)  # first, last; whether that ends a sentence
    cdef str text
    cdef int storage, level
    cdef const void* data
    cdef Py_UCS4 code
    cdef unsigned char kind = 0
    cdef float words
    cdef int seen[CLASSES]
    for block in range(n):
        text = <str>texts[block]
        length, storage, data = PyUnicode_GET_LENGTH(text), PyUnicode_KIND(text), PyUnicode_DATA(text)
        for i in range(CLASSES):
            seen[i] = 0
        for i in range(length):
            code = PyUnicode_READ(storage, <void*>data, i)
            if code >= 0xD800 and code <= 0xDFFF:
                code = 0x3F  # half a character: a question mark, as wherever text is encoded
            kind = table[code if code < 0xFFFF else 0xFFFF]
            seen[kind] += 1
            if i == 0:
                kinds[0, block] = kind
        kinds[1, block] = kind
        kinds[2, block] = kind == STOP or kind == ASK or kind == QUOTE
        for i in range(CLASSES):
            counts[block, i] = seen[i]
        words = seen[SPACE] + 1 + seen[IDEOGRAPH] / <float>2
        columns[0, block] = length
        columns[1, block] = words
        columns[2, block] = <float><Py_ssize_t>link_chars[block] / <float>length
        columns[3, block] = log1p(words)
        columns[4, block] = words if words >= GOOD_WORDS and columns[2, block] < 0.5 else 0
        group[block] = GROUP_OF.get(tags[block], OTHER_GROUP)
        levels[0, block] = owner[block]
        for level in range(1, LEVELS):
            levels[level, block] = parent[levels[level - 1, block]]
    layout.counts = np.asarray(counts)
    layout.first_kind, layout.last_kind = np.asarray(kinds[0]), np.asarray(kinds[1])
    layout.ends_sentence = np.asarray(kinds[2]).view(np.bool_)
    layout.chars, layout.words, layout.link_density, layout.log_words, layout.good = np.asarray(columns)
    layout.owner, layout.parent = np.asarray(owner), np.asarray(parent)
    layout.first, layout.last = np.asarray(integers(page.first)), np.asarray(integers(page.last))
    layout.group, layout.levels = np.asarray(group), np.asarray(levels)
