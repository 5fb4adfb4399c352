"""The `winnow` command: what it prints where, how it ends, and that Ctrl-C loses nothing."""

import gzip
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
import zlib
from pathlib import Path

import pytest
from loopback import Site, html
from typer.testing import CliRunner

from classifier import __version__
from classifier.cli import app
from classifier.exceptions import ModelNotFound
from classifier.labels import LABELS
from classifier.resources import model_path

ROOT = Path(__file__).resolve().parent.parent
DEMO = ROOT / "crawler/demo/pages"
KABUL = ROOT / "tests/pages/kabul"
FERRY = DEMO / "wp-classic/ferry-timetable.html"


def winnow(*arguments, stdin=None):
    return CliRunner().invoke(app, [str(argument) for argument in arguments], input=stdin)


def command(*arguments):
    # A shell starts what runs in its background with Ctrl-C ignored, and children inherit that.
    restore = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    return [sys.executable, "-c", f"{restore}from classifier.cli import main; main()", *map(str, arguments)]


def shell(*arguments, **options):
    return subprocess.run(command(*arguments), capture_output=True, text=True, timeout=120, check=False, **options)


def has_text_model():
    try:
        model_path("text.npz")
    except ModelNotFound:
        return False
    return True


def test_version_and_help():
    assert winnow("--version").stdout == f"winnow {__version__}\n"
    text = winnow("--help").output
    for name in ("extract", "explain", "label", "check", "train", "evaluate"):
        assert name in text
        found = winnow(name, "--help")
        assert found.exit_code == 0
        assert "Examples:" in found.output
        assert f"winnow {name} " in found.output


def test_help_loads_no_training_libraries():
    code = (
        "import sys, classifier.cli; "
        "print([m for m in ('sklearn', 'scipy', 'rapidfuzz', 'scrapy', 'warcio', 'http.server') if m in sys.modules])"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"


def test_extract_for_the_eye():
    found = winnow("extract", KABUL / "kabul-classic.html")
    assert found.exit_code == 0
    assert found.stdout.startswith("Russia seeks to ‘actively operate in Kabul’")
    assert "he told the BBC." in found.stdout
    assert "Leave a Reply" not in found.stdout
    assert re.search(r"Set aside, in blocks: .*\d+ comment_form", found.stdout)
    assert "challenges: 8 + 1 =" in found.stdout


def test_extract_json_lines():
    found = winnow("extract", KABUL, FERRY, "--json")
    lines = [json.loads(line) for line in found.stdout.splitlines()]
    assert found.exit_code == 0
    assert len(lines) == 4
    assert lines[-1]["page"] == str(FERRY)
    assert {block["label"] for block in lines[-1]["blocks"]} <= set(LABELS)
    assert "4 of 4 pages extracted" in found.stderr
    short = json.loads(winnow("extract", FERRY, "--json", "--no-blocks").stdout)
    assert "blocks" not in short
    assert short["comments"]


def test_extract_other_forms():
    markdown = winnow("extract", FERRY, "--markdown").stdout
    assert markdown.startswith("# Island ferry timetable cut")
    assert "<p>" in winnow("extract", FERRY, "--html").stdout
    labelled = winnow("extract", FERRY, "--label", "comment", "--label", "title").stdout.splitlines()
    assert "Island ferry timetable cut to three sailings a day" in labelled
    assert not any("Passengers between Hamnavoe" in line for line in labelled)


def test_extract_from_stdin():
    page = (KABUL / "kabul-classic.html").read_bytes()
    found = winnow("extract", "-", "--json", "--url", "https://example.org/a", stdin=page)
    record = json.loads(found.stdout)
    assert (record["page"], record["url"]) == ("<stdin>", "https://example.org/a")
    assert json.loads(winnow("extract", "-", "--json", stdin=gzip.compress(page)).stdout)["body"] == record["body"]


@pytest.mark.skipif(not has_text_model(), reason="models/text.npz has not been trained")
def test_extract_plain_text():
    found = winnow("extract", KABUL / "kabul.txt", "--text", "--json", "--no-blocks")
    assert found.exit_code == 0
    assert "he told the BBC" in json.loads(found.stdout)["body"]


def test_broken_pages_do_not_stop_the_others(tmp_path):
    (tmp_path / "a.html").write_bytes(b"%PDF-1.4 ...")
    (tmp_path / "b.html.gz").write_bytes(gzip.compress(FERRY.read_bytes())[:500])
    (tmp_path / "c.html").write_bytes(FERRY.read_bytes())
    found = winnow("extract", tmp_path, "--json")
    assert found.exit_code == 1
    assert [json.loads(line)["page"] for line in found.stdout.splitlines()] == [str(tmp_path / "c.html")]
    assert "a.html: expected an HTML page, got a PDF document" in found.stderr
    assert "b.html.gz: expected gzip data, got a damaged file" in found.stderr
    assert "1 of 3 pages extracted, 2 failed" in found.stderr


def record(url, body, kind="text/html", status="200 OK", encoding=None):
    """One record of a WARC file; warcio's own writer leaves temporary files open."""
    packed = f"Content-Encoding: {encoding}\r\n" if encoding else ""
    answer = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n{packed}\r\n".encode() + body
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2024-01-01T00:00:00Z\r\n"
        f"WARC-Record-ID: <urn:uuid:0>\r\nContent-Type: application/http; msgtype=response\r\n"
        f"Content-Length: {len(answer)}\r\n\r\n"
    )
    return gzip.compress(head.encode() + answer + b"\r\n\r\n")


