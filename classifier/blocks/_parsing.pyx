# cython: boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""What `parsing` does with the characters of a page before they are parsed: one pass instead of one per question."""

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_GET_SIZE
from cpython.object cimport PyObject
from cpython.ref cimport Py_DECREF
from cpython.unicode cimport PyUnicode_DATA, PyUnicode_GET_LENGTH, PyUnicode_KIND
from libc.string cimport memchr

cdef extern from "Python.h":  # as they are: the bytes are filled, and shortened, before they become an object
    PyObject* PyBytes_FromStringAndSize(const char* data, Py_ssize_t size) except NULL
    int _PyBytes_Resize(PyObject** data, Py_ssize_t size) except -1

from classifier.blocks import parsing as reference

cdef enum:
    RUN = 4096  # characters that are counted together
    STEP = 8  # characters that are written together where they are ASCII

ctypedef unsigned char* Bytes

# Characters as a string holds them.
ctypedef unsigned char Narrow
ctypedef unsigned short Wide
ctypedef unsigned int Widest
ctypedef fused Char:
    Narrow
    Wide
    Widest


cdef inline bint is_control(Char c) noexcept nogil:
    """Whether XML cannot hold this character; form feeds are left to others."""
    return (c < 9) | ((c < 32) & ((c > 13) | (c == 11)))


cdef bint survey(const Char* at, Py_ssize_t n, Py_ssize_t* beyond) noexcept nogil:
    """Count the characters that are not ASCII, and tell whether there are any that XML cannot hold."""
    cdef Char found = 0
    cdef unsigned int count
    cdef Py_ssize_t start = 0, stop, i
    beyond[0] = 0
    while start < n:
        count = 0
        stop = min(start + RUN, n)
        for i in range(start, stop):
            count += at[i] >= 0x80
            found |= is_control(at[i])
            if Char is not Narrow:
                found |= (at[i] == 0xFFFE) | (at[i] == 0xFFFF)
        beyond[0] += count
        start = stop
    return found


cdef Bytes encode(const Char* at, Py_ssize_t n, Bytes to) noexcept nogil:
    """Write characters as UTF-8, halves of characters as question marks; returns where they end."""
    cdef Py_ssize_t i = 0
    cdef unsigned int c
    cdef Char together
    cdef int k
    while i < n:
        if i + STEP <= n:
            together = 0
            for k in range(STEP):
                together |= at[i + k]
            if together < 0x80:
                for k in range(STEP):
                    to[k] = <Narrow>at[i + k]
                to += STEP
                i += STEP
                continue
        c = at[i]
        i += 1
        if c < 0x80:
            to[0] = c
            to += 1
        elif c < 0x800:
            to[0], to[1] = 0xC0 | c >> 6, 0x80 | c & 0x3F
            to += 2
        elif 0xD800 <= c <= 0xDFFF:
            to[0] = b"?"
            to += 1
        elif c < 0x10000:
            to[0], to[1], to[2] = 0xE0 | c >> 12, 0x80 | c >> 6 & 0x3F, 0x80 | c & 0x3F
            to += 3
        else:
            to[0], to[1] = 0xF0 | c >> 18, 0x80 | c >> 12 & 0x3F
            to[2], to[3] = 0x80 | c >> 6 & 0x3F, 0x80 | c & 0x3F
            to += 4
    return to


cdef bytes utf8(const Char* at, Py_ssize_t n):
    """Encode characters; None where XML cannot hold some."""
    cdef Py_ssize_t beyond
    cdef PyObject* result
    cdef Bytes start
    if survey(at, n, &beyond):
        return None
    if not beyond and Char is Narrow:
        return (<const char*>at)[:n]
    result = PyBytes_FromStringAndSize(NULL, n + (1 if Char is Narrow else 2 if Char is Wide else 3) * beyond)
    start = <Bytes>PyBytes_AS_STRING(<object>result)
    _PyBytes_Resize(&result, encode(at, n, start) - start)
    try:
        return <object>result
    finally:
        Py_DECREF(<object>result)


def encoded(str text not None):
    cdef Py_ssize_t n = PyUnicode_GET_LENGTH(text)
    cdef int kind = PyUnicode_KIND(text)
    cdef void* data = PyUnicode_DATA(text)
    cdef bytes found
    if kind == 1:
        found = utf8(<const Narrow*>data, n)
    elif kind == 2:
        found = utf8(<const Wide*>data, n)
    else:
        found = utf8(<const Widest*>data, n)
    return reference.encode(text) if found is None else found


def repaired(bytes data not None):
    return reference.repair(data) if has_end_break(data) or has_control_reference(data) else data


cdef bint has_end_break(bytes data) noexcept:
    """Whether there is a ``</br``: bytes end in a zero, so that looking ahead stops there."""
    cdef Bytes at = <Bytes>PyBytes_AS_STRING(data)
    cdef Bytes end = at + PyBytes_GET_SIZE(data)
    while True:
        at = <Bytes>memchr(at, b"<", end - at)
        if at is NULL:
            return False
        at += 1
        if at[0] == b"/" and at[1] | 0x20 == b"b" and at[2] | 0x20 == b"r":
            return True


cdef bint has_control_reference(bytes data) noexcept:
    """Whether there is a reference (``&#27;``) to a character that XML cannot hold."""
    cdef Bytes at = <Bytes>PyBytes_AS_STRING(data)
    cdef Bytes end = at + PyBytes_GET_SIZE(data)
    cdef unsigned long code
    cdef int base, digit
    while True:
        at = <Bytes>memchr(at, b"&", end - at)
        if at is NULL:
            return False
        at += 1
        if at[0] != b"#":
            continue
        at += 1
        base, code = 10, 0
        if at[0] | 0x20 == b"x":
            base = 16
            at += 1
        while code <= 0xFFFF:
            digit = value(at[0])
            if digit >= base:
                break
            code = code * base + digit
            at += 1
        if is_control(<unsigned int>code) or code == 0xFFFE or code == 0xFFFF:
            return True


cdef inline int value(unsigned char digit) noexcept nogil:
    """Value of a hexadecimal digit, or more than that."""
    if c"0" <= digit <= c"9":
        return digit - c"0"
    digit |= 0x20
    return digit - c"a" + 10 if c"a" <= digit <= c"f" else 16


cdef bint holds(const Char* at, Py_ssize_t n) noexcept nogil:
    cdef Char found = 0
    cdef Py_ssize_t i
    for i in range(n):
        if Char is Narrow:
            found |= at[i] < 32
        else:
            found |= (at[i] < 32) | (at[i] == 0xFFFE) | (at[i] == 0xFFFF)
    return found


def holds_controls(texts):
    cdef str text
    cdef int kind
    cdef void* data
    cdef bint found
    for text in texts:
        kind, data = PyUnicode_KIND(text), PyUnicode_DATA(text)
        if kind == 1:
            found = holds(<const Narrow*>data, len(text))
        elif kind == 2:
            found = holds(<const Wide*>data, len(text))
        else:
            found = holds(<const Widest*>data, len(text))
        if found:
            return True
    return False
