"""Labels set in the browser reach the file, whole, and only from the browser that was asked."""

import json
import random
import shutil
import socket
import threading
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from classifier.blocks import segment
from classifier.blocks.parsing import parse
from classifier.exceptions import GoldStandardError
from classifier.extraction import Extractor
from classifier.files import read_bytes
from classifier.gold import read_gold
from classifier.gold.checking import check
from classifier.gold.targets import labels_from_xpaths
from classifier.labelling import Session, find_pages, replace_file, to_xpaths
from classifier.labelling.server import LabelServer
from classifier.labels import LABELS

ROOT = Path(__file__).resolve().parent.parent
DEMO = ROOT / "crawler/demo/pages"


@pytest.fixture(scope="module")
def extractor():
    return Extractor()


@pytest.fixture
def saved(tmp_path):
    for name in ("oldtable/lighthouse.html", "wp-classic/ferry-timetable.html"):
        page = (DEMO / name).read_bytes()
        (tmp_path / Path(name).name).write_bytes(page.replace(b"data-winnow-label", b"data-other"))
    return tmp_path


@pytest.fixture
def session(saved, extractor):
    return Session(find_pages([saved]), saved / "labels.jsonl", extractor)


def reopened(session):
    return Session(session.pages, session.out, session.extractor)


@pytest.mark.parametrize("path", sorted(DEMO.rglob("*.html")) + sorted((ROOT / "tests/pages").rglob("*.html")), ids=str)
def test_any_labels_survive_as_xpaths(path):
    page = segment(parse(read_bytes(path))[0])
    rng = random.Random(0)
    for share in (0.1, 0.5, 0.95):
        labels = [rng.choice(LABELS) if rng.random() > share else "boilerplate" for _ in range(len(page))]
        assert labels_from_xpaths(page, to_xpaths(page, labels)) == labels


def test_pages_are_prefilled_by_the_model(session, extractor):
    shown = session.page(0)
    found = extractor.extract(session.pages[0].read_bytes())
    assert shown["origin"] == "model"
    assert [block["label"] for block in shown["blocks"]] == [block.label for block in found.blocks]


def test_labels_of_the_page_itself_come_first(saved, extractor):
    shutil.copy(DEMO / "oldtable/lighthouse.html", saved / "own.html")
    session = Session([saved / "own.html"], saved / "labels.jsonl", extractor)
    shown = session.page(0)
    assert shown["origin"] == "page"
    assert {"title", "body", "comment"} <= {block["label"] for block in shown["blocks"]}


def test_saved_pages_are_gold(session):
    labels = [block["label"] for block in session.page(0)["blocks"]]
    labels[0], labels[-1] = "promo", "?"
    session.save(0, labels)
    (gold,) = read_gold([session.out])
    assert gold.path.resolve() == session.pages[0].resolve()
    root, _ = gold.load()
    assert labels_from_xpaths(segment(root), gold.labels) == labels
    assert check([session.out]).problems == []


def test_a_session_goes_on_where_it_was(session):
    labels = [block["label"] for block in session.page(0)["blocks"]]
    labels[3] = "comment"
    session.draft(0, labels)
    again = reopened(session)
    assert again.overview()["start"] == 0
    assert again.page(0)["origin"] == "draft"
    assert again.page(0)["blocks"][3]["label"] == "comment"
    assert not session.out.exists()  # a draft is no gold
    again.save(0, labels)
    last = reopened(again)
    assert last.overview()["start"] == 1
    assert last.page(0)["origin"] == "saved"
    assert not last.draft_path.exists()


def test_lines_of_other_pages_stay(session):
    other = {"page": "elsewhere.html", "labels": {"/html/body/p": "body"}, "note": "by\u2028hand"}
    session.out.write_text(json.dumps(other, ensure_ascii=False) + "\n", encoding="utf-8")
    again = reopened(session)
    again.save(1, [block["label"] for block in again.page(1)["blocks"]])
    lines = [json.loads(line) for line in session.out.read_text().rstrip().split("\n")]
    assert lines[0] == other
    assert len(lines) == 2


def test_foreign_files_are_not_overwritten(session):
    session.out.write_text('{"page": "a"}\n')
    with pytest.raises(GoldStandardError, match=r"labels\.jsonl:1: expected lines of"):
        reopened(session)


@pytest.mark.parametrize("content", [b"\xff\xfe", b"[" * 100_000])
def test_unreadable_label_files_are_named(session, content):
    session.out.write_bytes(content)
    with pytest.raises(GoldStandardError, match=r"labels\.jsonl.*give another --out"):
        reopened(session)


@pytest.mark.parametrize("content", ["[" * 100_000, "[]", '{"a": 3}', "{"])
def test_damaged_drafts_are_left_out(session, content):
    session.draft_path.write_text(content)
    assert reopened(session).page(0)["origin"] == "model"


def test_line_separators_in_names(saved, extractor):
    page = saved / "a\u2028b.html"
    shutil.copy(DEMO / "oldtable/lighthouse.html", page)
    session = Session([page], saved / "labels.jsonl", extractor)
    session.save(0, [block["label"] for block in session.page(0)["blocks"]])
    assert reopened(session).is_done(0)