def write_warc(path):
    """Two pages, an image and an error page."""
    path.write_bytes(
        record("https://example.org/a", FERRY.read_bytes())
        + record("https://example.org/i.png", b"\x89PNG", kind="image/png")
        + record("https://example.org/gone", b"<p>not here</p>", status="404 Not Found")
        + record("https://example.org/b", (KABUL / "kabul-block.html").read_bytes(), kind="text/html; charset=utf-8")
    )


def test_extract_warc(tmp_path):
    write_warc(tmp_path / "crawl.warc.gz")
    found = winnow("extract", tmp_path / "crawl.warc.gz", "--json", "--no-blocks")
    assert found.exit_code == 0
    assert [json.loads(line)["url"] for line in found.stdout.splitlines()] == [
        "https://example.org/a",
        "https://example.org/b",
    ]


def test_damaged_warc(tmp_path):
    write_warc(tmp_path / "crawl.warc.gz")
    data = (tmp_path / "crawl.warc.gz").read_bytes()
    (tmp_path / "crawl.warc.gz").write_bytes(data[: len(data) - 400])
    found = winnow("extract", tmp_path / "crawl.warc.gz", "--json", "--no-blocks")
    assert [json.loads(line)["url"] for line in found.stdout.splitlines()] == ["https://example.org/a"]
    assert found.exit_code == 1
    assert "https://example.org/b: expected a whole page" in found.stderr
    (tmp_path / "none.warc").write_bytes(b"no warc at all")
    assert winnow("extract", tmp_path / "none.warc").exit_code == 1


def test_a_record_that_cannot_be_unpacked_costs_itself(tmp_path, monkeypatch):
    monkeypatch.setattr("classifier.cli.warc._BROTLI", ())  # as where neither library is installed
    page = FERRY.read_bytes()
    (tmp_path / "crawl.warc.gz").write_bytes(
        record("https://example.org/br", b"\x0b\x02\x80", encoding="br")
        + record("https://example.org/zstd", b"\x28\xb5\x2f\xfd", encoding="zstd")
        + record("https://example.org/cut", gzip.compress(page)[:500], encoding="gzip")
        + record("https://example.org/kept", page, encoding="br")
        + record("https://example.org/gzip", gzip.compress(page), encoding="GZIP")
        + record("https://example.org/deflate", zlib.compress(page)[2:-4], encoding="deflate")
    )
    found = winnow("extract", tmp_path, "--json", "--no-blocks")
    assert found.exit_code == 1
    names = [json.loads(line)["url"].rpartition("/")[2] for line in found.stdout.splitlines()]
    assert names == ["kept", "gzip", "deflate"]
    assert "/br: expected a page that is plain or in gzip or deflate, got brotli data" in found.stderr
    assert "/zstd: expected a page that is plain" in found.stderr
    assert "/cut: expected gzip data, got a damaged page" in found.stderr


