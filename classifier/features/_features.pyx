# cython: boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""What `features.features` and `features.places` do, block by block instead of column by column."""

from libc.math cimport log1p
from libc.stdlib cimport free, malloc
from libc.string cimport memcpy

import numpy as np

import classifier.features as reference
from classifier.features import layout as arrays, tokens

cdef enum:  # classes of characters and groups of tags, as in `layout`
    LOWER = 0
    UPPER = 1
    OTHER_LETTER = 2
    IDEOGRAPH = 3
    DIGIT = 4
    COMMA = 6
    STOP = 7
    QUOTE = 8
    ASK = 9
    COLON = 10
    BRACKET = 11
    SIGN = 12
    P = 0
    H1 = 1
    HEADING = 3
    ITEM = 4
    GROUPS = 14
    # Widths of the groups of features.
    LEVELS = 4
    AROUND = 17
    CONTAINER = 14
    MASSES = 7
    PLACES = 6
    FAR = 50
assert arrays.GROUP_NAMES.index("heading1") == H1 and arrays.GROUP_NAMES.index("heading") == HEADING
assert arrays.GROUP_NAMES.index("item") == ITEM and len(arrays.GROUP_NAMES) == GROUPS
assert (arrays.LOWER, arrays.UPPER, arrays.OTHER_LETTER, arrays.IDEOGRAPH, arrays.DIGIT) == (0, 1, 2, 3, 4)
assert (arrays.COMMA, arrays.STOP, arrays.QUOTE, arrays.ASK, arrays.COLON, arrays.BRACKET, arrays.SIGN) == tuple(range(6, 13))

cdef int[2] WIDTHS = [5, 12]
cdef int[6] RATES = [COMMA, STOP, QUOTE, ASK, COLON, BRACKET]
cdef int[4] SHARES = [DIGIT, SIGN, IDEOGRAPH, OTHER_LETTER]
cdef int[5] STARTS = [LOWER, UPPER, DIGIT, QUOTE, SIGN]
cdef int N_FEATURES = reference.N_FEATURES
assert reference._WIDTHS == (5, 12) and reference._FAR == FAR and reference._LEVELS == LEVELS
assert reference._OFFSETS == (-1, 1) and len(reference._AROUND) == AROUND and len(reference._CONTAINER_NAMES) == CONTAINER + 1
cdef dict BITS = reference._AROUND
cdef tuple MASS_SHARES = reference._MASS_SHARES
cdef long long BREAK = tokens.BREAK, GAP = tokens._GAP
cdef double SAME_TITLE = reference._SAME_TITLE
assert len(reference._TITLE_NAMES) == 4


cdef class Blocks:
    """Views of the arrays of a layout."""

    cdef Py_ssize_t n, containers
    cdef float[:, ::1] counts
    cdef float[::1] chars, words, link_density, log_words, good
    cdef const unsigned char[::1] first_kind, last_kind, ends_sentence
    cdef Py_ssize_t[::1] owner, parent, first, last, group, depth
    cdef Py_ssize_t[:, ::1] levels

    def __cinit__(self, layout):
        cdef Py_ssize_t container
        self.n = layout.n
        self.counts, self.chars, self.words = layout.counts, layout.chars, layout.words
        self.link_density, self.log_words, self.good = layout.link_density, layout.log_words, layout.good
        self.first_kind, self.last_kind = layout.first_kind, layout.last_kind
        self.ends_sentence = layout.ends_sentence.view(np.uint8)
        self.owner, self.parent, self.first, self.last = layout.owner, layout.parent, layout.first, layout.last
        self.group, self.levels = layout.group, layout.levels
        self.containers = len(self.parent)
        self.depth = np.empty(self.containers, np.intp)  # parents come before their children
        self.depth[0] = 1
        for container in range(1, self.containers):
            self.depth[container] = self.depth[self.parent[container]] + 1


cdef double[1024] LOGS  # of 1 and more: most counts are small, and a logarithm costs as much as ten look-ups
for i in range(1024):
    LOGS[i] = log1p(i)


cdef inline double log_of(Py_ssize_t count) noexcept nogil:
    """log(1 + count)."""
    return LOGS[count] if count < 1024 else log1p(count)


cdef inline double signed_log(Py_ssize_t count) noexcept nogil:
    return log_of(count) if count > 0 else -log_of(-count)


