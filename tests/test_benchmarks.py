"""The benchmarks measure what they say: scores of known texts, leaks of known lines, stages that add up."""

from __future__ import annotations

import itertools
import json
import logging
import warnings
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from benchmarks import accuracy, comments, crawl, labels, leaks, plot, speed
from benchmarks.common import DATA, OutOfFold, Sample, choose, markdown
from benchmarks.peers import PEERS, Peer, Tool, tools
from classifier.gold import GoldPage
from classifier.labels import LABEL_INDEX, LABELS

ARTICLE = "<html><body><p>{}</p><div class='c'><p>{}</p></div></body></html>"
BODY = "The council opened a new bridge over the river on Monday."
COMMENT = "I waited nine years for this bridge to open."


@pytest.fixture(autouse=True)
def _own_logging() -> Iterator[None]:
    """The benchmarks silence the peers' loggers; other tests of this process listen to theirs."""
    level = logging.getLogger().level
    with warnings.catch_warnings():
        yield
    logging.getLogger().setLevel(level)


def a_page(name: str = "s/p", **marks: object) -> Sample:
    source, _, page = name.partition("/")
    gold = GoldPage(Path(f"{source}/html/{page}.html"), "test:1", source, [dict(marks)])
    return Sample(gold, ARTICLE.format(BODY, COMMENT))


def a_tool(text: str | None, name: str = "fixed") -> Tool:
    def run(html: str) -> str:
        if text is None:
            raise ValueError("no text")
        return text

    return Tool(Peer(name, "none", lambda: run), run)


def test_a_tool_that_raises_scores_nothing_and_is_counted() -> None:
    tool = a_tool(None)
    scores = accuracy.measure([a_page(body=BODY)], [tool], OutOfFold(), accuracy.Cache(None))
    assert [(s.word_f1, s.shingle_f1, s.state) for s in scores] == [(0.0, 0.0, "failed")]
    assert tool.failures == 1


def test_scores_count_words_and_their_order() -> None:
    tools_ = [a_tool(BODY, "same"), a_tool(" ".join(reversed(BODY.split())), "reversed"), a_tool("", "nothing")]
    scores = {s.tool: s for s in accuracy.measure([a_page(body=BODY)], tools_, OutOfFold(), accuracy.Cache(None))}
    assert scores["same"].word_f1 == scores["same"].shingle_f1 == 1
    assert scores["reversed"].word_f1 == 1
    assert scores["reversed"].shingle_f1 == 0
    assert scores["nothing"].state == "empty"


def test_winnow_has_a_row_only_where_it_is_out_of_fold(tmp_path: Path) -> None:
    file = tmp_path / "oof.jsonl"
    labels = f"{LABEL_INDEX['body']}{LABEL_INDEX['comment']}"
    line = json.dumps({"page": "s/p", "word_f1": 0.9, "shingle_f1": 0.8, "labels": labels, "sure": "XX", "next": "88"})
    file.write_text(f'{line}\n{{"page": "s/q"}}\n')
    known = OutOfFold.read(file)
    pages = [a_page("s/p", body=BODY), a_page("s/q", body=BODY)]
    scores = accuracy.measure(pages, [], known, accuracy.Cache(None))
    # What ships is measured: the model's labels and the rules behind it, not the score of the model alone.
    assert [(s.tool, s.page, s.word_f1) for s in scores] == [(accuracy.WINNOW, "s/p", 1)]
    assert known.body(pages[0]) == BODY
    assert known.body(pages[1]) is None


def test_the_next_best_label_has_what_the_chosen_one_leaves(tmp_path: Path) -> None:
    file = tmp_path / "oof.jsonl"
    file.write_text(json.dumps({"page": "s/p", "labels": "25", "sure": "0X", "next": "82"}))
    np.testing.assert_allclose(OutOfFold.read(file).probabilities["s/p"], [np.eye(9)[8], np.eye(9)[5]], atol=1e-5)


def test_every_tool_is_measured_on_the_pages_that_winnow_has() -> None:
    def scored(tool: str, *pages: str) -> list[accuracy.Score]:
        return [accuracy.Score(tool, page, page.partition("/")[0], "", 1.0, 1.0) for page in pages]

    peer = scored("peer", "s/p", "s/q", "t/p")
    everything = [*peer, *scored(accuracy.WINNOW, "s/p")]
    scores = accuracy.comparable(everything)
    assert [score.page for score in scores if score.tool == "peer"] == ["s/p", "t/p"]
    assert accuracy.comparable(peer) == peer
    missing = accuracy.left_out(everything, scores)
    assert missing == {"s": 1}
    assert "for every tool: 1 pages without" in accuracy.report(accuracy.summary(scores), "command", {}, missing)


@pytest.mark.skipif(not DATA.is_dir(), reason="needs the labelled pages of ../shared/data")
def test_a_crawl_may_be_of_saved_pages() -> None:
    assert len(crawl.saved_bodies(4)) in range(3, 6)  # at least one of each set