def test_extract_brotli_from_a_warc(tmp_path):
    brotli = pytest.importorskip("brotli", reason="brotli is not installed")
    (tmp_path / "crawl.warc.gz").write_bytes(
        record("https://example.org/a", brotli.compress(FERRY.read_bytes()), encoding="br")
        + record("https://example.org/b", b"\x0b\x02", encoding="br")
    )
    found = winnow("extract", tmp_path, "--json", "--no-blocks")
    assert json.loads(found.stdout)["title"] == "Island ferry timetable cut to three sailings a day"
    assert "/b: expected brotli data, got a damaged page" in found.stderr


def test_the_charset_of_a_warc_record(tmp_path):
    polish = "<p>Zażółć gęślą jaźń, powiedział we wtorek burmistrz Łodzi.</p>"
    russian = "<meta charset=windows-1251><p>Ледокол вышел в море на рассвете, рассказал капитан.</p>"
    (tmp_path / "crawl.warc.gz").write_bytes(
        record("https://example.org/pl", polish.encode("iso-8859-2"), "text/html; charset=ISO-8859-2")
        + record("https://example.org/ru", russian.encode("cp1251"), "text/html; charset=ISO-8859-1")  # a default
    )
    lines = winnow("extract", tmp_path, "--json").stdout.splitlines()
    assert [json.loads(line)["blocks"][0]["text"] for line in lines] == [
        "Zażółć gęślą jaźń, powiedział we wtorek burmistrz Łodzi.",
        "Ледокол вышел в море на рассвете, рассказал капитан.",
    ]


def test_names_are_no_markup(tmp_path, monkeypatch):
    folder = tmp_path / "[" / "x]"  # "[/x]" in its path ended an element of Rich
    folder.mkdir(parents=True)
    for name in ("[bold]a.html", ":smile:.html"):
        shutil.copy(FERRY, folder / name)
    found = winnow("extract", folder)
    assert found.exit_code == 0, found.output
    assert len(found.stdout.splitlines()) > 10
    monkeypatch.chdir(folder)
    found = winnow("extract", "[bold]a.html", ":smile:.html", "http://[/x]")
    assert "[bold]a.html ──" in found.stdout
    assert ":smile:.html ──" in found.stdout
    assert "winnow: http://[/x]: expected an address such as" in found.stderr