def features(page, layout=None):
    if not len(page):
        return np.zeros((0, N_FEATURES), np.float32)
    if layout is None:
        layout = arrays.Layout(page)
    matrix = np.empty((layout.n, N_FEATURES), np.float32)
    cdef Blocks b = Blocks(layout)
    cdef float[:, ::1] out = matrix
    cdef Py_ssize_t at = 0
    at = text(page, b, out, at)
    at = tag(b, out, at)
    at = title(page, layout, b, out, at)
    at = around(page, b, out, at)
    at = place(page, b, out, at)
    at = containers(page, b, out, at)
    at = neighbours(b, out, at)
    at = windows(b, out, at)
    at = mass(b, out, at)
    at = whole_page(page, b, out, at)
    if at != N_FEATURES:
        raise reference.FeatureError(f"expected {N_FEATURES} feature columns, made {at}")
    return matrix


cdef Py_ssize_t text(page, Blocks b, float[:, ::1] out, Py_ssize_t at) except -1:
    cdef list links = page.links, bold = page.bold_chars, hidden = page.hidden, texts = page.texts
    cdef Py_ssize_t block, i, n = b.n
    cdef float words, chars, letters, upper
    cdef float* to
    cdef Py_ssize_t[::1] which = np.empty(n, np.intp), often = np.zeros(n, np.intp)
    cdef dict seen = {}
    for block in range(n):
        i = seen.setdefault(texts[block], block)
        which[block] = i
        often[i] += 1
    for block in range(n):
        to = &out[block, at]
        words, chars = b.words[block], b.chars[block]
        upper = b.counts[block, UPPER]
        letters = max(b.counts[block, LOWER] + upper + b.counts[block, OTHER_LETTER] + b.counts[block, IDEOGRAPH], 1)
        for i in range(6):
            to[i] = min(b.counts[block, RATES[i]] / words, 1)
        for i in range(4):
            to[6 + i] = b.counts[block, SHARES[i]] / chars
        for i in range(5):
            to[10 + i] = b.first_kind[block] == STARTS[i]
        to[15] = b.ends_sentence[block]
        to[16] = b.last_kind[block] == COLON
        to[17] = log1p(chars)
        to[18] = b.log_words[block]
        to[19] = min(letters / words, 20) / 10
        to[20] = upper / letters
        to[21] = upper > 0.9 * letters
        to[22] = b.link_density[block]
        to[23] = log_of(len(<tuple>links[block]))
        to[24] = <float><Py_ssize_t>bold[block] / chars
        to[25] = <bint>hidden[block]
        to[26] = log_of(often[which[block]] - 1)
        to[27] = which[block] != block
    return at + 28


cdef Py_ssize_t tag(Blocks b, float[:, ::1] out, Py_ssize_t at) noexcept:
    cdef Py_ssize_t block, i
    for block in range(b.n):
        for i in range(GROUPS):
            out[block, at + i] = 0
        out[block, at + b.group[block]] = 1
    return at + GROUPS


cdef Py_ssize_t title(page, layout, Blocks b, float[:, ::1] out, Py_ssize_t at) except -1:
    cdef list texts = reference.own_titles(page)
    cdef Py_ssize_t which, block, i, best, n = b.n, headline = 0, wanted = 0
    cdef const long long[::1] numbers
    cdef list described = reference.own_description(page)
    cdef Searched searched = Searched(len(described) + sum(map(len, texts)))
    cdef int[:, ::1] often = np.zeros((n, 4), np.intc)  # words of each title, of the description, of any kind
    cdef double common, size, score, best_score
    cdef double[2] sizes
    cdef float* to
    for which in range(len(texts)):
        sizes[which] = searched.add(tokens.number(texts[which]), which)
        wanted += <Py_ssize_t>sizes[which]
    wanted += searched.add(tokens.number(described), 2)
    if wanted:
        numbers = layout.word_numbers
        block = -1
        for i in range(numbers.shape[0]):
            if numbers[i] == BREAK:
                block += 1
            elif numbers[i] != GAP:
                often[block, 3] += 1
                searched.count(numbers[i], &often[block, 0])
    for block in range(n):
        to = &out[block, at]
        to[0] = to[1] = 0
        to[2] = often[block, 2] / <double>max(often[block, 3], 1)
    for which in range(len(texts) - 1, -1, -1):  # the headline is that of the first title
        size, best, best_score = sizes[which], 0, 0
        for block in range(n):
            common = min(<double>often[block, which], size)
            if common == 0:
                continue
            to = &out[block, at]
            to[0] = max(to[0], <float>(common / size))
            to[1] = max(to[1], <float>(common / often[block, 3]))
            score = common / max(b.words[block] + size - common, 1) + 0.3 * (b.group[block] == H1)
            if score > best_score:
                best, best_score = block, score
        headline = best if best_score > SAME_TITLE else 0
    for block in range(n):
        out[block, at + 3] = signed_log(block - headline)
    return at + 4


