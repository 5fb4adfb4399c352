"""What extraction costs, as a multiple of the lxml parse of the same page.

- `python -m benchmarks.speed` compares Winnow with the other extractors: every page goes through all of them in turn,
  so that a busy machine slows all alike; CPU time; the first 50 pages warm the caches of all and do not count.
- `python -m benchmarks.speed --stages` says where Winnow's time goes.
- `python -m benchmarks.speed --memory 10000` reads pages over and over and watches the memory.

The unit is `lxml.etree.HTMLParser` on the page's UTF-8 bytes. Parsing is part of every figure.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import inspect
import json
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from lxml import etree

from benchmarks.common import (
    BODY_SETS,
    DATA,
    OUT,
    PROVISIONAL,
    ROOT,
    Sample,
    body_pages,
    load,
    machine,
    markdown,
    progress,
    say,
    write,
)
from benchmarks.peers import PEERS, tools

WARM_UP: Final = 50
WINNOW: Final = "winnow"
WINNOW_ALL: Final = "winnow, everything read"
_LAZY: Final = ("comments", "comment_forms", "challenges", "source", "title", "byline")
# Where each stage begins. Times are exclusive: a stage called inside another counts for itself only.
STAGES: Final[dict[str, tuple[str, ...]]] = {
    "parse": ("classifier.extraction:parse",),
    "segment": ("classifier.extraction:segment",),
    "layout": ("classifier.model:Layout",),
    "features": ("classifier.model:features",),
    "words": ("classifier.features.layout:numbers_of_texts",),
    "embeddings": ("classifier.model:BlockModel.bags",),
    "networks": ("classifier.model:BlockModel.first_stage", "classifier.model:BlockModel.second_stage"),
    "context": ("classifier.model:context",),
    "page model": ("classifier.model:page_vector", "classifier.model.page:PageModel.predict"),
    "labels from probabilities": ("classifier.model:BlockModel.choose",),
    "challenges": (
        "classifier.challenges:refine",
        "classifier.challenges:find_challenges",
        "classifier.rules:find_challenges",
    ),
    "controls": ("classifier.rules:ControlMap",),
    "quotations and promos": ("classifier.rules:keep_quoted", "classifier.promos:refine"),
    "forms": (
        "classifier.extraction:find_forms",
        "classifier.forms.inside:refine",
        "classifier.forms.inside:drop_strays",
    ),
    "borders of comments": (
        "classifier.comments:drop_unhinted",
        "classifier.comments:refine",
        "classifier.comments:free_lead",
    ),
    "comments": ("classifier.extraction:find_comments",),
    "bylines, tables and copies": (
        "classifier.bylines:refine",
        "classifier.rules:keep_tables",
        "classifier.rules:drop_copies",
    ),
    "sources": ("classifier.sources:refine", "classifier.extraction:find_source"),
    "title": ("classifier.extraction:choose_title", "classifier.rules:keep_one"),
    "assembly": ("classifier.extraction:_assemble",),
    "freeing the page": (),  # see `stages`
}


def parse_seconds(html: str) -> float:
    """CPU time of the parse alone: the unit of all ratios."""
    data = html.encode("utf-8", "replace")
    start = time.process_time()
    etree.fromstring(data, parser=etree.HTMLParser(encoding="utf-8", huge_tree=True))
    return time.process_time() - start


def timed(run: Callable[[Any], Any], argument: Any) -> tuple[Any, float | None]:
    """Result and CPU time of one call; no time where the tool fails."""
    start = time.process_time()
    try:
        result = run(argument)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:  # what a tool raises is its result, see `peers`
        return None, None
    return result, time.process_time() - start


def winnow(model: Path | None) -> Callable[[str], Any]:
    """Winnow up to the body, which is all that the other tools give."""
    from classifier.extraction import Extractor

    extractor = Extractor(model)

    def run(html: str) -> Any:
        extraction = extractor.extract(html)
        extraction.body  # noqa: B018  # should it ever become lazy
        return extraction

    return run


def read_rest(extraction: Any) -> None:
    """Read what an extraction may leave until somebody asks."""
    for name in _LAZY:
        getattr(extraction, name)


def compare(
    samples: Sequence[Sample], ours: Callable[[str], Any], others: dict[str, Callable[[str], Any]]
) -> dict[str, list[list[float]]]:
    """Measure page by page: per tool pairs of its seconds and those of the page's parse, without the warm-up.

    Winnow is measured once up to the body and on from there, so that no run finds the caches of another one warm.
    """
    runs = {WINNOW: ours, **others}
    pairs: dict[str, list[list[float]]] = {name: [] for name in (*runs, WINNOW_ALL)}
    names = list(runs)
    for number, sample in enumerate(progress(samples, "timing")):
        if not sample.html.strip():
            continue
        if number == WARM_UP:
            gc.collect()
            gc.freeze()
        times: dict[str, float] = {}
        turn = number % len(names)
        unit = parse_seconds(sample.html)
        for name in names[turn:] + names[:turn]:  # nobody always comes first
            result, spent = timed(runs[name], sample.html)
            if spent is not None:
                times[name] = spent
                if name == WINNOW:
                    times[WINNOW_ALL] = spent + (timed(read_rest, result)[1] or 0.0)
            del result
        unit = (unit + parse_seconds(sample.html)) / 2
        if number >= WARM_UP:
            for name, spent in times.items():
                pairs[name].append([spent, unit])
    return pairs


def ratios(pairs: Sequence[Sequence[float]]) -> dict[str, float]:
    """Median and 95th percentile of the ratios, the ratio of the sums, and the median in milliseconds."""
    found = sorted(value / unit for value, unit in pairs)
    return {
        "median": round(statistics.median(found), 3),
        "p95": round(found[min(int(0.95 * len(found)), len(found) - 1)], 3),
        "total": round(sum(value for value, _ in pairs) / sum(unit for _, unit in pairs), 3),
        "median_ms": round(1000 * statistics.median(value for value, _ in pairs), 3),
        "pages": len(pairs),
    }


class Stopwatch:
    """Exclusive CPU time per stage, by wrapping the functions that `STAGES` names."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = defaultdict(float)
        self.missing: list[str] = []
        self._open: list[tuple[str, float]] = []

    def wrap(self, stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Make a function that counts its time for a stage."""
        if isinstance(function, staticmethod):
            return staticmethod(self.wrap(stage, function.__func__))

        def timed(*args: Any, **options: Any) -> Any:
            self._enter(stage)
            try:
                return function(*args, **options)
            finally:
                self._leave()

        return timed

    def _enter(self, stage: str) -> None:
        now = time.process_time()
        if self._open:
            outer, since = self._open[-1]
            self.spent[outer] += now - since
        self._open.append((stage, time.process_time()))

    def _leave(self) -> None:
        now = time.process_time()
        stage, since = self._open.pop()
        self.spent[stage] += now - since
        if self._open:
            self._open[-1] = (self._open[-1][0], time.process_time())

    @contextmanager
    def attached(self) -> Iterator[None]:
        """Wrap the functions for a while; names that no longer exist are listed in `missing`."""
        undo: list[tuple[Any, str, Any]] = []
        try:
            for stage, places in STAGES.items():
                for place in places:
                    module, _, path = place.partition(":")
                    *owners, name = path.split(".")
                    try:
                        owner = importlib.import_module(module)
                        for step in owners:
                            owner = getattr(owner, step)
                        # As it is stored: getattr would turn a static method into a plain function.
                        original = inspect.getattr_static(owner, name)
                    except (ImportError, AttributeError):
                        self.missing.append(place)
                        continue
                    undo.append((owner, name, original))
                    setattr(owner, name, self.wrap(stage, original))
            yield
        finally:
            for owner, name, original in reversed(undo):
                setattr(owner, name, original)


def stages(samples: Sequence[Sample], model: Path | None) -> tuple[dict[str, dict[str, float]], list[str]]:
    """Measure the stages of Winnow, everything read."""
    watch = Stopwatch()
    pairs: dict[str, list[list[float]]] = {name: [] for name in (*STAGES, "rest", "total")}
    extract = winnow(model)

    free = watch.wrap("freeing the page", list.clear)

    def run(html: str) -> None:
        held = [extract(html)]
        read_rest(held[0])
        free(held)

    with watch.attached():
        for number, sample in enumerate(progress(samples, "timing")):
            if not sample.html.strip():
                continue
            if number == WARM_UP:
                gc.collect()
                gc.freeze()
            unit = parse_seconds(sample.html)
            watch.spent.clear()
            total = timed(run, sample.html)[1]
            if number < WARM_UP or total is None:
                continue
            known = {name: watch.spent.get(name, 0.0) for name in STAGES}
            for name, value in {**known, "rest": total - sum(known.values()), "total": total}.items():
                pairs[name].append([value, unit])
    return {name: ratios(found) for name, found in pairs.items()}, watch.missing


def start_up(runs: int = 5) -> dict[str, float]:
    """Seconds to import the package and to load the model, the best of some fresh processes."""
    code = (
        "import time; a = time.perf_counter(); import classifier; b = time.perf_counter(); "
        "from classifier.extraction import Extractor; c = time.perf_counter(); Extractor(); d = time.perf_counter(); "
        "print(b - a, c - b, d - c)"
    )
    results = []
    for _ in range(runs):
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
        results.append([float(figure) for figure in done.stdout.split()])
    best = [min(column) for column in zip(*results, strict=True)]
    names = ("import classifier", "import classifier.extraction after it", "load the model")
    return dict(zip(names, best, strict=True))


def resident() -> float:
    """Resident memory of this process in MB."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    raise SystemExit("expected /proc/self/status with VmRSS: memory is measured on Linux only")


def memory(samples: Sequence[Sample], model: Path | None, pages: int) -> list[tuple[int, float]]:
    """Resident memory after each tenth of so many extractions of the sample, over and over."""
    extract = winnow(model)
    readings = [(0, resident())]
    for number in progress(range(1, pages + 1), "extracting"):
        read_rest(extract(samples[number % len(samples)].html))
        if number % max(pages // 10, 1) == 0:
            readings.append((number, resident()))
    return readings


def arguments(argv: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA, help="folder with the sets of labelled pages")
    parser.add_argument("--sets", nargs="+", default=list(BODY_SETS))
    parser.add_argument("--sample", type=int, default=250, help=f"pages, the first {WARM_UP} of them to warm up")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--tools", nargs="*", help=f"some of: {', '.join(peer.name for peer in PEERS)}")
    parser.add_argument("--model", type=Path, help="another model than the one that ships")
    parser.add_argument("--stages", action="store_true", help="where Winnow's time goes")
    parser.add_argument("--memory", type=int, metavar="PAGES", help="watch the memory over so many extractions")
    parser.add_argument("--provisional", action="store_true", help="say in the table that the machine was busy")
    parser.add_argument("--out", type=Path, default=OUT)
    return parser.parse_args(argv)


def _samples(options: argparse.Namespace) -> list[Sample]:
    import random

    samples = list(load(body_pages(options.sets, options.sample, options.seed, options.data)))
    random.Random(options.seed).shuffle(samples)
    if len(samples) <= WARM_UP:
        raise SystemExit(f"expected more than {WARM_UP} pages, got {len(samples)}: the first {WARM_UP} do not count")
    return samples


def _rows(table: dict[str, dict[str, float]]) -> list[list[Any]]:
    return [
        [name, f"{r['median']:.2f}", f"{r['p95']:.2f}", f"{r['total']:.2f}", f"{r['median_ms']:.2f}"]
        for name, r in table.items()
    ]


_HEADER: Final = ("median", "95th percentile", "of the sums", "median ms")


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and write the table that was asked for."""
    options = arguments(argv)
    samples = _samples(options)
    if options.memory:
        finish(options, "memory", *memory_report(memory(samples, options.model, options.memory)))
    elif options.stages:
        table, missing = stages(samples, options.model)
        text = "# Where the time goes\n\nExclusive CPU time as a multiple of the lxml parse, everything read.\n\n"
        text += markdown(["stage", *_HEADER], _rows(table))
        if missing:
            text += f"\nNo longer there, and so counted where they moved: {', '.join(missing)}.\n"
        finish(options, "stages", text, {"stages": table})
    else:
        others = {tool.name: tool.run for tool in tools(options.tools)}
        pairs = compare(samples, winnow(options.model), others)
        table = {name: ratios(found) for name, found in pairs.items() if found}
        finish(options, "speed", *speed_report(table, start_up()))


def speed_report(table: dict[str, dict[str, float]], starting: dict[str, float]) -> tuple[str, dict[str, Any]]:
    """Write the comparison as Markdown and plain JSON types."""
    ordered = dict(sorted(table.items(), key=lambda entry: entry[1]["median"]))
    pages = max(row["pages"] for row in table.values())
    text = (
        "# Speed\n\nCPU time on one core as a multiple of the lxml parse of the same page, parsing included. "
        f"{pages} pages after {WARM_UP} to warm up, page by page through all tools in turn. “Everything read” also "
        "reads title, byline, comments, comment forms, challenges and source.\n\n"
        + markdown(["tool", *_HEADER], _rows(ordered))
        + "\nStart of a fresh process, best of five: "
        + ", ".join(f"{name} {1000 * value:.0f} ms" for name, value in starting.items())
        + ".\n"
    )
    return text, {"ratios": ordered, "start_up_seconds": starting}


def memory_report(readings: Sequence[tuple[int, float]]) -> tuple[str, dict[str, Any]]:
    """Write the readings, and the growth over their second half."""
    half = readings[len(readings) // 2]
    growth = (readings[-1][1] - half[1]) / max(readings[-1][0] - half[0], 1) * 1000
    text = (
        "# Memory\n\nResident memory while pages are read over and over, everything read.\n\n"
        + markdown(["pages", "MB"], [[number, f"{size:.1f}"] for number, size in readings])
        + f"\nOver the second half: {growth:+.2f} MB per 1,000 pages.\n"
    )
    return text, {"readings_mb": readings, "growth_mb_per_1000_pages": growth}


def finish(options: argparse.Namespace, name: str, text: str, record: dict[str, Any]) -> None:
    """Print and write a table."""
    extra = {"stages": " --stages", "memory": f" --memory {options.memory}"}.get(name, "")
    command = f"python -m benchmarks.speed{extra} --sample {options.sample} --seed {options.seed}"
    used = ", ".join(f"{key} {value}" for key, value in machine().items())
    text += f"\n{PROVISIONAL + ' ' if options.provisional else ''}Made by `{command}`; {used}.\n"
    print(text)
    write(options.out / f"{name}.md", text)
    write(options.out / f"{name}.json", json.dumps({"command": command, **record}, indent=1) + "\n")
    say("done")


if __name__ == "__main__":
    main()