def test_extract_addresses(monkeypatch):
    monkeypatch.setattr("classifier.cli.inputs._MAX_BYTES", 200_000)
    pages = {
        "/a": (200, "text/html", FERRY.read_bytes()),
        "/cp1251": (
            200,
            "text/html; charset=windows-1251",
            "<p>Ледокол вышел в море на рассвете.</p>".encode("cp1251"),
        ),
        "/moved": (302, "text/html", b"->/a"),
        "/local": (302, "text/html", b"->file:///etc/passwd"),
        "/image": (200, "image/png", b"\x89PNG"),
        "/big": html("x" * 300_000),
    }
    with Site(pages) as site:
        found = winnow("extract", f"{site.url}/a", f"{site.url}/moved", f"{site.url}/cp1251", "--json")
        lines = [json.loads(line) for line in found.stdout.splitlines()]
        assert found.exit_code == 0, found.stderr
        assert [line["url"] for line in lines] == [f"{site.url}/a", f"{site.url}/a", f"{site.url}/cp1251"]
        assert lines[2]["blocks"][0]["text"].startswith("Ледокол")
        for path, reason in {
            "/gone": "the server answered 404",
            "/local": "redirection to url 'file:///etc/passwd' is not allowed|unknown url type|the server answered 302",
            "/image": "expected an HTML page, the server sent image/png",
            "/big": "at most 200,000 bytes",
        }.items():
            found = winnow("extract", f"{site.url}{path}")
            assert found.exit_code == 1
            assert re.search(reason, found.stderr, re.IGNORECASE), found.stderr
            assert "root:" not in found.output
    assert "cannot be fetched" in winnow("extract", f"{site.url}/a").stderr  # the server has gone


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["extract", "no/such.html"], "found nothing at no/such.html"),
        (["extract"], "Missing argument"),
        (["extract", FERRY, "--bogus"], "No such option"),
        (["extract", FERRY, "--json", "--html"], "at most one of"),
        (["extract", FERRY, "--label", "headline"], "unknown label 'headline'"),
        (["extract", FERRY, "--model", "no.npz"], "expected a model file at no.npz"),
        (["extract", FERRY, "--model", FERRY], "expected a winnow-blocks model"),
        (["explain", DEMO], "is a folder"),
        (["check", "no/such.jsonl"], "found nothing at no/such.jsonl"),
        (["evaluate", "no/such.jsonl"], "found nothing at no/such.jsonl"),
        (["train", "no/such.jsonl", "--out", "x"], "found nothing at no/such.jsonl"),
        (["train", FERRY], "Missing option '--out'"),
        (["label", "no/such.html", "--out", "x"], "found nothing at no/such.html"),
        (["nonsense"], "No such command"),
        (["train", FERRY, "--out", FERRY], "expected a folder to write to"),
        (["train", FERRY, "--out", FERRY / "x"], "expected a folder to write to"),
        (["train", FERRY, "--out", "x", "--seed", "-1"], "Invalid value for '--seed'"),
        (["label", FERRY, "--out", DEMO], "expected a file for the labels"),
        (["label", FERRY, "--out", FERRY / "x.jsonl"], "expected a folder to write to"),
        (["extract", "x" * 5000], "found nothing at xxx"),
        (["check", "x" * 5000], "found nothing at xxx"),
    ],
)
def test_wrong_usage(arguments, words):
    found = winnow(*arguments)
    assert found.exit_code == 2
    assert found.stdout == ""
    assert words in found.stderr


def test_explain(tmp_path):
    found = winnow("explain", FERRY)
    assert found.exit_code == 0
    assert re.search(r"^title \d\.\d\d  Island ferry timetable cut", found.stdout, re.MULTILINE)
    assert re.search(r"^    \+ \w", found.stdout, re.MULTILINE)
    record = json.loads(winnow("explain", FERRY, "--json").stdout)
    assert record["blocks"][20]["reasons"]
    out = tmp_path / "why.html"
    found = winnow("explain", FERRY, "--html", out)
    assert (found.stdout, found.stderr.strip()) == ("", f"wrote {out}")
    assert out.read_text().startswith("<!doctype html>")
    assert winnow("explain", FERRY, "--html", tmp_path / "no/folder.html").exit_code == 2
    (tmp_path / "a.html").write_bytes(b"%PDF-1.4")
    assert winnow("explain", tmp_path / "a.html").exit_code == 1


def test_explain_takes_one_page(tmp_path):
    write_warc(tmp_path / "crawl.warc.gz")
    found = winnow("explain", tmp_path / "crawl.warc.gz")
    assert (found.exit_code, found.stdout) == (2, "")
    assert "is a WARC file" in found.stderr
    (tmp_path / "empty.html").write_text("<html></html>")
    assert "there is no text on this page" in winnow("explain", tmp_path / "empty.html").stderr