cdef class Searched:
    """Some words, each with a bit for every text that has it."""

    cdef long long[::1] words
    cdef unsigned char[::1] bits
    cdef Py_ssize_t last  # slot

    def __cinit__(self, Py_ssize_t most):
        cdef Py_ssize_t size = 16
        while size < 2 * most:
            size *= 2
        self.last = size - 1
        self.words, self.bits = np.empty(size, np.int64), np.zeros(size, np.uint8)

    cdef Py_ssize_t add(self, const long long[::1] numbers, int text) except -1:
        """Add the words of a text, returns how many different ones."""
        cdef Py_ssize_t i, slot, different = 0
        for i in range(numbers.shape[0]):
            slot = self.find(numbers[i])
            self.words[slot] = numbers[i]
            different += not self.bits[slot] >> text & 1
            self.bits[slot] |= 1 << text
        return different

    cdef inline Py_ssize_t find(self, long long number) noexcept nogil:
        cdef Py_ssize_t slot = number & self.last
        while self.bits[slot] and self.words[slot] != number:
            slot = (slot + 1) & self.last
        return slot

    cdef inline void count(self, long long number, int* often) noexcept nogil:
        cdef unsigned char bits = self.bits[self.find(number)]
        cdef int text
        if bits:
            for text in range(3):
                often[text] += bits >> text & 1


cdef Py_ssize_t around(page, Blocks b, float[:, ::1] out, Py_ssize_t at) except -1:
    cdef list tags = page.container_tags
    cdef long long[::1] flags = np.empty(b.containers, np.int64)
    cdef Py_ssize_t block, i
    cdef long long own
    for i in range(b.containers):
        own = BITS.get(tags[i], 0)
        flags[i] = own | flags[b.parent[i]] if i else own
    for block in range(b.n):
        own = flags[b.owner[block]]
        for i in range(AROUND):
            out[block, at + i] = (own >> i) & 1
    return at + AROUND


cdef Py_ssize_t place(page, Blocks b, float[:, ::1] out, Py_ssize_t at) except -1:
    cdef Py_ssize_t block, i, n = b.n, h1 = -1, position
    cdef double before = 0, total = 0
    cdef float* to
    cdef Py_ssize_t next_control = n + FAR, next_area = n + FAR, last_control = -FAR
    cdef list shown = [], areas = []
    for position, element in page.controls:
        if reference._shows(element):
            shown.append(position)
        if element.tag == "textarea":
            areas.append(position)
    for block in range(n):
        total += b.words[block]
        if h1 < 0 and b.group[block] == H1:
            h1 = block
    for block in range(n):
        to = &out[block, at]
        to[0] = <double>block / n
        to[1] = before / total
        before += b.words[block]
        to[2] = log_of(block)
        to[3] = log_of(n - block)
        to[4] = signed_log(block - h1 if h1 >= 0 else -1)
        to[8] = min(b.depth[b.owner[block]] / 20.0, 3)
    i = 0  # from the front for what is behind, from the back for what is ahead
    for block in range(n):
        while i < len(shown) and <Py_ssize_t>shown[i] <= block:
            last_control = shown[i]
            i += 1
        out[block, at + 6] = log_of(min(block - last_control, FAR))
    for block in range(n - 1, -1, -1):
        while shown and <Py_ssize_t>shown[len(shown) - 1] >= block:
            next_control = shown.pop()
        while areas and <Py_ssize_t>areas[len(areas) - 1] >= block:
            next_area = areas.pop()
        out[block, at + 5] = log_of(min(next_control - block, FAR))
        out[block, at + 7] = log_of(min(next_area - block, FAR))
    return at + 9


cdef double[:, ::1] prefix(Py_ssize_t columns, Py_ssize_t n):
    """Room for sums of all blocks before each."""
    return np.zeros((n + 1, columns))


