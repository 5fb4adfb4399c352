"""Lines that lead in to another story."""

from __future__ import annotations

import numpy as np
import pytest

from classifier.blocks import segment, segment_text
from classifier.labels import LABEL_INDEX, LABELS
from classifier.parsing import parse
from classifier.promos import refine


def refined(text: str, promo: float, label: str = "body") -> str:
    probabilities = np.full((1, len(LABELS)), 0.01, np.float32)
    probabilities[0, LABEL_INDEX["promo"]] = promo
    return refine(segment_text(text), [label], probabilities)[0]


@pytest.mark.parametrize(
    "text",
    [
        "READ MORE: Storm closes coast road for second night",
        "Lesen Sie auch: Hafen bleibt geschlossen",
        "Читайте также: Ледокол вышел в море",
        "→ Related: Wheat futures fall as rain reaches the plains",
        "相关阅读：港口关闭",
    ],
)
def test_a_lead_in_with_a_headline_is_a_promo_whatever_the_model_thinks(text: str) -> None:
    assert refined(text, 0.0) == "promo"


@pytest.mark.parametrize(
    "text",
    [
        "Read more: the words stand in a box below every story, and nobody has ever clicked on them.",
        "Watch: a small one, of gold, was all that he left her!",
    ],
)
def test_of_a_sentence_the_model_has_to_think_so_too(text: str) -> None:
    assert refined(text, 0.1) == "body"
    assert refined(text, 0.2) == "promo"


@pytest.mark.parametrize(
    "text",
    [
        "Read more books this winter",
        "The editors put READ MORE: in front of it",
        f"READ MORE: {50 * 'a long paragraph '}",
        "Related",
    ],
)
def test_other_lines_stay(text: str) -> None:
    assert refined(text, 0.9) == "body"


def test_only_body_lines_are_looked_at() -> None:
    assert refined("READ MORE: Storm closes coast road", 0.9, "comment") == "comment"


def test_the_list_below_a_promo_heading_is_promoted_too() -> None:
    links = "".join(f"<li><a href=/p/{n}>What the harvest report number {n} means</a></li>" for n in range(3))
    source = (
        f"<body><p>Story.</p><div><p>You may also like</p><ul>{links}</ul><p>Not a link.</p></div><a href=/>Home</a>"
    )
    page = segment(parse(source)[0])
    labels = ["body", "promo", "promo", "boilerplate", "boilerplate", "boilerplate", "boilerplate"]
    found = refine(page, labels, np.zeros((len(page), len(LABELS)), np.float32))
    assert found == ["body", *["promo"] * 4, "boilerplate", "boilerplate"]
    labels[1] = "boilerplate"  # where the model sees no promo, there is none to spread
    assert refine(page, labels, np.zeros((len(page), len(LABELS)), np.float32)) == labels