def test_out_of_fold_labels_of_other_blocks_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "oof.jsonl"
    file.write_text('{"page": "s/p", "labels": "080", "sure": "XXX", "next": "808"}\n')
    assert OutOfFold.read(file).body(a_page()) is None
    assert OutOfFold.read(tmp_path / "absent.jsonl") == OutOfFold()


def test_the_cache_answers_for_the_same_page_only(tmp_path: Path) -> None:
    path = tmp_path / "cache.jsonl"
    page = a_page(body=BODY)
    accuracy.Cache(path).score(a_tool(BODY), page, BODY)
    assert accuracy.Cache(path).score(a_tool("other"), page, BODY).word_f1 == 1
    assert accuracy.Cache(path).score(a_tool("other"), page, "another gold").word_f1 == 0


def test_the_report_groups_by_set_and_type() -> None:
    scores = [
        accuracy.Score("one", f"s/{n}", "s", kind, value, value)
        for n, (kind, value) in enumerate([("article", 1.0), ("forum", 0.5)])
    ]
    table = accuracy.summary(scores)
    assert table["one"]["s"]["word_f1"] == 0.75
    assert table["one"]["s: forum"]["pages"] == 1
    text = accuracy.report(table, "command", {})
    assert "| one | 2 | 0.750 |" in text
    assert "Winnow is missing" in text


def test_a_sample_is_drawn_from_every_set_and_always_the_same() -> None:
    pages = [GoldPage(Path(f"{s}/html/{n}.html"), "", s) for s, many in (("a", 90), ("b", 10)) for n in range(many)]
    chosen = [page.name for page in choose(pages, 20, 0)]
    assert chosen == [page.name for page in choose(pages[::-1], 20, 0)]
    assert sum(name.startswith("b/") for name in chosen) == 2
    assert chosen != [page.name for page in choose(pages, 20, 1)]


def test_a_leak_is_a_whole_line_of_three_words_that_stands_nowhere_else() -> None:
    labels = {"/html/body/p": "body", "/html/body/div": "comment"}
    page = a_page()
    page.gold.labels = labels
    page.gold.marks = []
    marked = leaks.mark(page)
    assert [len(lines) for lines in marked.lines.values()] == [1, 0]
    rows = leaks.measure([marked], [a_tool(f"{BODY}\n{COMMENT}", "leaky"), a_tool(BODY, "tight")], OutOfFold(), None)
    tables = leaks.summary(rows)
    table = tables["hand"]
    assert (table["leaky"]["comments"], table["tight"]["comments"]) == (1, 0)
    assert table["leaky"]["forms"] is None
    assert "| leaky | 1 | 0 | 1 | 100.0 % | 0 | – | 100.0 % |" in leaks.report(tables, "command")
    quoted = Sample(page.gold, ARTICLE.format(COMMENT, COMMENT))
    assert leaks.mark(quoted).lines["comments"] == []


def test_comments_are_scored_on_pages_whose_names_mean_nothing() -> None:
    page = a_page(body=BODY, comments=COMMENT)
    marked = leaks.mark(page)
    assert comments.score(marked, COMMENT, BODY) == {"comments_f1": 1, "leak": 0, "body_f1": 1}
    assert comments.score(marked, "", f"{BODY} {COMMENT}")["leak"] == 1
    names = {naming: comments.renamed(marked, naming, 0).find(".//div").get("class") for naming in ("keep", "scramble")}
    assert names["keep"] == "c"
    assert names["scramble"] not in {"c", None}
    assert comments.renamed(marked, "strip", 0).find(".//div").get("class") is None
    rows = [
        {"set": "s", "row": "one", "comments_f1": f1, "leak": leak, "body_f1": 1.0} for f1, leak in ((1, 0), (0, 1))
    ]
    table = comments.summary(rows)
    assert table["s"]["one"] == {"pages": 2, "comments_f1": 0.5, "leak": 0.5, "body_f1": 1}
    assert "| one | 2 | 0.500 | 50.0 % | 1.000 |" in comments.report(table, "command")


def test_labels_are_counted_alone_and_as_shipped() -> None:
    page = a_page("s/p")
    page.gold.marks, page.gold.labels = [], {"/html/body/p": "body", "/html/body/div": "challenge"}
    codes = [LABEL_INDEX["body"], LABEL_INDEX["challenge"]]
    probabilities = np.eye(len(LABELS), dtype=np.float32)[[*codes, LABEL_INDEX["boilerplate"]]]
    probabilities = 0.9 * probabilities[:2] + 0.1 * probabilities[2]
    known = OutOfFold({}, {"s/p": codes}, {"s/p": probabilities})
    reading = labels.Reading.of(page, known, None)
    assert reading is not None
    assert labels.Reading.of(page, OutOfFold(), None) is None
    assert (reading.alone, reading.shipped) == (["body", "challenge"], ["body", "boilerplate"])  # nothing asks there
    table, errors = labels.summary([reading])
    row = table["hand"]["labels"]["challenge"]
    assert (row["alone"]["f1"], row["shipped"]["f1"], row["body_lost"]) == (1, 0, 0)
    assert table["hand"]["things"]["challenges"] == {"gold": 1, "found": 0, "precision": None, "recall": 0, "f1": 0}
    assert errors["challenges"] == [f"missed\ts/p\t1\t{COMMENT}"]
    assert "| challenges | 1 | 0 | – | 0.000 | 0.000 |" in labels.report(table, {}, "command")


