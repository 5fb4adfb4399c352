"""The Scrapy add-on: one line in a project's settings."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.exceptions import NotConfigured

from classifier.exceptions import ClassifierError, ModelNotFound
from classifier.middleware import WinnowMiddleware, refusal
from classifier.plugin.options import crawl_setting

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

# Between the built-ins that must see items or responses first (HttpError 50, scrapy-poet 275) and those that look at
# requests (Referer 700 and up).
PRIORITY = 450


class WinnowAddon:
    """Put `WinnowMiddleware` into ``SPIDER_MIDDLEWARES``, and its page-object inputs where scrapy-poet looks for them.

    ``ADDONS = {"classifier.addon.WinnowAddon": 450}`` is all a project needs. An entry of the project's own, also one
    of None, stays as it is.
    """

    def update_settings(self, settings: BaseSettings) -> None:
        """Register the middleware, and the provider when scrapy-poet is installed.

        Parameters
        ----------
        settings : BaseSettings
            The crawl's.

        Raises
        ------
        NotConfigured
            ``WINNOW_ENABLED`` is off, or there is no file at ``WINNOW_MODEL``.
        ClassifierError
            Instead of the latter, under ``WINNOW_STRICT``.
        """
        if find_spec("scrapy_poet") is not None:
            from classifier.plugin.poet import ExtractionProvider

            # In any case: without a provider, callbacks that ask for an extraction could not be called at all.
            settings.setdefault_in_component_priority_dict("SCRAPY_POET_PROVIDERS", ExtractionProvider, PRIORITY)
        try:
            if not crawl_setting(settings.get, "enabled"):
                raise NotConfigured("WINNOW_ENABLED is off")
            _check_model(crawl_setting(settings.get, "model"))
        except ClassifierError as error:
            raise refusal(settings, error) from None
        settings.setdefault_in_component_priority_dict("SPIDER_MIDDLEWARES", WinnowMiddleware, PRIORITY)


def _check_model(path: Path | None) -> None:
    """Look whether there is a model: to load it here would be to load it twice."""
    if path is None or path.is_file():
        return
    found, advice = "no file", "check the path, or make one with `winnow train`"
    if path.is_dir():
        inside = path / "blocks.npz"
        found = "a folder"
        advice = f"give {str(inside)!r}" if inside.is_file() else "give the file blocks.npz that `winnow train` writes"
    raise ModelNotFound(
        f"WINNOW_MODEL: expected a model file, there is {found} at {str(path.absolute())!r}: {advice}. "
        "Without the setting, the shipped model is used."
    )
