"""Broken gold is found, with file and line; sound gold is not accused."""

import gzip
import json
from pathlib import Path

import pytest

from classifier.exceptions import GoldStandardError
from classifier.gold import read_gold
from classifier.gold.checking import check

ROOT = Path(__file__).resolve().parent.parent
PAGE = """<html><head><title>Ferry cut</title></head><body><h1>Ferry cut</h1>
<div id=a><p>The morning boat will not sail after Monday, the harbour office said.</p><p>Nobody was asked.</p></div>
<div id=e><img src=x></div></body></html>"""


@pytest.fixture
def gold(tmp_path):
    (tmp_path / "page.html").write_text(PAGE)

    def write(*records, name="labels.jsonl"):
        lines = (record if isinstance(record, str) else json.dumps(record) for record in records)
        (tmp_path / name).write_text("\n".join(lines))
        return tmp_path / name

    return write


def kinds(path):
    return [(problem.line, problem.kind) for problem in check([path]).problems]


def test_pages_of_the_project_are_sound():
    found = check([ROOT / "crawler/demo/pages", ROOT / "tests/pages/kabul"])
    assert found.pages > 30
    assert [str(problem) for problem in found.problems] == []


def test_lines_that_are_no_utf_8_are_broken_as_they_are_to_training(gold):
    path = gold()
    path.write_bytes(b'{"page": "page.html", "labels": {"/html/body/div[1]": "body"}, "note": "caf\xe9"}\n')
    assert kinds(path) == [(1, "syntax")]


def test_sound_lines(gold):
    path = gold({"page": "page.html", "labels": {"/html/body/h1": "title", "/html/body/div[1]": "body"}})
    assert kinds(path) == []


@pytest.mark.parametrize(
    ("labels", "kind", "words"),
    [
        ({"/html/body/div[1]": "article"}, "unknown-label", "'article' at /html/body/div[1]; expected one of title"),
        ({"/html/body/div[1]": "body", "/html/body/div[7]": "promo"}, "xpath", "matches nothing"),
        ({"/html/body/div[1]": "body", "//h1": "title"}, "xpath", "write /html/body/h1"),
        ({"/html/body/div[1]": "body", "/html/body/h1[": "title"}, "xpath", "is no XPath"),
        ({"/html/body/div[1]": "body", "/html/body/div[2]": "promo"}, "xpath", "holds no text"),
        ({"/html/body/h1": "title"}, "no-body", "no block is labelled body"),
    ],
)
def test_broken_labels(gold, labels, kind, words):
    path = gold("", {"page": "page.html", "labels": labels})
    problem = check([path]).problems[0]
    assert (problem.path, problem.line, problem.kind) == (str(path), 2, kind)
    assert words in problem.message
    assert str(problem).startswith(f"{path}:2: {kind}: ")


def test_everything_is_reported_and_not_only_the_first(gold):
    good = {"page": "page.html", "labels": {"/html/body/div[1]": "body"}}
    path = gold("{broken", "[1]", {"page": "gone.html", "labels": {}}, good, good, {"page": "page.html", "labels": 3})
    assert kinds(path) == [(1, "syntax"), (2, "syntax"), (3, "missing-page"), (5, "duplicate"), (6, "syntax")]


def test_unreadable_pages(gold, tmp_path):
    (tmp_path / "pdf.html").write_bytes(b"%PDF-1.7 ...")
    (tmp_path / "cut.html.gz").write_bytes(gzip.compress(PAGE.encode())[:60])
    (tmp_path / "empty.html").write_text("<html><body><script>x</script></body></html>")
    labels = {"/html/body": "body"}
    path = gold(*({"page": name, "labels": labels} for name in ("pdf.html", "cut.html.gz", "empty.html")))
    assert kinds(path) == [(1, "unreadable-page"), (2, "unreadable-page"), (3, "unreadable-page")]


