"""Quick tests before slow patterns must never lose a match."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from classifier.forms import words
from classifier.sieve import Sieve

PAGES = Path(__file__).parent / "pages"
GUARDS = ("HONEYPOT", "YEAR", "IMAGE_CODE", "HUMAN")
# As on real forms; the last ones write letters that only count as the same where case is ignored.
QUESTIONS = (
    "Leave this field empty",
    "Current ye@r *",
    "Bitte geben Sie den Code aus dem Bild ein",
    "Are you a human?",
    "Оставьте это поле пустым",
    "请输入验证码",
    "GÜVENLİK KODU",
    "İNSAN MISIN?",
    "ΕΡΏΤΗΣΗ ΑΣΦΑΛΕΊΑΣ",
)


@pytest.mark.parametrize("name", GUARDS)
def test_no_match_is_lost(name: str) -> None:
    pattern: re.Pattern[str] = getattr(words, name)
    sieve = Sieve(pattern)
    texts = [line for path in PAGES.rglob("*.html") for line in path.read_text("utf-8", "replace").splitlines()]
    for text in (*texts, *QUESTIONS):
        assert sieve(text) or not pattern.search(text), text


def test_questions_pass_and_usual_labels_do_not() -> None:
    sieve = Sieve(*(getattr(words, name) for name in GUARDS))
    assert all(map(sieve, QUESTIONS))
    assert not any(map(sieve, ("Search", "Your name *", "E-mail", "Subscribe", "Website", "Post comment")))


@pytest.mark.parametrize(
    ("pattern", "passing", "failing"),
    [
        ("(?:leave|keep) .{0,9}(?:empty|blank)", "KEEP it Blank", "keep it"),
        ("a?bcd+|x[yz]", "xz", "ad"),
        (r"(?=.*picture)(?=.*code)", "code, picture", "picnic"),
        (r"(?:word)?\d", "7", ""),
    ],
)
def test_what_every_match_needs_is_read_from_the_pattern(pattern: str, passing: str, failing: str) -> None:
    sieve = Sieve(re.compile(pattern, re.IGNORECASE))
    assert sieve(passing)
    assert sieve(failing) == (not failing)  # a pattern that needs no letters lets everything pass
