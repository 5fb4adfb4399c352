"""Images of the article: which ones belong to it, and where their files really are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from classifier.blocks.attributes import small_number
from classifier.urls import safe_url

if TYPE_CHECKING:
    from classifier.blocks import Page

# Where scripts for lazy loading keep the address, most trustworthy first.
_LAZY: Final = ("data-src", "data-lazy-src", "data-original", "data-orig-file", "data-url", "data-hi-res-src")
_SETS: Final = ("srcset", "data-srcset", "data-lazy-srcset")
_CANDIDATE: Final = re.compile(r"(\S+[^\s,])(?:\s+([\d.]+)[wx])?\s*(?:,|$)")
_PLACEHOLDER: Final = re.compile(
    r"^(?:data|about|javascript):|(?:^|[/_-])(?:blank|spacer|placeholder|pixel|1x1|transparent|lazy|loading)"
    r"[\w-]*\.(?:gif|png|svg|jpe?g)",
    re.IGNORECASE,
)
_MIN_SIDE: Final = 40  # pixels: below are counters, emoji and icons
_MAX_ALT: Final = 500  # characters


class Images:
    """Images of one page, each accepted at most once.

    Parameters
    ----------
    page : Page
        Blocks of the page.
    body : sequence of bool
        Whether each block is body.
    base : str
        Absolute address of the page, or empty.
    """

    def __init__(self, page: Page, body: Sequence[bool], base: str) -> None:
        self._page = page
        self._body = body
        self._base = base
        self._seen: set[str] = set()
        self.container = {element: number for number, element in enumerate(page.elements)}

    def attributes(self, image: Any, position: int, *, inside: bool) -> tuple[tuple[str, str], ...] | None:
        """Attributes to write for an image.

        Parameters
        ----------
        image : lxml element
            The ``<img>``.
        position : int
            Number of blocks that began before it.
        inside : bool
            Whether it stands in the middle of a block.

        Returns
        -------
        tuple of (str, str), or None
            ``src`` and ``alt``; None for an image that does not belong to the body, has no usable address, or was
            accepted before (lazy images come again in ``<noscript>``).
        """
        mine = self._body[position - 1] if inside else self._among_body(image, position)
        if not mine or _is_small(image):
            return None
        source = self._source(image)
        if source is None or source in self._seen:
            return None
        self._seen.add(source)
        return ("src", source), ("alt", " ".join((image.get("alt") or "").split())[:_MAX_ALT])

    def _among_body(self, image: Any, position: int) -> bool:
        """Whether the blocks beside an image, in the smallest container that holds any, are body."""
        page = self._page
        container = self._smallest_container(image)
        first, last = page.first[container], page.last[container]
        before = self._body[position - 1] if position > first else None
        after = self._body[position] if position < last else None
        if page.container_tags[container] in ("html", "body"):
            return bool(before and after)
        return before is not False and after is not False and bool(before or after)

    def _smallest_container(self, image: Any) -> int:
        page = self._page
        element = image.getparent()
        while element is not None and element not in self.container:
            element = element.getparent()
        container = self.container.get(element, 0)
        while container and page.first[container] == page.last[container]:
            container = page.parent[container]
        return container

    def _source(self, image: Any) -> str | None:
        for address in _addresses(image):
            source = None if _PLACEHOLDER.search(address) else safe_url(address, self._base)
            if source is not None:
                return source
        return None


def _addresses(image: Any) -> list[str]:
    """Addresses of an image, best first."""
    found = [image.get(name) for name in _LAZY]
    found.append(image.get("src"))
    found += [_largest(image.get(name)) for name in _SETS]
    picture = next(image.iterancestors("picture"), None)
    if picture is not None:
        found += [_largest(source.get(name)) for source in picture.iter("source") for name in _SETS]
    return [address.strip() for address in found if address and address.strip()]


def _largest(candidates: str | None) -> str | None:
    """Address of the largest image of a ``srcset``."""
    found = _CANDIDATE.findall((candidates or "")[:5000])
    sized = [(float(size) if size.replace(".", "", 1).isdigit() else 1.0, address) for address, size in found]
    return max(sized, key=lambda pair: pair[0])[1] if sized else None


def _is_small(image: Any) -> bool:
    sides = [str(image.get(name) or "").strip().removesuffix("px") for name in ("width", "height")]
    return any(number is not None and number < _MIN_SIDE for number in map(small_number, sides))
