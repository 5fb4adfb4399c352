"""Quick tests before slow patterns must never lose a match."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.forms import words
from classifier.promos.words import LEAD
from classifier.sieve import Heads, Opening, Sieve, Stems, Words, fold, folded, head_finder, word_finder
from classifier.sources.words import SOURCE_NOUN, SOURCE_PHRASE

PAGES = Path(__file__).parent / "pages"
LINES = [line.strip() for path in PAGES.rglob("*.html") for line in path.read_text("utf-8", "replace").splitlines()]
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
BEGINNINGS = (
    "Source: BBC",
    "» Read the full story at example.org",
    "(Источник: ТАСС)",
    "İlk olarak burada yayınlandı",
    "来源：新华社",
    "READ MORE: Hundreds march",
    "Lesen Sie auch: Mehr Regen",
)


@pytest.mark.parametrize("name", GUARDS)
def test_no_match_is_lost(name: str) -> None:
    pattern: re.Pattern[str] = getattr(words, name)
    sieve = Sieve(pattern)
    for text in (*LINES, *QUESTIONS):
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


def test_words_are_found_together_as_one_by_one() -> None:
    words = ("ad", "newsletter", "letter", "link", "реклама", "广告", "anzeige", "zeige")
    stems = Stems(words)
    for text in ("", "ad", "no word at all", "our newsletter, a link", "на правах рекламы: реклама", "广告", "anzeige"):
        assert sorted(stems.within(text)) == sorted(word for word in words if word in text)


def test_lines_are_sorted_out_together_as_one_by_one() -> None:
    sieve = Sieve(*(getattr(words, name) for name in GUARDS))
    lines = (*LINES, *QUESTIONS)
    assert sieve.among(lines) == [at for at, line in enumerate(lines) if sieve(line)]
    assert sieve.among(["Search", "E-mail"]) == []
    assert sieve.among([]) == []


@pytest.mark.parametrize("pattern", [SOURCE_NOUN, SOURCE_PHRASE, LEAD])
def test_no_beginning_is_lost(pattern: re.Pattern[str]) -> None:
    opening = Opening(pattern)
    for text in (*LINES, *BEGINNINGS):
        assert opening(text) or not pattern.match(text), text


def test_source_lines_pass_and_other_lines_do_not() -> None:
    opening = Opening(SOURCE_NOUN, SOURCE_PHRASE, LEAD)
    assert all(map(opening, BEGINNINGS))
    assert not any(map(opening, ("Yesterday the council met.", "Menu", "Öffnungszeiten", "今日は")))


@pytest.mark.parametrize(
    ("pattern", "passing", "failing"),
    [
        (r"\W{0,3}(?:see|read) more", "» Read on", "more"),
        (r"(?:the )?end(?:s|ing)", "Ending", "other"),
        (r"[yj]es|a", "all", "no"),
        ("(?:ab){2}", "abc", "ba"),
        (r"\d+ of|half", "12 of 20", "of 20"),
        (r"[1-5] stars|\W*\d\d:\d\d", "٤ stars", "stars"),
        (r"[\W_]*ads?[\W_]*", "__ Ads __", "bad"),
        (r"[\W\d_]*reply", "24 Reply", "answer"),
    ],
)
def test_what_every_match_begins_with_is_read_from_the_pattern(pattern: str, passing: str, failing: str) -> None:
    opening = Opening(re.compile(pattern, re.IGNORECASE))
    assert opening(passing)
    assert not opening(failing)


def test_an_opening_that_anything_may_begin_lets_everything_pass() -> None:
    opening = Opening(re.compile(r"[^:]{1,40} says:"))
    assert opening("Ana says: yes")
    assert opening("yes")


@pytest.mark.parametrize(
    "text", ["2 DAYS AGO", "Vor 3 Tagen", "ÖNCE 5 YIL", "ΣΉΜΕΡΑ", "Πριν από 2 ημέρες", "İKİ GÜN ÖNCE"]
)
@pytest.mark.parametrize("pattern", [r"\d+ (?:days|tagen|yıl|ημέρες)", "σήμερα|ses", "iki gün", r"[^\W\d]+\s*\d"])
def test_folded_patterns_match_what_ignoring_case_matches(pattern: str, text: str) -> None:
    ignoring = re.search(pattern, text, re.IGNORECASE)
    found = folded(pattern).search(fold(text))
    assert (found and found.span()) == (ignoring and ignoring.span())


_LINES = st.lists(st.text(st.sampled_from("abAB ſİıς广告рР09.»\ud800"), max_size=9), max_size=6)


@given(st.sets(st.sampled_from(("", "a", "ab", "bab", "aba", "广告", "р", "b b", "i", "σ", "s")), min_size=1), _LINES)
def test_compiled_words_are_those_of_the_reference(words: set[str], lines: list[str]) -> None:
    reference, found = Words(words), word_finder(words)
    assert found.among(lines) == [at for at, line in enumerate(lines) if reference(line)]
    assert [found(line) for line in lines] == [reference(line) for line in lines]


@given(st.frozensets(st.sampled_from(("", "a", "ab", "bab", "aba", "广告", "р", "00", "i"))), _LINES)
def test_compiled_heads_are_those_of_the_reference(heads: frozenset[str], lines: list[str]) -> None:
    reference, found = Heads(heads), head_finder(heads)
    assert found.among(lines) == [at for at, line in enumerate(lines) if reference(line)]
    assert [found(line) for line in lines] == [reference(line) for line in lines]


def test_compiled_forms_fold_every_letter_as_the_reference_does() -> None:
    letters = [
        chr(code) for code in range(1, 0x1F000) if chr(code).lower() != chr(code) or fold(chr(code)) != chr(code)
    ]
    for letter in letters:
        folded_letter = fold(letter) or "b"  # one that is left out
        assert word_finder([folded_letter])(f"{letter}b"), hex(ord(letter))
        assert head_finder(frozenset([folded_letter]))(f"{letter}b"), hex(ord(letter))
