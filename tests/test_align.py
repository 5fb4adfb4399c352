"""Alignment of blocks with gold texts: exact cases."""

from __future__ import annotations

import numpy as np
import pytest

from classifier.align import matched_share, similarity, words

FIRST = "The council met on Monday to discuss the bridge over the river"
SECOND = "Nobody had expected that so many people would come to the town hall"
THIRD = "In the end the vote was nine to two and the bridge will be built"
PROMO = "READ MORE: The council and the river in pictures"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello, World 2!", ["hello", "world", "2"]),
        ("中国 abc かな", ["中", "国", "abc", "か", "な"]),
        ("한국", ["한", "국"]),
        ("don’t a_b", ["don", "t", "a", "b"]),
        ("", []),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_body_between_promos() -> None:
    shares, recall = matched_share([PROMO, FIRST, PROMO, SECOND, "Share", THIRD], f"{FIRST}\n\n{SECOND}\n\n{THIRD}")
    assert (shares >= 0.5).tolist() == [False, True, False, True, False, True]
    assert shares[[1, 3, 5]].min() > 0.8  # "the council" is in the promo too, and an alignment may take it from there
    assert shares[[0, 2, 4]].max() < 0.4
    assert recall == 1


def test_a_short_block_counts_only_in_its_place() -> None:
    shares, _ = matched_share(["The vote", FIRST, "The vote", SECOND], f"{FIRST}\nThe vote\n{SECOND}")
    assert (shares >= 0.5).tolist() == [False, True, True, True]


def test_a_short_block_far_from_the_text_does_not_count() -> None:
    shares, _ = matched_share(["End", *10 * ["Menu item"], FIRST, SECOND], f"{FIRST} {SECOND} End")
    assert shares[0] == 0


def test_words_that_match_alone_do_not_count() -> None:
    shares, recall = matched_share(["the only of a and to"], "of many the things and none to be a seen")
    assert shares[0] == 0
    assert recall == 0


def test_part_of_a_block() -> None:
    shares, _ = matched_share([f"{FIRST} {SECOND}"], FIRST)
    np.testing.assert_allclose(shares[0], len(words(FIRST)) / len(words(f"{FIRST} {SECOND}")))


def test_repeated_paragraphs_match_once() -> None:
    shares, recall = matched_share([FIRST, SECOND, FIRST], f"{FIRST} {SECOND}")
    assert (shares >= 0.5).tolist() == [True, True, False]
    assert recall == 1


def test_chinese() -> None:
    texts = [
        "首页 新闻",
        "政府今天宣布了新的经济政策，专家认为影响市场。",
        "相关",
        "记者在现场看到许多居民排队。",
    ]
    shares, recall = matched_share(texts, texts[1] + texts[3])
    assert (shares >= 0.5).tolist() == [False, True, False, True]
    assert recall == 1


def test_gold_that_is_not_on_the_page() -> None:
    shares, recall = matched_share([FIRST, SECOND], "Something entirely different was said elsewhere by others")
    assert shares.max() == 0
    assert recall == 0


def test_blocks_without_words_are_unknown() -> None:
    shares, _ = matched_share(["***", FIRST, ""], FIRST)
    assert np.isnan(shares).tolist() == [True, False, True]
    assert shares[1] == 1


@pytest.mark.parametrize(("texts", "gold"), [([], "x y"), ([FIRST], ""), (["..."], "x y")])
def test_nothing_to_align(texts: list[str], gold: str) -> None:
    shares, recall = matched_share(texts, gold)
    assert len(shares) == len(texts)
    assert recall == 0


def test_similarity() -> None:
    assert similarity("a b c", "b c d") == 2 / 4
    assert similarity("", "a") == 0
    assert similarity("Same words", "words SAME") == 1
