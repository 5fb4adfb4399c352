"""A Spidermon suite that looks at the plugin's stats when a spider closes (extra ``monitor``).

``SPIDERMON_SPIDER_CLOSE_MONITORS = ["classifier.monitors.WinnowMonitorSuite"]``
"""

# ruff: noqa: PT009 - monitors are unittest cases of Spidermon; a plain assert would vanish under python -O

from __future__ import annotations

from typing import Any, ClassVar

from spidermon import MonitorSuite
from spidermon.contrib.scrapy.monitors.base import BaseScrapyMonitor

from classifier.plugin.options import MONITOR_SETTINGS


class _WinnowMonitor(BaseScrapyMonitor):  # type: ignore[misc]  # Spidermon is not typed
    def limit(self, name: str) -> float:
        return float(self.crawler.settings.getfloat(name, MONITOR_SETTINGS[name]))

    def stat(self, name: str) -> float:
        return float(self.data.stats.get(f"winnow/{name}", 0))

    def total(self, group: str) -> float:
        """Sum of the stats below ``winnow/{group}/``."""
        start = f"winnow/{group}/"
        return float(sum(value for name, value in self.data.stats.items() if str(name).startswith(start)))


class PagesMonitor(_WinnowMonitor):
    """Pages were read."""

    def test_pages(self) -> None:
        """Fail when the model did not load, or the site no longer gives pages."""
        pages, least = self.stat("pages"), self.limit("WINNOW_MONITOR_MIN_PAGES")
        self.assertGreaterEqual(pages, least, msg=f"Expected at least {least:g} pages read, got {pages:g}")

    def test_time(self) -> None:
        """Fail when reading has become slow."""
        mean, most = self.stat("time_ms") / max(self.stat("pages"), 1), self.limit("WINNOW_MONITOR_MAX_MS")
        self.assertLessEqual(mean, most, msg=f"Expected at most {most:g} ms per page, got {mean:.1f}")

    def test_body(self) -> None:
        """Fail when pages have lost their body: a new layout, or the wrong pages."""
        pages = self.stat("pages")
        mean, least = self.stat("blocks/body") / max(pages, 1), self.limit("WINNOW_MONITOR_MIN_BODY_BLOCKS")
        if pages:
            self.assertGreaterEqual(
                mean, least, msg=f"Expected at least {least:g} body blocks per page, got {mean:.1f}"
            )


class ItemsMonitor(_WinnowMonitor):
    """Items came out clean."""

    def test_failed(self) -> None:
        """Fail when too many items had to be passed on as they were."""
        share, most = self.stat("items/failed") / max(self.total("items"), 1), self.limit("WINNOW_MONITOR_MAX_FAILED")
        self.assertLessEqual(share, most, msg=f"Expected at most {most:.1%} failed items, got {share:.1%}")

    def test_doubtful(self) -> None:
        """Fail when too many items come from doubtful pages."""
        share = self.total("low_confidence") / max(self.total("items"), 1)
        most = self.limit("WINNOW_MONITOR_MAX_DOUBTFUL")
        self.assertLessEqual(share, most, msg=f"Expected at most {most:.1%} doubtful items, got {share:.1%}")


class WinnowMonitorSuite(MonitorSuite):  # type: ignore[misc]  # Spidermon is not typed
    """All monitors of the plugin."""

    monitors: ClassVar[list[Any]] = [PagesMonitor, ItemsMonitor]
