# cython: boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""Words looked for all at once, in one pass over a text: an automaton (Aho and Corasick, 1975) over its UTF-8 bytes."""

from cpython.mem cimport PyMem_Calloc, PyMem_Free
from cpython.unicode cimport PyUnicode_AsUTF8AndSize, PyUnicode_READ_CHAR
from libc.string cimport memset

import numpy as np

from classifier import sieve as reference


cdef class Automaton:
    """Whether texts hold one of some words; see `sieve.Words`."""

    cdef unsigned char[256] kinds  # of bytes: those in no word are of one kind
    cdef int* next  # state and kind of byte to state; negative where a word ends
    cdef bint always

    def __cinit__(self, words):
        cdef list encoded = [each.encode() for each in words]
        cdef bytes word
        cdef unsigned char byte
        cdef int room = 1, states = 1, count = 1, state, kind, to
        cdef int head = 0, tail = 0
        cdef int[::1] fails, queue
        cdef unsigned char[::1] ends
        self.always = b"" in encoded
        memset(self.kinds, 0, 256)
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
        fails, queue, ends = np.zeros(room, np.intc), np.zeros(room, np.intc), np.zeros(room, np.uint8)
        for word in encoded:
            state = 0
            for byte in word:
                to = self.next[state * count + self.kinds[byte]]
                if not to:
                    to = self.next[state * count + self.kinds[byte]] = states
                    states += 1
                state = to
            ends[state] = True
        # Where no word goes on, the longest beginning of a word that ends here does; breadth first.
        for kind in range(count):
            if self.next[kind]:
                queue[tail] = self.next[kind]
                tail += 1
        while head < tail:
            state = queue[head]
            head += 1
            ends[state] |= ends[fails[state]]
            for kind in range(count):
                to = self.next[state * count + kind]
                if to:
                    fails[to] = self.next[fails[state] * count + kind]
                    queue[tail] = to
                    tail += 1
                else:
                    self.next[state * count + kind] = self.next[fails[state] * count + kind]
        for state in range(states * count):
            to = self.next[state]
            self.next[state] = -1 if ends[to] else to * count

    def __dealloc__(self):
        PyMem_Free(self.next)

    cdef bint find(self, str text) except -1:
        cdef Py_ssize_t size, at
        cdef int state = 0
        cdef const unsigned char* data
        cdef bytes encoded
        if self.always:
            return True
        if text.isascii():
            data = <const unsigned char*>PyUnicode_AsUTF8AndSize(text, &size)
        else:
            encoded = reference.fold(text).encode("utf-8", "replace")
            data, size = encoded, len(encoded)
        for at in range(size):
            state = self.next[state + self.kinds[data[at]]]
            if state < 0:
                return True
        return False

    def __call__(self, str text not None):
        return self.find(text)

    def among(self, texts):
        return [at for at, text in enumerate(texts) if self.find(text)]


cdef enum:
    LETTERS = 26


cdef class Beginnings:
    """Whether texts begin with one of some heads; see `sieve.Heads`."""

    cdef unsigned char[LETTERS * LETTERS * LETTERS] heads  # by three letters
    cdef object reference

    def __cinit__(self, heads):
        cdef int first, rest
        cdef str head
        self.reference = reference.Heads(heads)
        memset(self.heads, 0, sizeof(self.heads))
        for head in heads:
            if not head or (head.isascii() and head.isalpha()):
                first, rest = 0, LETTERS * LETTERS * LETTERS
                for letter in head:
                    rest //= LETTERS
                    first += (ord(letter) - 97) * rest
                memset(&self.heads[first], True, rest)

    cdef bint find(self, str text) except -1:
        cdef int letter, at, code = 0
        if len(text) < 3:
            return self.reference(text)
        for at in range(3):
            letter = (<int>PyUnicode_READ_CHAR(text, at) | 32) - 97
            if letter < 0 or letter >= LETTERS:
                return self.reference(text)
            code = code * LETTERS + letter
        return self.heads[code]

    def __call__(self, str text not None):
        return self.find(text)

    def among(self, texts):
        return [at for at, text in enumerate(texts) if self.find(text)]


def word_finder(words):
    return Automaton(words)


def head_finder(heads):
    return Beginnings(heads)