@pytest.mark.skipif(not has_text_model(), reason="models/text.npz has not been trained")
def test_models_of_pages_and_of_text(tmp_path):
    pages, text = model_path("blocks.npz"), model_path("text.npz")
    for name in ("extract", "explain", "evaluate"):
        found = winnow(name, FERRY, "--model", text)
        assert found.exit_code == 2
        assert "expected a model for pages, got one for plain text" in found.stderr
    expected = winnow("extract", KABUL / "kabul.txt", "--text", "--json").stdout
    for model in (pages, text):  # of a model of pages, the one for text beside it
        assert winnow("extract", KABUL / "kabul.txt", "--text", "--model", model, "--json").stdout == expected
    shutil.copy(pages, tmp_path / "blocks.npz")
    found = winnow("extract", KABUL / "kabul.txt", "--text", "--model", tmp_path / "blocks.npz")
    assert found.exit_code == 2
    assert "expected a model for plain text, got one for pages" in found.stderr


def test_check(tmp_path):
    assert winnow("check", DEMO).exit_code == 0
    shutil.copy(FERRY, tmp_path / "page.html")
    labels = tmp_path / "labels.jsonl"
    labels.write_text(
        '{"page": "page.html", "labels": {"/html/body/video": "body"}}\n{"page": "b.html", "labels": {}}\n'
    )
    found = winnow("check", labels)
    assert found.exit_code == 1
    assert found.stdout.startswith(f"{labels}:1: xpath: /html/body/video matches nothing")
    assert f"{labels}:2: missing-page: " in found.stdout
    assert "2 labelled pages, 2 problems: 1 xpath, 1 missing-page" in found.stderr
    assert [json.loads(line)["line"] for line in winnow("check", labels, "--json").stdout.splitlines()] == [1, 2]


def test_evaluate():
    found = winnow("evaluate", DEMO, KABUL, "--json")
    assert found.exit_code == 0
    record = json.loads(found.stdout)
    assert record["groups"]["all"]["pages"] > 25
    assert record["groups"]["all"]["body_f1"] > 0.85
    assert record["labels"]["body"]["f1"] > 0.8
    assert set(record["groups"]) == {"all", "set pages", "set kabul"}
    assert record["seen_in_training"] is None or isinstance(record["seen_in_training"], list)
    assert "training pages" in found.stderr or "trained on" in found.stderr
    table = winnow("evaluate", KABUL).stdout
    assert "body F1" in table
    assert "comment_form" in table


def test_evaluate_reports_what_it_cannot_score(tmp_path):
    (tmp_path / "a.html").write_bytes(b"%PDF-1.4")
    (tmp_path / "labels.jsonl").write_text('{"page": "a.html", "labels": {"/html": "body"}}\n')
    found = winnow("evaluate", tmp_path / "labels.jsonl")
    assert found.exit_code == 1
    assert "not scored" in found.stderr
    (tmp_path / "labels.jsonl").write_text("{\n")
    found = winnow("evaluate", tmp_path / "labels.jsonl")
    assert found.exit_code == 1
    assert f"{tmp_path / 'labels.jsonl'}:1: expected a JSON object per line" in found.stderr


def test_lines_nested_too_deeply(tmp_path):
    (tmp_path / "labels.jsonl").write_text("[" * 100_000)
    for name in ("check", "evaluate"):
        found = winnow(name, tmp_path / "labels.jsonl")
        assert found.exit_code == 1
        assert "nested too deeply" in found.output


def test_foreign_label_files_are_refused(tmp_path):
    (tmp_path / "labels.jsonl").write_bytes(b"\x00\xff\xfe")
    found = winnow("label", FERRY, "--out", tmp_path / "labels.jsonl", "--no-browser")
    assert found.exit_code == 1
    assert "labels.jsonl:1: expected a JSON object per line" in found.stderr
    assert "give another --out" in found.stderr
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        found = winnow("label", FERRY, "--out", tmp_path / "new.jsonl", "--no-browser", "--port", port)
    assert found.exit_code == 2
    assert f"expected a free port, {port} cannot be used" in found.stderr


def test_train_needs_several_sites(tmp_path):
    found = winnow("train", FERRY, "--out", tmp_path)
    assert found.exit_code == 1
    assert "expected labelled pages of at least" in found.stderr
    assert list(tmp_path.iterdir()) == []