def test_an_unreadable_page_in_a_folder_is_one_of_its_problems(tmp_path):
    (tmp_path / "a.html.gz").write_bytes(gzip.compress(PAGE.encode())[:60])
    (tmp_path / "b.html").write_text(PAGE.replace("<div id=a>", "<div id=a data-winnow-label=boddy>"))
    assert kinds(tmp_path) == [(None, "unreadable-page"), (2, "unknown-label")]


def test_texts_must_be_on_the_page(tmp_path):
    (tmp_path / "set/html").mkdir(parents=True)
    (tmp_path / "set/html/1.html").write_text(PAGE)
    lines = [
        {"id": "1", "body": "The morning boat will not sail after Monday, the harbour office said."},
        {"id": "1", "body": "Entirely different words that stand in no paragraph of this page whatsoever, never."},
    ]
    path = tmp_path / "set/gold.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)))
    problems = check([tmp_path]).problems
    assert [(p.line, p.kind) for p in problems] == [(2, "duplicate"), (2, "not-on-page")]
    assert "0% of the body text" in problems[1].message


def test_a_folder_holds_what_training_finds_in_it(gold, tmp_path):
    path = gold({"page": "page.html", "labels": {"/html/body/div[1]": "body"}})
    (problem,) = check([tmp_path]).problems
    with pytest.raises(GoldStandardError) as caught:
        read_gold([tmp_path])
    assert problem.kind == "no-pages"
    assert problem.message in str(caught.value)
    assert f"to read {path.name}, give that file" in problem.message


def test_labels_in_html(tmp_path):
    page = tmp_path / "page.html"
    page.write_text(PAGE.replace("<h1>", '\n<h1 data-winnow-label="headline">'))
    (problem,) = check([page]).problems
    assert (problem.kind, problem.line) == ("unknown-label", 2)
    page.write_text(PAGE.replace("<h1>", '<h1 data-winnow-label="title">'))
    assert kinds(page) == [(None, "no-body")]
    page.write_text(PAGE)
    assert kinds(page) == [(None, "no-pages")]
    assert kinds(tmp_path) == [(None, "no-pages")]


def test_what_is_given_twice_is_read_once(gold, tmp_path):
    (tmp_path / "own.html").write_text(PAGE.replace("<div id=a>", '<div id=a data-winnow-label="body">'))
    listing = gold({"page": "page.html", "labels": {"/html/body/div[1]": "body"}})
    found = check([tmp_path, tmp_path / ".." / tmp_path.name, listing, tmp_path / "own.html"])
    assert (found.pages, found.problems) == (2, [])


def test_one_page_under_two_names_is_a_duplicate(gold, tmp_path):
    labels = {"/html/body/div[1]": "body"}
    path = gold({"page": "page.html", "labels": labels}, {"page": f"../{tmp_path.name}/page.html", "labels": labels})
    assert kinds(path) == [(2, "duplicate")]
    (tmp_path / "other").mkdir()
    (tmp_path / "other/page.html").write_text(PAGE)
    gold({"page": "page.html", "labels": labels})
    other = gold({"page": "page.html", "labels": labels}, name="other/labels.jsonl")
    assert check([path, other]).problems == []  # two pages of one name


def test_files_that_are_no_pages_are_named(tmp_path):
    path = tmp_path / "random.html"
    path.write_bytes(bytes(range(256)) * 8)
    (problem,) = check([path]).problems
    assert (problem.path, problem.kind) == (str(path), "unreadable-page")


@pytest.mark.parametrize(
    "record",
    [
        "[" * 100_000,
        {"page": "page.html", "labels": {"/html/body": ["body"]}},
        {"page": "page.html", "labels": {"/html\0": "body"}},
        {"page": "x" * 5000, "labels": {}},
        {"page": "page.html", "has": {}, "comments_selector": 3},
        {"page": "page.html", "has": {}, "must_keep": 3},
    ],
)
def test_odd_lines_are_problems(gold, record):
    found = check([gold(record)])
    assert {problem.line for problem in found.problems} == {1}