@pytest.mark.parametrize("labels", [["body"], ["article"]])
def test_labels_that_do_not_fit_are_refused(session, labels):
    with pytest.raises(GoldStandardError):
        session.save(0, labels)
    assert not session.out.exists()


def test_a_failed_write_leaves_the_old_file(tmp_path):
    path = tmp_path / "labels.jsonl"
    replace_file(path, "old")
    with pytest.raises(UnicodeEncodeError):
        replace_file(path, "new \ud800")
    assert path.read_text() == "old"


def test_a_folder_without_pages(tmp_path):
    with pytest.raises(GoldStandardError, match="expected HTML files"):
        find_pages([tmp_path])


@pytest.fixture
def server(session):
    with LabelServer(session) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def ask(server, path, body=None, token=None, **headers):
    base = server.url.partition("/?")[0]
    headers = {"X-Winnow-Token": server.token if token is None else token, **headers}
    data = None if body is None else json.dumps(body).encode()
    try:
        with urllib.request.urlopen(urllib.request.Request(base + path, data, headers), timeout=10) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


def test_the_server_listens_on_this_machine_only(server):
    assert server.server_address[0] == "127.0.0.1"


def test_only_the_right_browser_gets_answers(server):
    assert ask(server, "/api/pages")[0] == 200
    assert ask(server, "/api/pages", token="guess")[0] == 403
    assert ask(server, "/", token="")[0] == 403
    assert ask(server, "/api/pages", Host="evil.example:80")[0] == 403  # DNS rebinding
    assert ask(server, "/api/page/0", {"labels": []}, token="")[0] == 403
    with urllib.request.urlopen(server.url, timeout=10) as answer:
        page = answer.read().decode()
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "http://" not in page
    assert "https://" not in page


def test_a_page_through_the_server(server):
    status, body = ask(server, "/api/page/1")
    labels = [block["label"] for block in json.loads(body)["blocks"]]
    assert status == 200
    assert ask(server, "/api/draft/1", {"labels": labels})[0] == 200
    assert json.loads(ask(server, "/api/page/1")[1])["origin"] == "draft"
    assert ask(server, "/api/page/1", {"labels": labels})[0] == 200
    assert server.session.is_done(1)


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/api/page/9", None, 404),
        ("/api/page/x", None, 404),
        ("/etc/passwd", None, 404),
        ("/api/draft/0", None, 405),
        ("/api/page/0", {"labels": ["body"]}, 409),
        ("/api/page/0", {"labels": 3}, 400),
        ("/api/page/0", {}, 400),
        ("/api/draft/0", {"labels": ["headline"]}, 409),
    ],
)
def test_wrong_requests_get_clear_answers(server, path, body, status):
    found, text = ask(server, path, body)
    assert found == status
    assert json.loads(text)["error"]


def raw(server, head, body=b""):
    """Status of the answer to a request that no library would send."""
    head = f"{head}\r\nHost: 127.0.0.1:1\r\nX-Winnow-Token: {server.token}\r\nConnection: close\r\n\r\n"
    with socket.create_connection(server.server_address, timeout=10) as connection:
        connection.sendall(head.encode() + body)
        answer = connection.makefile("rb").read()
    status, _, text = answer.partition(b"\r\n")[0].decode(), *answer.partition(b"\r\n\r\n")[1:]
    return int(status.split()[1]), json.loads(text)


@pytest.mark.parametrize(
    ("head", "body", "status"),
    [
        ("POST /api/draft/0 HTTP/1.1\r\nContent-Length: -1", b"", 400),
        ("POST /api/draft/0 HTTP/1.1\r\nContent-Length: many", b"", 400),
        ("POST /api/draft/0 HTTP/1.1\r\nContent-Length: \u00b2", b"", 400),
        (f"POST /api/draft/0 HTTP/1.1\r\nContent-Length: {'9' * 5000}", b"", 413),
        ("POST /api/draft/0 HTTP/1.1\r\nContent-Length: 100000", b"[" * 100_000, 400),
        ("POST /api/draft/0 HTTP/1.1", b"", 400),
        ("GET http://[ HTTP/1.1", b"", 400),
        (f"GET /api/page/{'9' * 5000} HTTP/1.1", b"", 404),
        ("GET /api/page/\u00b2 HTTP/1.1", b"", 404),
    ],
)
def test_broken_requests_get_clear_answers(server, capfd, head, body, status):
    found, record = raw(server, head, body)
    assert found == status
    assert record["error"]
    assert "Traceback" not in capfd.readouterr().err
    assert ask(server, "/api/pages")[0] == 200


def test_a_browser_that_hangs_up_is_no_event(server, capfd):
    try:
        raise ConnectionResetError("gone")
    except ConnectionResetError:
        server.handle_error(None, None)
    assert capfd.readouterr().err == ""


def test_an_unreadable_page_is_an_answer_and_not_the_end(server):
    server.session.pages[0].write_bytes(b"%PDF-1.4")
    status, text = ask(server, "/api/page/0")
    assert status == 409
    assert "PDF" in json.loads(text)["error"]
    assert ask(server, "/api/pages")[0] == 200
