"""Addresses: those that may go into generated HTML, absolute and of schemes that execute nothing; their domains."""

from __future__ import annotations

import functools
import re
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

# What browsers remove from an address before they read it: "java\nscript:" is a script to them.
_REMOVED: Final = re.compile("[\x00-\x1f\x7f-\x9f]")
_UNSAFE: Final = {ord(char): f"%{ord(char):02X}" for char in " \"'<>`\\{}|^"}
_COMPLETE: Final = re.compile(r"https?://[a-zA-Z0-9][a-zA-Z0-9.-]*(?::\d+)?(?:[/?#]|$)")  # nothing to join
_WEB: Final = frozenset({"http", "https"})


def base_url(root: Any, url: str | None) -> str:
    """Find what relative addresses of a page are relative to.

    Parameters
    ----------
    root : lxml element or None
        Root of the page.
    url : str or None
        Where the page comes from.

    Returns
    -------
    str
        Address from ``<base href>``, the page's own address or its canonical one; empty where there is none.
    """
    hrefs = (base.get("href") for base in root.iter("base")) if root is not None else ()
    declared = next((href for href in hrefs if href is not None), None)
    base = safe_url(declared, url or "") if declared is not None else None
    if base or url:
        return base or url or ""
    for link in root.iter("link") if root is not None else ():
        if "canonical" in (link.get("rel") or "").lower():
            return safe_url(link.get("href") or "", "") or ""
    return ""


def safe_url(address: str, base: str, *, mail: bool = False) -> str | None:
    """Absolute form of an address, if it is one that may be followed.

    Parameters
    ----------
    address : str
        As written in the page.
    base : str
        Absolute address of the page, or empty.
    mail : bool, default False
        Whether ``mailto:`` may stay too.

    Returns
    -------
    str or None
        An http(s) address (or mailto), with what could end an attribute percent-encoded.
    """
    address = _REMOVED.sub("", address).strip()
    if not address:
        return None
    if _COMPLETE.match(address):
        return address.translate(_UNSAFE)
    try:
        joined = urljoin(base, address)
        parts = urlsplit(joined)
        host = parts.hostname
    except ValueError:  # "http://[broken"
        return None
    if mail and parts.scheme == "mailto" and "@" in parts.path:
        return joined.translate(_UNSAFE)
    return joined.translate(_UNSAFE) if parts.scheme in _WEB and host else None


def registered_domain(url: str) -> str:
    """Return the registered domain of a URL or host name.

    Parameters
    ----------
    url : str
        Absolute URL or host name.

    Returns
    -------
    str
        Empty where there is none (an IP address, a local name).
    """
    result = _domain_extractor()(url)
    return f"{result.domain}.{result.suffix}" if result.domain and result.suffix else ""


def site_of(root: Any, url: str | None = None) -> str:
    """Name the site of a page: its registered domain, by what the page says of itself where nothing else is known.

    Parameters
    ----------
    root : lxml element
        Of the page.
    url : str, optional
        Where it comes from.

    Returns
    -------
    str
        Empty where it is unknown.
    """
    own = root.xpath("//link[@rel='canonical']/@href | //meta[@property='og:url']/@content") if not url else [url]
    return registered_domain(str(next(iter(own), "")))


@functools.cache
def _domain_extractor() -> Any:
    import tldextract

    return tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)  # the bundled list: no network, no files
