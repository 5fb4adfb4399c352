"""The model file: what is saved comes back, and whatever else is there gives a clear error and runs no code."""

from __future__ import annotations

import io
import itertools
import json
import pickle
import re
import shutil
import struct
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from classifier.blocks import Page, segment, segment_text
from classifier.blocks.parsing import parse
from classifier.exceptions import ClassifierError, ModelError, ModelMismatch, ModelNotFound
from classifier.extraction import Extractor
from classifier.features import FEATURE_NAMES
from classifier.features.layout import Layout
from classifier.files import read_bytes
from classifier.labels import LABELS
from classifier.model import FORMAT_VERSION, BlockModel
from classifier.model.page import PageModel, is_list
from classifier.resources import model_path as path_of_shipped
from classifier.training import TrainingReport, train_model

TESTS = Path(__file__).parent
SOURCES = [TESTS.parent / "crawler" / "demo" / "pages", TESTS / "pages" / "keep"]


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, TrainingReport]:
    """A model of 34 small pages: bad, but quick and complete."""
    folder = tmp_path_factory.mktemp("models")
    return folder, train_model(SOURCES, folder, quick=True)


@pytest.fixture(scope="module")
def path(trained: tuple[Path, TrainingReport]) -> Path:
    return trained[0] / "blocks.npz"


def pages() -> list[Page]:
    files = (
        sorted((TESTS / "pages" / "kabul").glob("*.html")) + sorted((TESTS / "pages" / "comments").glob("*.html"))[:4]
    )
    return [segment(parse(read_bytes(file))[0]) for file in files]


def arrays_of(path: Path) -> dict[str, Any]:
    with np.load(path, allow_pickle=False) as archive:
        return {name: archive[name] for name in archive.files}


def test_training_writes_models_and_a_card(trained: tuple[Path, TrainingReport]) -> None:
    folder, report = trained
    assert report.saved
    assert report.n_pages >= 30
    rows = re.findall(r"^\| \S+ \| (\d+) \| given by the user", report.card, re.MULTILINE)
    assert sum(map(int, rows)) == report.n_pages
    assert report.n_sites >= 5
    assert {"blocks.npz", "text.npz", "MODEL_CARD.md"} <= {file.name for file in folder.iterdir()}
    assert "boilerplate" in (folder / "MODEL_CARD.md").read_text(encoding="utf-8")


def test_training_is_deterministic(trained: tuple[Path, TrainingReport], tmp_path: Path) -> None:
    report = train_model(SOURCES, tmp_path, quick=True)
    assert report.digest == trained[1].digest
    for name in ("blocks.npz", "text.npz"):
        first, again = arrays_of(trained[0] / name), arrays_of(tmp_path / name)
        assert first.keys() == again.keys()
        for key, array in first.items():
            np.testing.assert_array_equal(array, again[key], err_msg=key)


def test_a_model_predicts_every_block(path: Path) -> None:
    model = BlockModel.load(path)
    for page in pages():
        found = model.predict(page)
        assert found.probabilities.shape == (len(page), len(LABELS))
        np.testing.assert_allclose(found.probabilities.sum(1), 1, rtol=1e-4)
        assert len(found.labels) == len(page)
        assert 0 <= found.confidence <= 1
    empty = model.predict(segment_text(""))
    assert (len(empty.labels), empty.confidence) == (0, 0)


def test_saving_and_loading_again_changes_nothing(path: Path, tmp_path: Path) -> None:
    model = BlockModel.load(path)
    model.save(tmp_path / "deep" / "again.npz")
    assert [file.name for file in (tmp_path / "deep").iterdir()] == ["again.npz"]  # nothing half written is left
    again = BlockModel.load(tmp_path / "deep" / "again.npz")
    assert again.metadata == model.metadata
    for page in pages():
        first, second = model.predict(page), again.predict(page)
        np.testing.assert_allclose(first.probabilities, second.probabilities, atol=2e-3)
        assert first.page_type == second.page_type


def test_rounding_in_the_file_costs_little(tmp_path: Path, path: Path) -> None:
    model = BlockModel.load(path)
    rng = np.random.default_rng(0)
    for network in itertools.chain(*model.members):
        for name, array in network.arrays.items():
            if name.startswith(("w", "e_")):
                array += rng.normal(0, 1e-3, array.shape).astype(np.float32)  # off the grid of the file
    exact = BlockModel(*model.__reduce__()[1])
    exact.save(tmp_path / "m.npz")
    loaded = BlockModel.load(tmp_path / "m.npz")
    for page in pages():
        difference = np.abs(exact.predict(page).probabilities - loaded.predict(page).probabilities)
        assert difference.max() < 0.02


def test_a_model_can_be_pickled(path: Path) -> None:
    model = BlockModel.load(path)
    again = pickle.loads(pickle.dumps(model))
    page = pages()[0]
    np.testing.assert_array_equal(model.predict(page).probabilities, again.predict(page).probabilities)


def test_a_missing_file(path: Path, tmp_path: Path) -> None:
    for name in ("none.npz", "."):
        with pytest.raises(ModelNotFound, match=r"expected a model file at .*found none: check the path"):
            BlockModel.load(tmp_path / name)
    with pytest.raises(ModelNotFound, match=r"found a folder: give .*blocks\.npz"):
        BlockModel.load(path.parent)