cdef Py_ssize_t containers(page, Blocks b, float[:, ::1] out, Py_ssize_t at) except -1:
    cdef list images = page.images, inputs = page.inputs, areas = page.areas
    cdef Py_ssize_t block, c, i, level, n = b.n
    cdef double[:, ::1] sums = prefix(MASSES, n)
    cdef float[:, ::1] table = np.empty((b.containers, CONTAINER), np.float32)
    cdef Py_ssize_t[:, ::1] siblings = count_siblings(page, b)
    cdef double[MASSES] own
    cdef float[MASSES] held
    cdef double all_words = 1, all_good = 1, words, blocks
    cdef float* to
    for block in range(n):
        own[0] = b.words[block]
        own[1] = 1
        own[2] = b.words[block] * b.link_density[block]
        own[3] = b.good[block]
        own[4] = b.words[block] if b.group[block] == P else 0
        own[5] = b.counts[block, COMMA]
        own[6] = b.counts[block, STOP]
        for i in range(MASSES):
            sums[block + 1, i] = sums[block, i] + own[i]
    for c in range(b.containers):
        for i in range(MASSES):
            held[i] = sums[b.last[c], i] - sums[b.first[c], i]
        if c == 0:
            all_words, all_good = max(held[0], 1), max(held[3], 1)
        words, blocks = max(held[0], 1), max(held[1], 1)
        to = &table[c, 0]
        to[0] = log1p(held[0])
        to[1] = log1p(held[1])
        to[2] = log1p(held[0] / blocks)
        to[3] = log_of(<Py_ssize_t>images[c])
        to[4] = log_of(<Py_ssize_t>inputs[c])
        to[5] = log_of(min(<Py_ssize_t>areas[c], 1))
        to[6] = log_of(siblings[0, c])
        to[7] = log_of(siblings[1, c])
        to[8] = held[0] / all_words
        to[9] = held[3] / all_good
        to[10] = held[2] / words
        to[11] = held[4] / words
        to[12] = min(held[5], words) / words
        to[13] = min(held[6], words) / words
    for block in range(n):
        for level in range(LEVELS):
            c = b.levels[level, block]
            to = &out[block, at + level * (CONTAINER + 1)]
            memcpy(to, &table[c, 0], CONTAINER * sizeof(float))
            to[CONTAINER] = (block - b.first[c]) / <double>max(b.last[c] - b.first[c], 1)
    return at + LEVELS * (CONTAINER + 1)


cdef Py_ssize_t[:, ::1] count_siblings(page, Blocks b):
    """Repetition: siblings with the same tag and class, and the others in the run of them around each."""
    cdef list tags = page.container_tags, classes = page.classes
    cdef Py_ssize_t n = b.containers, c, before, slot, size = 16
    cdef Py_ssize_t[:, ::1] found = np.empty((2, n), np.intp)
    # Of each container: the first of its kind, how many there are, its last child, where its run begins and how long.
    cdef Py_ssize_t[:, ::1] own = np.zeros((5, n), np.intp)
    cdef unsigned long long[::1] kinds = np.empty(n, np.uint64)
    cdef Py_ssize_t[::1] slots
    while size < 2 * n:
        size *= 2
    slots = np.full(size, -1, np.intp)
    for c in range(n):
        kinds[c] = (<unsigned long long><Py_hash_t>hash(tags[c]) * 1000003) ^ <unsigned long long><Py_hash_t>hash(classes[c])
        kinds[c] = (kinds[c] * 31 + <unsigned long long>b.parent[c]) * <unsigned long long>0x9E3779B97F4A7C15
        slot = kinds[c] >> 20 & (size - 1)
        while slots[slot] >= 0 and kinds[slots[slot]] != kinds[c]:
            slot = (slot + 1) & (size - 1)
        if slots[slot] < 0:
            slots[slot] = c
        own[0, c] = slots[slot]
        own[1, slots[slot]] += 1
        before = own[2, b.parent[c]] - 1
        own[2, b.parent[c]] = c + 1
        own[3, c] = own[3, before] if before >= 0 and kinds[before] == kinds[c] else c
        own[4, own[3, c]] += 1
    for c in range(n):
        found[0, c] = own[1, own[0, c]] - 1
        found[1, c] = own[4, own[3, c]] - 1
    return found


cdef Py_ssize_t neighbours(Blocks b, float[:, ::1] out, Py_ssize_t at) noexcept:
    cdef Py_ssize_t block, other, side, i
    cdef float* to
    for block in range(b.n):
        for side in range(2):
            other = block + 2 * side - 1
            to = &out[block, at + 9 * side]
            if other < 0 or other == b.n:
                for i in range(9):
                    to[i] = 0
                continue
            to[0] = b.log_words[other]
            to[1] = b.link_density[other]
            to[2] = b.group[other] == P
            to[3] = b.group[other] >= H1 and b.group[other] <= HEADING
            to[4] = b.group[other] == ITEM
            to[5] = b.ends_sentence[other]
            to[6] = b.good[other] > 0
            to[7] = b.levels[0, other] == b.levels[0, block]
            to[8] = b.levels[1, other] == b.levels[1, block]
    return at + 18