def test_train_and_use_and_refuse_to_replace(tmp_path):
    gold, model = tmp_path / "gold", tmp_path / "model"
    gold.mkdir()
    for number, path in enumerate(sorted(DEMO.rglob("*.html"))[:12]):
        shutil.copy(path, gold / f"{number}.html")
    found = winnow("train", gold, "--out", model, "--quick", "--json")
    assert found.exit_code == 0, found.output
    record = json.loads(found.stdout)
    assert (record["pages"], record["sites"], record["saved"]) == (12, 12, True)
    assert record["scores"]["labels"]["body"]["support"] > 50
    assert {path.name for path in model.iterdir()} >= {"blocks.npz", "text.npz", "MODEL_CARD.md"}
    found = winnow("evaluate", gold, "--model", model / "blocks.npz")
    assert "12 of 12 pages were among the model's training pages" in found.stderr
    assert winnow("extract", FERRY, "--model", model / "blocks.npz").exit_code == 0
    before = (model / "blocks.npz").read_bytes()
    (gold / "0.html").unlink()
    found = winnow("train", gold, "--out", model, "--quick")
    assert found.exit_code == 2
    assert "was trained on other pages" in found.stderr
    assert "give another --out, or replace it with --force" in found.stderr
    assert found.stdout == ""  # before the training, not after it
    assert (model / "blocks.npz").read_bytes() == before


def test_exit_codes_of_the_real_command(tmp_path):
    good = shell("extract", FERRY, "--json", "--no-blocks")
    assert good.returncode == 0
    assert json.loads(good.stdout)["title"]
    assert good.stderr == ""
    assert shell("extract", tmp_path / "none.html").returncode == 2
    (tmp_path / "a.html").write_bytes(b"%PDF-1.4")
    assert shell("extract", tmp_path / "a.html").returncode == 1


def test_a_closed_pipe_is_no_error(tmp_path):
    for number in range(30):
        shutil.copy(FERRY, tmp_path / f"{number}.html")
    process = subprocess.Popen(command("extract", tmp_path, "--json"), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert json.loads(process.stdout.readline())
    process.stdout.close()
    errors = process.stderr.read().decode()
    process.stderr.close()
    assert process.wait(60) == 0
    assert "Traceback" not in errors
    assert "BrokenPipe" not in errors


@pytest.mark.parametrize("arguments", [["extract", FERRY], ["explain", FERRY], ["evaluate", KABUL]])
def test_a_pipe_that_is_closed_at_once(arguments):
    for_reading, for_writing = os.pipe()
    os.close(for_reading)
    try:
        found = subprocess.run(
            command(*arguments), stdout=for_writing, stderr=subprocess.PIPE, text=True, timeout=120, check=False
        )
    finally:
        os.close(for_writing)
    assert "Traceback" not in found.stderr
    assert "BrokenPipe" not in found.stderr
    assert found.returncode == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
@pytest.mark.parametrize(
    "arguments", [["extract", FERRY], ["explain", FERRY, "--json"], ["evaluate", KABUL, "--json"], ["--help"]]
)
def test_a_full_disk_is_one_line(arguments):
    with open("/dev/full", "w") as full:  # noqa: PTH123 - opened as a shell does it
        found = subprocess.run(
            command(*arguments), stdout=full, stderr=subprocess.PIPE, text=True, timeout=120, check=False
        )
    assert found.returncode == 1
    assert found.stderr == (
        "winnow: expected to write the results, which failed: No space left on device; check where the output goes\n"
    )


@pytest.mark.skipif(os.name == "nt", reason="needs a POSIX shell")
@pytest.mark.parametrize("name", ["extract", "explain"])
def test_a_closed_standard_input(name):
    found = subprocess.run(
        ["sh", "-c", '"$@" <&-', "sh", *command(name, "-")], capture_output=True, text=True, timeout=120, check=False
    )
    assert found.returncode == 1
    assert found.stderr == "winnow: <stdin>: expected a page on standard input, which is closed\n"


def test_broken_addresses():
    for name in ("extract", "explain"):
        found = winnow(name, "http://[broken")
        assert (found.exit_code, found.stdout) == (1, "")
        assert found.stderr.count("\n") == 1
        assert "http://[broken: expected an address such as https://example.org/page" in found.stderr


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "ascii", "utf-8"])
def test_any_encoding_of_the_output(tmp_path, encoding):
    text = "“Łódź” 😀 – said the officer of the harbour on Monday, and nobody asked why the morning boat had left."
    (tmp_path / "a.html").write_text(f"<article><h1>Łódź</h1><p>{text}</p><p>{text}</p></article>", encoding="utf-8")
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    options = {"capture_output": True, "timeout": 120, "check": False, "env": environment}
    for name in ("extract", "explain"):
        found = subprocess.run(command(name, tmp_path / "a.html", "--json"), **options)
        assert found.returncode == 0, found.stderr
        assert text in [block["text"] for block in json.loads(found.stdout.decode())["blocks"]]
        found = subprocess.run(command(name, tmp_path / "a.html"), **options)
        assert found.returncode == 0, found.stderr
        assert b"the officer of the harbour" in found.stdout