def test_a_model_for_plain_text_reads_no_pages(path: Path, tmp_path: Path) -> None:
    for folder in (path.parent, path_of_shipped("blocks.npz").parent):
        BlockModel.load(folder / "blocks.npz").check_reads_pages(folder / "blocks.npz")
        with pytest.raises(ModelMismatch, match=r"expected a model for pages, got one for plain text; take .*blocks"):
            BlockModel.load(folder / "text.npz").check_reads_pages(folder / "text.npz")
    # Files of before the header said so.
    for name, kind in (("blocks.npz", "page"), ("text.npz", "text")):
        assert json.loads(arrays_of(path.with_name(name))["header"].tobytes())["kind"] == kind
        older = rewrite(path.with_name(name), tmp_path / "older.npz", header={"kind": None})
        assert BlockModel.load(older).kind == kind


@pytest.mark.parametrize(
    "content",
    [b"", b"a text file\n", b"\x80\x04]\x94.", b"PK\x03\x04 no archive", b"PK\x05\x06" + 18 * b"\0", 1_000 * b"\0"],
    ids=["empty", "text", "pickle", "zip-magic", "empty-zip", "zeros"],
)
def test_files_that_are_no_model(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "m.npz"
    file.write_bytes(content)
    with pytest.raises(ModelError, match=r"m\.npz: expected a winnow-blocks model.*(copy it again|winnow train)"):
        BlockModel.load(file)


def test_truncated_files(path: Path, tmp_path: Path) -> None:
    data = path.read_bytes()
    file = tmp_path / "m.npz"
    for end in np.linspace(1, len(data) - 1, 40).astype(int):
        file.write_bytes(data[:end])
        with pytest.raises(ModelError, match=r"m\.npz: expected"):
            BlockModel.load(file)


def test_damaged_files_give_a_model_or_our_error(path: Path, tmp_path: Path) -> None:
    data = path.read_bytes()
    rng = np.random.default_rng(0)
    file = tmp_path / "m.npz"
    failed = 0
    for _ in range(60):
        damaged = bytearray(data)
        for at in rng.integers(0, len(data), 20):
            damaged[at] = int(rng.integers(0, 256))
        file.write_bytes(bytes(damaged))
        try:
            BlockModel.load(file)
        except ModelError:
            failed += 1
    assert failed > 50  # archives have checksums


def rewrite(path: Path, to: Path, *, header: dict[str, Any] | None = None, **arrays: Any) -> Path:
    found = arrays_of(path)
    if header:
        known = json.loads(found["header"].tobytes())
        found["header"] = np.frombuffer(json.dumps({**known, **header}).encode(), np.uint8)
    found.update(arrays)
    np.savez(to, **{name: array for name, array in found.items() if array is not None})
    return to


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ({"format_version": FORMAT_VERSION + 1}, f"got winnow-blocks version {FORMAT_VERSION + 1}; train it again"),
        ({"format": "winnow-spam"}, "got winnow-spam version"),
        ({"features": ["other", *FEATURE_NAMES]}, r"made with other features .*'other'.*train it again"),
        ({"features": FEATURE_NAMES[::-1]}, "made with other features"),
        ({"labels": LABELS[:-1]}, r"made with other labels .*'boilerplate'"),
        ({"context": []}, "made with other context"),
    ],
)
def test_models_of_another_version(header: dict[str, Any], message: str, path: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelMismatch, match=message):
        BlockModel.load(rewrite(path, tmp_path / "m.npz", header=header))


@pytest.mark.parametrize(
    "change",
    [
        {"header": {"page_types": None}},
        {"page/mean": None},
        {"vocabulary/text": None},
        {"vocabulary/text": np.array([0xFF, 0xFE], np.uint8)},
        {"0/first/w1": None},
        {"0/first/w1": np.zeros((2, 2), np.float16)},
        {"0/first/e_text": np.zeros((1, 24), np.int8)},
        {"header": {"labels": 3}},
        {"header": {"features": {"a": 1}}},
        {"header": {"labels": [["title"]]}},
    ],
    ids=lambda change: "-".join(map(str, change.get("header") or change)),
)
def test_incomplete_models_are_refused_when_they_are_loaded(change: dict[str, Any], path: Path, tmp_path: Path) -> None:
    change = dict(change)
    header = change.pop("header", None)
    file = rewrite(path, tmp_path / "m.npz", header=header, **change)
    with pytest.raises(ModelError, match=r"m\.npz: "):
        BlockModel.load(file)


