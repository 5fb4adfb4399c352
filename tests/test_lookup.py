"""The lookup of whole pages finds what the tokens of single blocks say."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from classifier.blocks import segment
from classifier.lookup import NameLookup, TextLookup
from classifier.parsing import parse
from classifier.tokens import block_tokens, class_tokens, container_classes, text_tokens

PAGES = sorted((Path(__file__).parents[1] / "crawler" / "demo" / "pages").rglob("*.html"))


def rows_by_block(rows: tuple[np.ndarray, np.ndarray], n: int) -> list[Counter[int]]:
    found: list[Counter[int]] = [Counter() for _ in range(n)]
    for row, block in zip(*rows, strict=True):
        if row >= 0:
            found[block][int(row)] += 1
    return found


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_rows_are_those_of_the_tokens(path: Path) -> None:
    page = segment(parse(path.read_bytes())[0])
    tokens = block_tokens(page)["text"]
    # Every second token is known, so that unknown words stand beside known ones, alone and in pairs.
    vocabulary = sorted({token for row in tokens for token in row})[::2]
    known = {token: number for number, token in enumerate(vocabulary)}
    expected = [Counter(known[token] for token in text_tokens(text) if token in known) for text in page.texts]
    assert rows_by_block(TextLookup(vocabulary).rows(page.texts), len(page)) == expected


@pytest.mark.parametrize("path", PAGES[::4], ids=lambda path: path.stem)
def test_names_are_those_of_the_tokens(path: Path) -> None:
    page = segment(parse(path.read_bytes())[0])
    spelled = [container_classes(page, container) for container in range(len(page.parent))]
    vocabulary = sorted({token for names in spelled for token in class_tokens(names)})[::2]
    known = {token: number for number, token in enumerate(vocabulary)}
    lookup = NameLookup(vocabulary, vocabulary)
    expected = [Counter(known[token] for token in class_tokens(names) if token in known) for names in spelled]
    numbers, of = lookup.numbers(spelled)
    assert rows_by_block((lookup.near[numbers], of), len(spelled)) == expected
