"""What several test modules need: the labelled pages, when they are at hand."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest

# One thread: the suite shares its machine, and small matrices gain nothing from more. Before NumPy is imported.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
SETS = ("wcxb-dev", "dragnet", "readability", "forms", "widgets")


def page_bytes(path: Path) -> bytes:
    """Bytes of a saved page, decompressed."""
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


def real_pages(per_set: int) -> list[Path]:
    """A fixed sample of the saved pages of every set, spread over the set; all of them when asked for."""
    found = []
    for name in SETS:
        files = sorted((DATA / name / "html").glob("*.html*"))
        step = 1 if os.environ.get("WINNOW_ALL_PAGES") else max(len(files) // per_set, 1)
        found += files[step // 2 :: step]
    return found


@pytest.fixture(scope="session")
def data() -> Path:
    """Folder of the labelled pages of real sites."""
    if not DATA.is_dir():
        pytest.skip(f"needs the labelled pages in {DATA}")
    return DATA
