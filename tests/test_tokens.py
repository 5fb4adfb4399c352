"""Words of texts and class names, computed by hand."""

from __future__ import annotations

import pytest

from classifier.blocks import segment, segment_text
from classifier.parsing import parse
from classifier.tokens import block_tokens, class_tokens, container_classes, text_tokens


@pytest.mark.parametrize(
    ("classes", "expected"),
    [
        ("", ()),
        ("post", ("post",)),
        ("entry-title", ("entry", "title", "entry-title")),
        ("postContent", ("post", "content", "postcontent")),
        ("comment-123", ("comment",)),
        ("HTMLBlock", ("html", "block", "htmlblock")),
        ("x", ()),
        ("<div role=Main post post", ("<div", "role=main", "post")),
        (61 * "a", ()),
        ("комментарий-форма", ("комментарий", "форма", "комментарий-форма")),
        (" ".join(f"name{letter}" for letter in "abcdefghijklmn"), tuple(f"name{letter}" for letter in "abcdefghijkl")),
    ],
)
def test_class_names(classes: str, expected: tuple[str, ...]) -> None:
    assert class_tokens(classes) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["^ $"]),
        ("Read More", ["read", "more", "^ read", "read more", "more $"]),
        ("8 + 1 =", ["0", "+", "0", "=", "^ 0", "0 +", "+ 0", "0 =", "= $"]),
        ("In 2024!", ["in", "0000", "!", "^ in", "in 0000", "0000 !", "! $"]),
        ("中国新", ["中国", "国新", "新", "^ 中国", "中国 国新", "国新 新", "新 $"]),
        ("— …", ["^ $"]),
        ("1234567", ["00000", "^ 00000", "00000 $"]),
    ],
)
def test_texts(text: str, expected: list[str]) -> None:
    assert text_tokens(text) == expected


def test_of_a_long_text_only_its_ends_count() -> None:
    tokens = text_tokens("begin " + 100 * "middle " + "unseen " + 40 * "x " + "the end")
    assert "begin" in tokens
    assert "unseen" not in tokens
    assert tokens[-2:] == ["the end", "end $"]
    assert len(text_tokens(10_000 * "word ")) < 100


def test_channels_of_blocks() -> None:
    page = segment(parse("<div class=outer><p class=inner><span class=tiny>x</span></p></div>")[0])
    tokens = block_tokens(page)
    assert tokens["text"] == [("^ $",)] or tokens["text"] == [("x", "^ x", "x $")]
    assert tokens["near"] == [("tiny", "<p", "inner")]
    assert tokens["far"] == [("<html", "<body", "<div", "outer")]
    assert container_classes(page, 2) == "<div outer"


def test_channels_of_plain_text() -> None:
    tokens = block_tokens(segment_text("one\ntwo"))
    assert tokens["text"][1] == ("two", "^ two", "two $")
    assert len(tokens["near"]) == len(tokens["far"]) == 2
