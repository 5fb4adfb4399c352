"""The Scrapy add-on: one line in a project's settings."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from scrapy.exceptions import NotConfigured

from classifier.middleware import WinnowMiddleware
from classifier.plugin.options import OptionsError, crawl_setting

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
        """
        try:
            enabled, model = (crawl_setting(settings.get, name) for name in ("enabled", "model"))
        except OptionsError as error:
            raise NotConfigured(str(error)) from error
        if not enabled:
            raise NotConfigured("WINNOW_ENABLED is off")
        if model and not model.is_file():
            raise NotConfigured(
                f"WINNOW_MODEL: expected a model file, there is no file {str(model.absolute())!r}: check the path, or "
                "make one with `winnow train`. Without the setting, the shipped model is used."
            )
        settings.setdefault_in_component_priority_dict("SPIDER_MIDDLEWARES", WinnowMiddleware, PRIORITY)
        if find_spec("scrapy_poet") is not None:
            from classifier.poet import ExtractionProvider

            settings.setdefault_in_component_priority_dict("SCRAPY_POET_PROVIDERS", ExtractionProvider, PRIORITY)
