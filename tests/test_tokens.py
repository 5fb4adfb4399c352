"""Words of texts and class names as numbers, computed by hand."""

from __future__ import annotations

import numpy as np
import pytest

from classifier.blocks import segment
from classifier.blocks.parsing import parse
from classifier.features.tokens import (
    BREAK,
    container_names,
    is_word,
    name_words,
    number,
    numbers_of_names,
    numbers_of_texts,
    text_words,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("Read More!", "read more"),
        ("8 + 1 =", "0 + 0 ="),
        ("8+1=", "0+0="),
        ("In 2024, at 12:30", "in 0000 at 00 00"),
        ("“Quoted” – it’s", "quoted it s"),
        ("ПРИВЕТ, мир…", "привет мир"),
        ("中国新", "中国 国新 新"),
        ("这是“新闻”。ok", "这是 是 新闻 闻 ok"),
        ("— …", ""),
        ("a|b » c", "a|b » c".replace("»", "")),
    ],
)
def test_texts(text: str, expected: str) -> None:
    assert [word.decode() for word in text_words([text])] == expected.split()


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ("", ""),
        ("post", "post"),
        ("entry-title main_box", "entry title main box"),
        ("comment-123", "comment"),
        ("<div role=Main", "<div role=main"),
        ("комментарий-форма", "комментарий форма"),
    ],
)
def test_class_names(names: str, expected: str) -> None:
    assert [word.decode() for word in name_words([names])] == expected.split()


def test_breaks_stand_around_blocks() -> None:
    numbers = numbers_of_texts(["Read more", "—", "ok"])
    read, more, ok = number([b"read", b"more", b"ok"])
    assert numbers.tolist() == [BREAK, read, more, BREAK, BREAK, ok, BREAK]
    assert is_word(numbers).tolist() == [False, True, True, False, False, True, False]


def test_of_a_long_text_only_its_ends_count() -> None:
    text = "begin " + 100 * "middle " + "unseen " + 40 * "x " + "the end"
    numbers = set(numbers_of_texts([text]).tolist())
    begin, middle, unseen, the, end = number([b"begin", b"middle", b"unseen", b"the", b"end"]).tolist()
    assert {begin, middle, the, end} <= numbers
    assert unseen not in numbers
    assert len(numbers_of_texts([10_000 * "word "])) < 50


def test_words_cut_in_two_do_not_count() -> None:
    numbers = numbers_of_texts([200 * "a" + " " + 200 * "b"])
    assert not is_word(numbers).any()
    assert numbers[0] == numbers[-1] == BREAK


def test_names_of_elements() -> None:
    page = segment(parse("<div class=outer><p class=inner>x</p></div>")[0])
    names = container_names(page.container_tags, page.classes)
    assert names == ["<html ", "<body ", "<div outer", "<p inner"]
    assert np.count_nonzero(numbers_of_names(names) == BREAK) == len(names) + 1
