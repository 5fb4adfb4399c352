# cython: boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""Words and beginnings looked for all at once, in one pass over the characters of a text."""

from cpython.mem cimport PyMem_Calloc, PyMem_Free, PyMem_Malloc
from cpython.pyport cimport PY_SSIZE_T_MAX
from cpython.unicode cimport PyUnicode_DATA, PyUnicode_GET_LENGTH, PyUnicode_KIND, PyUnicode_READ
from libc.stdint cimport uint32_t, uint64_t
from libc.string cimport memset

from classifier import sieve as reference

cdef extern from "Python.h":
    uint32_t Py_UNICODE_TOLOWER(uint32_t c) noexcept
    bint Py_UNICODE_ISALNUM(uint32_t c) noexcept
    bint Py_UNICODE_ISDECIMAL(uint32_t c) noexcept

cdef enum:
    HEAD = 5  # as in `sieve`
    LEAD = 8
    GRAM = 3  # bytes
    HASH = 15  # bits: the table stays in the processor's first cache
    NOTHING = 0x110000  # which is no character
assert (HEAD, LEAD) == (reference._HEAD, reference._LEAD)


cdef inline uint32_t folded(uint32_t c) noexcept:
    """Make of a character what `sieve.fold` does, which may be `NOTHING`."""
    if c < 0x80:
        return c + 32 if c"A" <= c <= c"Z" else c
    c = Py_UNICODE_TOLOWER(c)
    if c == 0x131:
        return c"i"
    if c == 0x17F:
        return c"s"
    if c == 0x3C2:
        return 0x3C3
    if c == 0xB5:
        return 0x3BC
    return NOTHING if c == 0x307 else c


cdef class Finder:
    """Whether texts hold what is looked for."""

    cdef bint find(self, str text) except -1:
        raise NotImplementedError

    def __call__(self, str text not None):
        return self.find(text)

    def among(self, texts, Py_ssize_t longest=PY_SSIZE_T_MAX):
        cdef list found = []
        cdef Py_ssize_t at = 0
        cdef str text
        for text in texts:
            if len(text) <= longest and self.find(text):
                found.append(at)
            at += 1
        return found


cdef class Trie(Finder):
    """Whether texts hold one of some words; see `sieve.Words`.

    Most places of a text are passed over because no word begins with the three bytes there, going by a hash of them.
    """

    cdef uint32_t[1 << HASH - 5] begins  # bits, by hashes
    cdef unsigned char[256] kinds  # of bytes: those in no word are of one kind
    cdef int* next  # state and kind of byte to state; negative where a word ends, zero where none goes on
    cdef bint always, short_ones

    def __cinit__(self, words):
        cdef list encoded = [each.encode() for each in words]
        cdef bytes word
        cdef unsigned char byte
        cdef int room = 1, states = 1, count = 1, state, to
        cdef int* place
        self.always = b"" in encoded
        self.short_ones = any(len(word) < GRAM for word in encoded)
        memset(self.kinds, 0, sizeof(self.kinds))
        memset(self.begins, 0xFF if self.short_ones else 0, sizeof(self.begins))
        for word in encoded:
            room += len(word)
            for byte in word:
                if not self.kinds[byte]:
                    self.kinds[byte] = count
                    count += 1
        for byte in range(65, 91):  # capitals, of ASCII texts: they are not folded first
            self.kinds[byte] = self.kinds[byte + 32]
        self.next = <int*>PyMem_Calloc(room * count, sizeof(int))
        if self.next is NULL:
            raise MemoryError
        for word in encoded:
            state = 0
            place = NULL
            for byte in word:
                place = &self.next[state + self.kinds[byte]]
                if place[0] < 0:
                    break  # the beginning is a word
                if not place[0]:
                    place[0] = states * count
                    states += 1
                state = place[0]
            if place is not NULL:
                place[0] = -1
            if len(word) >= GRAM:
                state = hashed(word)
                self.begins[state >> 5] |= <uint32_t>1 << (state & 31)

    def __dealloc__(self):
        PyMem_Free(self.next)

    cdef bint search(self, const unsigned char* data, Py_ssize_t n) noexcept nogil:
        """Look for the words in UTF-8 with at least one byte, of any value, behind it."""
        cdef Py_ssize_t start, at
        cdef int state
        cdef uint32_t key
        for start in range(n if self.short_ones else n - GRAM + 1):
            key = hashed(data + start)
            if self.begins[key >> 5] >> (key & 31) & 1:
                state, at = self.next[self.kinds[data[start]]], start + 1
                while state > 0 and at < n:
                    state = self.next[state + self.kinds[data[at]]]
                    at += 1
                if state < 0:
                    return True
        return False

    cdef bint find(self, str text) except -1:
        cdef Py_ssize_t n = PyUnicode_GET_LENGTH(text), at, size = 0
        cdef int kind = PyUnicode_KIND(text)
        cdef const void* data = PyUnicode_DATA(text)
        cdef unsigned char* encoded
        cdef bint found
        if self.always:
            return True
        if text.isascii():
            return self.search(<const unsigned char*>data, n)
        encoded = <unsigned char*>PyMem_Malloc(4 * n + GRAM)
        if encoded is NULL:
            raise MemoryError
        for at in range(n):
            size += encode(folded(PyUnicode_READ(kind, <void*>data, at)), encoded + size)
        memset(encoded + size, 0, GRAM)
        found = self.search(encoded, size)
        PyMem_Free(encoded)
        return found