@pytest.mark.parametrize("name", ["0/first/w2", "1/second/mean", "0/first/e_text_step", "page/type_bias"])
def test_weights_that_are_no_numbers(name: str, path: Path, tmp_path: Path) -> None:
    weights = arrays_of(path)[name]
    weights.flat[0] = np.nan
    with pytest.raises(ModelError, match=rf"expected finite weights, but {name} holds NaN or infinity; train it again"):
        BlockModel.load(rewrite(path, tmp_path / "m.npz", **{name: weights}))


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"null", b"\xff\xfe", b'{"format": "winnow-blocks"}', b"3"])
def test_broken_headers(content: bytes, path: Path, tmp_path: Path) -> None:
    file = tmp_path / "m.npz"
    np.savez(file, **{**arrays_of(path), "header": np.frombuffer(content, np.uint8)})
    with pytest.raises(ModelError, match=r"found no readable header; it was not made by `winnow train`"):
        BlockModel.load(file)


class Bomb:
    """Leaves a trace when it is unpickled."""

    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self) -> Any:
        return Path.touch, (self.trace,)


def test_no_code_in_a_model_is_run(path: Path, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    hostile = np.array([Bomb(trace)], dtype=object)
    for name in ("header", "0/first/w1", "extra"):
        arrays = {**arrays_of(path), name: hostile}
        np.savez(tmp_path / "m.npz", **arrays)
        with pytest.raises(ModelError):
            BlockModel.load(tmp_path / "m.npz")
    for raw in (pickle.dumps(Bomb(trace)), pickle.dumps({"header": Bomb(trace)})):
        (tmp_path / "m.npz").write_bytes(raw)
        with pytest.raises(ModelError):
            BlockModel.load(tmp_path / "m.npz")
    with zipfile.ZipFile(tmp_path / "m.npz", "w") as archive:
        archive.writestr("header.npy", pickle.dumps(Bomb(trace)))
        archive.writestr("header.pkl", pickle.dumps(Bomb(trace)))
    with pytest.raises(ModelError):
        BlockModel.load(tmp_path / "m.npz")
    assert not trace.exists()


def test_archives_that_unpack_to_too_much(tmp_path: Path) -> None:
    file = tmp_path / "m.npz"
    with (
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("header.npy", "w") as member,
    ):
        for _ in range(201):
            member.write(bytes(1_000_000))
    assert file.stat().st_size < 2_000_000
    with pytest.raises(ModelError, match="at most 200,000,000 bytes"):
        BlockModel.load(file)


def test_an_array_header_that_claims_too_much(path: Path, tmp_path: Path) -> None:
    buffer = io.BytesIO()
    claim = b"{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000000,), }"
    claim += b" " * (118 - len(claim) - 1) + b"\n"
    buffer.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(claim)) + claim)
    shutil.copy(path, tmp_path / "m.npz")
    with zipfile.ZipFile(tmp_path / "m.npz", "a") as archive:
        archive.writestr("big.npy", buffer.getvalue())
    with pytest.raises(ModelError, match=r"m\.npz: expected"):
        BlockModel.load(tmp_path / "m.npz")


def test_an_extractor_passes_model_errors_on(tmp_path: Path) -> None:
    (tmp_path / "m.npz").write_bytes(b"no model")
    with pytest.raises(ClassifierError, match="expected a winnow-blocks model"):
        Extractor(tmp_path / "m.npz")
    with pytest.raises(ModelNotFound):
        Extractor(tmp_path / "none.npz")


def test_a_better_model_is_not_replaced_by_accident(
    trained: tuple[Path, TrainingReport], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(trained[0] / "blocks.npz", tmp_path / "blocks.npz")
    before = (tmp_path / "blocks.npz").read_bytes()
    monkeypatch.setattr("classifier.training.dataset.build", None)  # it is refused before any work is done
    with pytest.raises(ModelError, match=r"trained on other pages .* give another --out, or replace it with --force"):
        train_model([SOURCES[1]], tmp_path, quick=True)
    assert (tmp_path / "blocks.npz").read_bytes() == before
    assert not (tmp_path / "text.npz").exists()


def test_page_model_by_hand() -> None:
    k = 40
    arrays: dict[str, Any] = {
        "type_weights": np.zeros((k, 2)),
        "type_bias": np.zeros(2),
        "confidence_weights": np.zeros(30),
        "confidence_bias": np.zeros(1),
        "mean": np.full(k, 1.0),
        "scale": np.full(k, 2.0),
    }
    arrays["type_weights"][35] = [-1, 1]
    arrays["confidence_weights"][0] = 1
    model = PageModel(["article", "forum"], **arrays)
    vector = np.ones(k, np.float32)
    assert model.predict(vector) == ("article", 0.5)
    vector[[0, 35]] = [2, 2]
    page_type, confidence = model.predict(vector)
    assert page_type == "forum"
    assert confidence == pytest.approx(1 / (1 + np.exp(-2)))
    assert pickle.loads(pickle.dumps(model)).predict(vector) == (page_type, confidence)


def test_a_page_of_headlines_is_no_article() -> None:
    stories = "".join(
        f"<h3><a href='/{n}'>The council votes on bridge number {n}</a></h3><p>After {n} years.</p>" for n in range(4)
    )
    page = segment(parse(f"<h1>Local</h1>{stories}")[0])
    layout, labels = Layout(page), ["title"] + 8 * ["body"]
    assert is_list(layout, labels)
    assert not is_list(layout, ["title", "promo", "body", "promo", "body", "promo", "body", "body", "body"])
    assert not is_list(layout, 9 * ["boilerplate"])