def test_file_names_that_are_no_text(tmp_path):
    try:
        shutil.copy(FERRY, tmp_path / os.fsdecode(b"\xff.html"))
    except OSError:
        pytest.skip("this file system takes only text for names")
    found = shell("extract", tmp_path, "--json", "--no-blocks")
    assert found.returncode == 0, found.stderr
    assert json.loads(found.stdout)["page"].endswith("\udcff.html")
    assert shell("extract", tmp_path).returncode == 0


def test_ctrl_c_while_the_command_is_loaded():
    code = """if True:
        import classifier.cli, signal, sys
        class Interrupt:
            def find_spec(self, name, path=None, target=None):
                if name == "typer":
                    signal.raise_signal(signal.SIGINT)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        sys.meta_path.insert(0, Interrupt())
        classifier.cli.main()
    """
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert (found.returncode, found.stderr) == (130, "winnow: stopped\n")


def test_ctrl_c_keeps_what_was_finished(tmp_path):
    for number in range(400):
        shutil.copy(FERRY, tmp_path / f"{number:03}.html")
    process = subprocess.Popen(
        command("extract", tmp_path, "--json", "--no-blocks"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    first = process.stdout.readline()
    process.send_signal(signal.SIGINT)
    rest, errors = process.communicate(timeout=60)
    lines = [json.loads(line) for line in (first + rest).splitlines()]
    assert process.returncode == 130
    assert 1 <= len(lines) < 400
    assert "Traceback" not in errors
    assert "stopped" in errors


def test_label_serves_until_ctrl_c(tmp_path):
    shutil.copy(FERRY, tmp_path / "page.html")
    out = tmp_path / "labels.jsonl"
    process = subprocess.Popen(
        command("label", tmp_path / "page.html", "--out", out, "--no-browser"), stderr=subprocess.PIPE, text=True
    )
    url = re.search(r"http://127\.0\.0\.1:\d+/\?token=\S+", process.stderr.readline())[0]
    base, token = url.split("/?token=")
    with urllib.request.urlopen(url, timeout=20) as answer:
        assert b"<title>winnow label</title>" in answer.read()

    def call(path, body=None):
        request = urllib.request.Request(base + path, body, {"X-Winnow-Token": token})
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.load(answer)

    labels = [block["label"] for block in call("/api/page/0")["blocks"]]
    call("/api/page/0", json.dumps({"labels": labels}).encode())
    time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=20)
    assert process.returncode == 0  # every page is labelled
    assert "1 of 1 pages are labelled" in errors
    assert "Traceback" not in errors
    assert winnow("check", out).exit_code == 0
    assert winnow("evaluate", out).exit_code == 0


def test_runs_without_a_home_or_a_terminal(tmp_path):
    environment = {"PATH": os.environ["PATH"], "TERM": "dumb"}
    found = shell("extract", FERRY, env=environment, cwd=tmp_path)
    assert found.returncode == 0
    assert "\x1b" not in found.stdout + found.stderr