cdef inline uint32_t hashed(const unsigned char* at) noexcept nogil:
    """Hash three bytes, of ASCII letters whatever their case; the one after them is read too."""
    cdef uint32_t gram = at[0] | <uint32_t>at[1] << 8 | <uint32_t>at[2] << 16 | <uint32_t>at[3] << 24  # one load
    return ((gram << 8 | 0x20202000) * <uint32_t>2654435761) >> 32 - HASH  # Knuth's factor


cdef inline uint64_t extended(uint64_t key, uint32_t c) noexcept nogil:
    """Number of a beginning with one more character, never zero."""
    return (key ^ c) * <uint64_t>0x9E3779B97F4A7C15 | 1


cdef inline int encode(uint32_t c, unsigned char* to) noexcept:
    """Write a character as UTF-8, half a character as a question mark; returns how many bytes it has."""
    if c < 0x80:
        to[0] = c
        return 1
    if c < 0x800:
        to[0], to[1] = 0xC0 | c >> 6, 0x80 | c & 0x3F
        return 2
    if 0xD800 <= c <= 0xDFFF:
        to[0] = b"?"
        return 1
    if c < 0x10000:
        to[0], to[1], to[2] = 0xE0 | c >> 12, 0x80 | c >> 6 & 0x3F, 0x80 | c & 0x3F
        return 3
    if c == NOTHING:
        return 0
    to[0], to[1], to[2], to[3] = 0xF0 | c >> 18, 0x80 | c >> 12 & 0x3F, 0x80 | c >> 6 & 0x3F, 0x80 | c & 0x3F
    return 4


cdef class Beginnings(Finder):
    """Whether texts begin with one of some heads; see `sieve.Heads`."""

    cdef uint64_t* slots  # numbers of heads, or zero where the slot is free; a power of two of them
    cdef uint64_t last
    cdef bint always

    def __cinit__(self, heads):
        cdef uint64_t key
        cdef str head
        cdef Py_UCS4 c
        self.always = "" in heads
        self.last = 15
        while self.last < <uint64_t>(4 * len(heads)):
            self.last = 2 * self.last + 1
        self.slots = <uint64_t*>PyMem_Calloc(self.last + 1, sizeof(uint64_t))
        if self.slots is NULL:
            raise MemoryError
        for head in heads:
            key = 0
            for c in head:
                key = extended(key, c)
            self.slots[self.slot(key)] = key

    def __dealloc__(self):
        PyMem_Free(self.slots)

    cdef inline uint64_t slot(self, uint64_t key) noexcept:
        """Find where a head is, or belongs."""
        cdef uint64_t at = key >> 40 & self.last
        while self.slots[at] and self.slots[at] != key:
            at = (at + 1) & self.last
        return at

    cdef bint find(self, str text) except -1:
        cdef Py_ssize_t length = PyUnicode_GET_LENGTH(text), i = 0
        cdef int kind = PyUnicode_KIND(text), n = 0, at, to
        cdef const void* data = PyUnicode_DATA(text)
        cdef uint32_t[LEAD + HEAD] start
        cdef uint32_t c
        cdef uint64_t key
        if self.always:
            return True
        length = min(length, LEAD + HEAD)
        for at in range(LEAD):
            while n < at + HEAD and i < length:
                c = folded(PyUnicode_READ(kind, <void*>data, i))
                i += 1
                if c != NOTHING:
                    start[n] = c"0" if Py_UNICODE_ISDECIMAL(c) else c
                    n += 1
            if at == n:
                return True
            key = 0
            for to in range(at, min(n, at + HEAD)):
                key = extended(key, start[to])
                if self.slots[self.slot(key)]:
                    return True
            if Py_UNICODE_ISALNUM(start[at]):
                return False
        return True


def word_finder(words):
    return Trie(words)


def head_finder(heads):
    return Beginnings(heads)