cdef Py_ssize_t windows(Blocks b, float[:, ::1] out, Py_ssize_t at) except -1:
    cdef Py_ssize_t block, i, width, w, n = b.n, start, stop
    cdef double[:, ::1] sums = prefix(3, n)
    cdef float* to
    for block in range(n):
        sums[block + 1, 0] = sums[block, 0] + (b.good[block] > 0)
        sums[block + 1, 1] = sums[block, 1] + (b.link_density[block] > 0.5)
        sums[block + 1, 2] = sums[block, 2] + b.log_words[block]
    for block in range(n):
        to = &out[block, at]
        for w in range(2):
            width = WIDTHS[w]
            start, stop = max(block - width, 0), min(block + 1 + width, n)
            for i in range(3):
                to[3 * w + i] = (sums[block, i] - sums[start, i]) / width
                to[6 + 3 * w + i] = (sums[stop, i] - sums[block + 1, i]) / width
    return at + 12


cdef Py_ssize_t mass(Blocks b, float[:, ::1] out, Py_ssize_t at) except -1:
    cdef float[:, ::1] held = np.empty((b.containers, 1), np.float32)
    cdef double[:, ::1] sums = prefix(1, b.n)
    cdef Py_ssize_t i
    for i in range(b.n):
        sums[i + 1, 0] = sums[i, 0] + b.good[i]
    for i in range(b.containers):
        held[i, 0] = sums[b.last[i], 0] - sums[b.first[i], 0]
    return describe_places(b, held, MASS_SHARES, out, at)


cdef Py_ssize_t describe_places(
    Blocks b, const float[:, :] held, tuple shares, float[:, ::1] out, Py_ssize_t at
) except -1:
    cdef Py_ssize_t column, block, c, main, first, last, inside
    cdef double total, share
    cdef float part
    cdef float* to
    cdef Py_ssize_t* path = <Py_ssize_t*>malloc(b.containers * sizeof(Py_ssize_t))
    cdef Py_ssize_t steps, low, high, middle
    if path is NULL:
        raise MemoryError
    for column in range(held.shape[1]):
        total = max(<double>held[0, column], 1)
        for wanted in shares:
            share = wanted
            main = 0
            for c in range(b.containers - 1, -1, -1):  # nested in each other: the last is the deepest
                if held[c, column] >= share * total:
                    main = c
                    break
            part = held[main, column] / total
            first, last = b.first[main], b.last[main]
            steps, c = 0, main
            while True:
                path[steps] = c
                steps += 1
                if c == 0:
                    break
                c = b.parent[c]
            for block in range(b.n):
                # Steps up: the containers around a block that are not around the main one too.
                low, high = 0, steps
                while low < high:
                    middle = (low + high) // 2
                    if b.first[path[middle]] <= block < b.last[path[middle]]:
                        high = middle
                    else:
                        low = middle + 1
                to = &out[block, at]
                to[0] = first <= block < last
                to[1] = min(b.depth[b.owner[block]] - (steps - low), 10) / 5.0
                to[2] = log_of(max(first - block, 0))
                to[3] = log_of(max(block - last + 1, 0))
                to[4] = min(max((block - first) / <double>max(last - first, 1), -1), 2)
                to[5] = part
            at += PLACES
    free(path)
    return at


def places(layout, held, shares):
    cdef Blocks b = Blocks(layout)
    found = np.empty((b.n, PLACES * held.shape[1] * len(shares)), np.float32)
    describe_places(b, held, tuple(shares), found, 0)
    return found


cdef Py_ssize_t whole_page(page, Blocks b, float[:, ::1] out, Py_ssize_t at) except -1:
    cdef list hidden = page.hidden
    cdef Py_ssize_t block
    cdef double words = 0, chars = 0, good = 0, linked = 0, paragraphs = 0, unseen = 0, ideographs = 0
    cdef float[8] values
    for block in range(b.n):
        words += b.words[block]
        chars += b.chars[block]
        good += b.good[block]
        linked += b.words[block] * b.link_density[block]
        paragraphs += b.words[block] if b.group[block] == P else 0
        unseen += b.words[block] if <bint>hidden[block] else 0
        ideographs += b.counts[block, IDEOGRAPH]
    values[0] = log_of(b.n)
    values[1] = log1p(words)
    values[2] = log_of(<Py_ssize_t>page.areas[0])
    values[3] = good / words
    values[4] = linked / words
    values[5] = paragraphs / words
    values[6] = unseen / words
    values[7] = ideographs / chars
    for block in range(b.n):
        memcpy(&out[block, at], values, sizeof(values))
    return at + 8
