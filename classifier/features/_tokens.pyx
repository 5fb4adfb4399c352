# cython: boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""What `tokens` does with the characters of a page, without lists of words: each word becomes a number as it is read.

The number of a word is a hash of its UTF-8 bytes, FNV-1a, with its bits mixed in the end: else the numbers of pairs,
which are sums, would often be the same for short words.
"""

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_GET_SIZE
from cpython.mem cimport PyMem_Free, PyMem_Realloc
from cpython.unicode cimport PyUnicode_DATA, PyUnicode_GET_LENGTH, PyUnicode_KIND, PyUnicode_READ
from libc.stdint cimport uint32_t, uint64_t
from libc.string cimport memcpy

import numpy as np

from classifier.features import tokens as reference

cdef enum:
    BLANK = 0x20
    ASIAN = 0x3000  # the first of the characters with three bytes that lie beyond European and Indian scripts
assert chr(ASIAN).encode()[0] == reference._FIRST_ASIAN

cdef uint64_t EMPTY = 0xCBF29CE484222325  # a word without letters yet
cdef uint64_t BREAK = word_of(reference._BREAK_MARK.encode())
cdef uint64_t GAP = word_of(reference._GAP_MARK.encode())
cdef Py_ssize_t HEAD = reference._HEAD_CHARS, TAIL = reference._TAIL_CHARS
cdef str GAP_MARK = f" {reference._GAP_MARK} "

# What becomes of each ASCII character; a blank ends the word.
cdef unsigned char[128] OF_TEXTS
cdef unsigned char[128] OF_NAMES


cdef int fill(unsigned char* table, bytes translation) except -1:
    cdef bytes kept
    for code in range(128):
        kept = bytes([code]).lower().translate(translation)
        table[code] = ord(kept) if kept.strip() else BLANK
    return 0


fill(OF_TEXTS, reference._TEXT_BYTES)
fill(OF_NAMES, reference._NAME_BYTES)


# --- Words ------------------------------------------------------------------------------------------------------------


cdef inline uint64_t extend(uint64_t word, unsigned char byte) noexcept nogil:
    return (word ^ byte) * <uint64_t>0x100000001B3


cdef inline uint64_t extend_by_character(uint64_t word, uint32_t c) noexcept nogil:
    """Add the UTF-8 bytes of a character, for half a surrogate pair a question mark."""
    if c < 0x80:
        return extend(word, c)
    if c < 0x800:
        return extend(extend(word, 0xC0 | c >> 6), 0x80 | c & 0x3F)
    if is_half(c):
        return extend(word, b"?")
    if c < 0x10000:
        word = extend(word, 0xE0 | c >> 12)
    else:
        word = extend(extend(word, 0xF0 | c >> 18), 0x80 | c >> 12 & 0x3F)
    return extend(extend(word, 0x80 | c >> 6 & 0x3F), 0x80 | c & 0x3F)


cdef inline uint64_t finish(uint64_t word) noexcept nogil:
    word = (word ^ word >> 32) * <uint64_t>0x9E3779B97F4A7C15
    return word ^ word >> 29


cdef uint64_t word_of(bytes word) noexcept:
    cdef const char* at = PyBytes_AS_STRING(word)
    cdef uint64_t found = EMPTY
    cdef Py_ssize_t i
    for i in range(PyBytes_GET_SIZE(word)):
        found = extend(found, at[i])
    return finish(found)


cdef inline bint is_half(uint32_t c) noexcept nogil:
    return 0xD800 <= c <= 0xDFFF


cdef inline bint is_ideograph(uint32_t c) noexcept nogil:
    """Whether `tokens._CJK` has it."""
    return 0x3040 <= c <= 0x30FF or 0x3400 <= c <= 0x4DBF or 0x4E00 <= c <= 0x9FFF


cdef inline bint is_curly(uint32_t c) noexcept nogil:
    """Whether `tokens._CURLY` has it."""
    return c == 0x200B or 0x2013 <= c <= 0x2026 or c == 0xAB or c == 0xB4 or c == 0xBB


cdef inline bint is_asian_mark(uint32_t c) noexcept nogil:
    """Whether `tokens._ASIAN_MARKS` has it."""
    if c < ASIAN:
        return c == 0x60C or c == 0x61B or c == 0x61F
    if c < 0xFF00:
        return 0x3001 <= c <= 0x3002 or 0x300C <= c <= 0x3011
    return c == 0xFF01 or c == 0xFF08 or c == 0xFF09 or c == 0xFF0C or c == 0xFF1A or c == 0xFF1B or c == 0xFF1F


cdef bint has_asian(str text) noexcept:
    cdef int kind = PyUnicode_KIND(text)
    cdef void* data = PyUnicode_DATA(text)
    cdef Py_ssize_t i
    cdef uint32_t c
    for i in range(PyUnicode_GET_LENGTH(text)):
        c = PyUnicode_READ(kind, data, i)
        if c >= ASIAN and not is_half(c):
            return True
    return False


cdef class Numbers:
    """Numbers of the words read so far."""

    cdef uint64_t* items
    cdef Py_ssize_t size, room

    def __dealloc__(self):
        PyMem_Free(self.items)

    cdef int add(self, uint64_t number) except -1:
        cdef uint64_t* items
        if self.size == self.room:
            items = <uint64_t*>PyMem_Realloc(self.items, (2 * self.room + 1024) * sizeof(uint64_t))
            if items is NULL:
                raise MemoryError
            self.items, self.room = items, 2 * self.room + 1024
        self.items[self.size] = number
        self.size += 1
        return 0

    cdef int read_texts(self, str text, Py_ssize_t start, Py_ssize_t stop, bint asian) except -1:
        """Add the words of a part of a text, which is in lower case where it is not ASCII."""
        cdef int kind = PyUnicode_KIND(text)
        cdef void* data = PyUnicode_DATA(text)
        cdef uint64_t word = EMPTY
        cdef uint32_t c, after
        cdef bint ends
        while start < stop:
            c = PyUnicode_READ(kind, data, start)
            start += 1
            if c < 0x80:
                c = OF_TEXTS[c]
                ends = c == BLANK
            else:
                ends = is_curly(c) or is_half(c) or is_ideograph(c) or asian and is_asian_mark(c)
            if not ends:
                word = extend_by_character(word, c)
                continue
            if word != EMPTY:
                self.add(finish(word))
                word = EMPTY
            if is_ideograph(c):  # and a pair with the next
                after = PyUnicode_READ(kind, data, start) if start < stop else 0
                word = extend_by_character(EMPTY, c)
                self.add(finish(extend_by_character(word, after) if is_ideograph(after) else word))
                word = EMPTY
        if word != EMPTY:
            self.add(finish(word))
        return 0

    cdef int read_names(self, str names) except -1:
        cdef int kind = PyUnicode_KIND(names)
        cdef void* data = PyUnicode_DATA(names)
        cdef uint64_t word = EMPTY
        cdef Py_ssize_t i
        cdef uint32_t c
        for i in range(PyUnicode_GET_LENGTH(names)):
            c = PyUnicode_READ(kind, data, i)
            if c < 0x80:
                c = OF_NAMES[c]
            if c != BLANK:
                word = extend_by_character(word, c)
            elif word != EMPTY:
                self.add(finish(word))
                word = EMPTY
        if word != EMPTY:
            self.add(finish(word))
        return 0

    cdef int spread_gaps(self) except -1:
        """Words beside a gap may be cut: they do not count."""
        cdef Py_ssize_t i
        cdef bint is_gap, after_gap = False
        for i in range(self.size):
            is_gap = self.items[i] == GAP
            if is_gap and self.items[i - 1] != BREAK:
                self.items[i - 1] = GAP
            if after_gap and self.items[i] != BREAK:
                self.items[i] = GAP
            after_gap = is_gap
        return 0

    cdef object array(self):
        found = np.empty(self.size, np.int64)
        cdef long long[::1] view = found
        if self.size:
            memcpy(&view[0], self.items, self.size * sizeof(uint64_t))
        return found


# --- What `tokens` calls ----------------------------------------------------------------------------------------------


def number(words):
    cdef Numbers numbers = Numbers()
    for word in words:
        numbers.add(word_of(<bytes?>word))
    return numbers.array()


def numbers_of_texts(texts):
    cdef Numbers numbers = Numbers()
    cdef list lowered = [None] * len(texts)  # beginnings and ends that are not ASCII
    cdef str text
    cdef Py_ssize_t i = 0, n
    cdef bint asian = False
    for text in texts:
        if not text.isascii():
            if len(text) > HEAD + TAIL:
                text = text[:HEAD] + GAP_MARK + text[len(text) - TAIL :]
            text = text.lower()
            asian = asian or has_asian(text)
            lowered[i] = text
        i += 1
    i = 0
    numbers.add(BREAK)
    for text in texts:
        if i:
            numbers.add(BREAK)
        if lowered[i] is not None:
            text = <str>lowered[i]
            numbers.read_texts(text, 0, len(text), asian)
        else:
            n = len(text)
            if n > HEAD + TAIL:
                numbers.read_texts(text, 0, HEAD, asian)
                numbers.add(GAP)
                numbers.read_texts(text, n - TAIL, n, asian)
            else:
                numbers.read_texts(text, 0, n, asian)
        i += 1
    numbers.add(BREAK)
    numbers.spread_gaps()
    return numbers.array()


def numbers_of_names(names):
    cdef Numbers numbers = Numbers()
    cdef str name
    cdef bint first = True
    numbers.add(BREAK)
    for name in names:
        if not first:
            numbers.add(BREAK)
        first = False
        numbers.read_names(name if name.isascii() else name.lower())
    numbers.add(BREAK)
    return numbers.array()