@pytest.mark.skipif(not DATA.is_dir(), reason="needs the labelled pages of ../shared/data")
def test_labels_of_real_pages(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    labels.main(["--sample", "6", "--no-forms", "--no-seen", "--out", str(tmp_path)])
    assert "# Labels" in capsys.readouterr().out
    assert "hand" in json.loads((tmp_path / "labels.json").read_text())["groups"]


def test_speed_counts_after_the_warm_up_and_everything_costs_no_less() -> None:
    samples = [a_page(f"s/{n}") for n in range(speed.WARM_UP + 8)]

    class Found:
        comments = comment_forms = challenges = source = title = byline = None

    pairs = speed.compare(samples, lambda html: Found(), {"raises": a_tool(None).run, "sleeps": len})
    assert len(pairs[speed.WINNOW]) == len(pairs["sleeps"]) == 8
    assert pairs["raises"] == []
    ours, everything = (speed.ratios(pairs[name])["total"] for name in (speed.WINNOW, speed.WINNOW_ALL))
    assert everything >= ours


def test_stage_times_are_exclusive() -> None:
    watch = speed.Stopwatch()

    def busy(rounds: int) -> int:
        return sum(range(rounds))

    inner = watch.wrap("inner", lambda: busy(400_000))
    watch.wrap("outer", lambda: (busy(1), inner()))()
    assert watch.spent["inner"] > 5 * watch.spent["outer"] > 0


def test_the_stopwatch_leaves_no_trace() -> None:
    import classifier.extraction
    import classifier.model

    before = classifier.extraction.parse, dict(vars(classifier.model.BlockModel))
    extract = classifier.extraction.Extractor().extract
    html = "<h1>Old bridge closed</h1><p>The town council voted on Tuesday to close the old bridge for repairs.</p>"
    expected = extract(html).body
    watch = speed.Stopwatch()
    with watch.attached():
        assert classifier.extraction.parse is not before[0]
        assert extract(html).body == expected
    assert watch.spent["networks"] > 0
    assert (classifier.extraction.parse, dict(vars(classifier.model.BlockModel))) == before


def test_the_plot_is_well_formed_and_labels_stand_apart(tmp_path: Path) -> None:
    names = ["winnow", *(f"tool {n}" for n in range(10))]
    groups = {accuracy.WINNOW if n == "winnow" else n: {"s": {"word_f1": 0.9, "pages": 3}} for n in names}
    (tmp_path / "accuracy.json").write_text(json.dumps({"groups": groups}))
    ratios = {name: {"median": 10 + number / 10} for number, name in enumerate(names)}
    (tmp_path / "speed.json").write_text(json.dumps({"ratios": ratios}))
    out = tmp_path / "plot.svg"
    plot.main(["--data", str(tmp_path), "--group", "s", "--out", str(out)])
    root = ElementTree.parse(out).getroot()
    texts = [e for e in root.iter("{http://www.w3.org/2000/svg}text") if e.text in names]
    heights = sorted(float(e.get("y", "0")) for e in texts)
    assert len(texts) == len(names)
    assert min(b - a for a, b in itertools.pairwise(heights)) >= 18
    assert "Winnow out-of-fold" in out.read_text()


def test_tables_keep_figures_to_the_right() -> None:
    assert markdown(["a", "b"], [["x", 0.5], ["y", None]]) == "| a | b |\n| --- | ---: |\n| x | 0.500 |\n| y | – |\n"


def test_unknown_tools_are_named() -> None:
    with pytest.raises(SystemExit, match="nonesuch"):
        tools(["nonesuch"])


@pytest.mark.parametrize("peer", PEERS, ids=lambda peer: peer.name)
def test_every_installed_peer_finds_a_plain_article(peer: Peer) -> None:
    if not peer.version:
        pytest.skip(f"{peer.package} is not installed (pip install scrapy-winnow[bench])")
    rest = (
        "It was the {}th attempt of the county, and the engineers who had drawn it for the council in the spring said "
    )
    rest += "that the river would not have been kept from the foot of the old one for more than a year or two."
    article = "".join(f"<p>{BODY} {rest.format(number)}</p>" for number in range(4, 13))
    html = f"<html lang='en'><head><title>Bridge</title></head><body><h1>Bridge</h1>{article}</body></html>"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # theirs
        text = Tool(peer, peer.make()).extract(html)
    assert text is not None
    assert "opened a new bridge" in text


@pytest.mark.skipif(not DATA.is_dir(), reason="needs the labelled pages of ../shared/data")
def test_accuracy_runs_on_real_pages(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    accuracy.main(["--sample", "6", "--tools", "--no-cache", "--oof", str(tmp_path / "none"), "--out", str(tmp_path)])
    assert "# Accuracy" in capsys.readouterr().out
    assert json.loads((tmp_path / "accuracy.json").read_text())["seed"] == 0
