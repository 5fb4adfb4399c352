# cython: boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""What `page` does to describe and score a page: one pass over the blocks after their sums, one over the figures."""

from libc.math cimport log, log1p, sqrt

import numpy as np

from classifier.labels import BODY as _BODY, LABELS as _LABELS, body_threshold

cdef enum:
    LABELS = 9
    MASSES = 7  # labels whose words are counted
    SURENESS = 14  # columns that say how sure the labels are
assert len(_LABELS) == LABELS
cdef Py_ssize_t BODY = _BODY


def page_vector(layout, dense, const float[:, :] probabilities not None):
    cdef const float[::1] words = layout.words, link_density = layout.link_density
    cdef const float[:, ::1] features = np.ascontiguousarray(dense, np.float32)
    cdef Py_ssize_t n = words.shape[0], k = features.shape[1], block, i, chosen = 0, changes = 0
    if not n or probabilities.shape[0] != n or features.shape[0] != n or probabilities.shape[1] != LABELS:
        raise ValueError("expected the probabilities and features of each block")
    cdef double promised = min(max(body_threshold(np.asarray(probabilities)[:, BODY], layout.words)[1], 0.01), 0.99)
    cdef double roots = 0, total = 0, held = 0, found = 0
    cdef double doubt = 0, doubt_inside = 0, body_of_body = 0, links_of_body = 0, words_of_body = 0, sure = 0
    cdef double[LABELS] share, mass
    cdef double one, body
    cdef float weight, in_body, highest
    cdef bint is_chosen, was_chosen = False
    result = np.zeros(SURENESS + LABELS + MASSES + 2 * k, np.float32)
    cdef float[::1] out = result
    cdef float* of_page = &out[SURENESS + LABELS + MASSES]
    cdef float* of_body = of_page + k
    cdef const float* own
    for i in range(LABELS):
        share[i] = mass[i] = 0
    with nogil:
        for block in range(n):
            roots += sqrt(words[block])
            total += words[block]
            held += words[block] * probabilities[block, BODY]
        held = max(held, 1e-6)
        for block in range(n):
            body = probabilities[block, BODY]
            is_chosen = body >= 0.5
            weight, in_body = sqrt(words[block]) / roots, words[block] * body / held
            one = words[block] * 4 * body * (1 - body)
            doubt += one
            if is_chosen:
                chosen += 1
                found += words[block]
                doubt_inside += one
            changes += block > 0 and is_chosen != was_chosen
            was_chosen = is_chosen
            body_of_body += in_body * body
            links_of_body += in_body * link_density[block]
            words_of_body += in_body * words[block]
            highest = 0
            for i in range(LABELS):
                highest = max(highest, probabilities[block, i])
                share[i] += weight * probabilities[block, i]
                mass[i] += words[block] * probabilities[block, i]
            sure += weight * highest
            own = &features[block, 0]
            for i in range(k):
                of_page[i] += weight * own[i]
                of_body[i] += in_body * own[i]
        out[0] = log(promised / (1 - promised))
        out[1] = log1p(total)
        out[2] = log1p(found)
        out[3] = found / total
        out[4] = log1p(n)
        out[5] = log1p(chosen)
        out[6] = doubt / max(found, 20)
        out[7] = doubt_inside / max(found, 20)
        out[8] = (doubt - doubt_inside) / max(found, 20)
        out[9] = body_of_body
        out[10] = links_of_body
        out[11] = log1p(words_of_body)
        out[12] = changes / <double>max(chosen, 1)
        out[13] = sure
        for i in range(LABELS):
            out[SURENESS + i] = share[i]
        for i in range(MASSES):
            out[SURENESS + LABELS + i] = log1p(mass[i])
    return result


def page_scores(
    const float[::1] vector not None,
    const float[:, ::1] type_weights not None,
    const float[::1] type_bias not None,
    const float[::1] confidence_weights not None,
    const float[::1] confidence_bias not None,
    const float[::1] mean not None,
    const float[::1] scale not None,
):
    cdef Py_ssize_t k = vector.shape[0], types = type_bias.shape[0], i, column
    cdef double logit
    cdef float value
    if k != mean.shape[0] or k != scale.shape[0] or k != type_weights.shape[0] or types != type_weights.shape[1]:
        raise ValueError(f"expected {mean.shape[0]} figures of a page, got {k}")
    if confidence_weights.shape[0] > k or not confidence_bias.shape[0]:
        raise ValueError("expected weights of the confidence for the first figures of a page")
    cdef double[::1] scores = np.zeros(types)
    logit = confidence_bias[0]
    for column in range(types):
        scores[column] = type_bias[column]
    for i in range(k):
        value = min(max((vector[i] - mean[i]) * scale[i], <float>-4), <float>4)
        for column in range(types):
            scores[column] += value * type_weights[i, column]
        if i < confidence_weights.shape[0]:
            logit += value * confidence_weights[i]
    return np.asarray(scores).tolist(), logit
