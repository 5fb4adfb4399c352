"""Loads the model that ``--model`` names, and sees that it is of the right kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from classifier.exceptions import ModelMismatch

if TYPE_CHECKING:
    from pathlib import Path

    from classifier.extraction import Extractor
    from classifier.model import BlockModel


def page_extractor(model: Path | None) -> Extractor:
    """Load a model of pages.

    Parameters
    ----------
    model : Path or None
        Model file; None for the one that ships.

    Returns
    -------
    Extractor

    Raises
    ------
    ModelError
        It cannot be loaded, or is a model of plain text.
    """
    from classifier.extraction import Extractor

    extractor = Extractor(model)
    if _is_of_text(extractor.model):
        msg = f"expected a model of pages, {extractor.path} is one of plain text: give blocks.npz"
        raise ModelMismatch(msg)
    return extractor


def text_extractor(model: Path | None) -> Extractor:
    """Load a model of plain text.

    Parameters
    ----------
    model : Path or None
        Model file; None for the one that ships.

    Returns
    -------
    Extractor
        For `Extractor.extract_text` only.

    Raises
    ------
    ModelError
        It cannot be loaded, or is a model of pages.
    """
    from classifier.extraction import TEXT_MODEL, Extractor
    from classifier.resources import model_path

    extractor = Extractor(model or model_path(TEXT_MODEL))
    if not _is_of_text(extractor.model):
        msg = f"expected a model of plain text for --text, {extractor.path} is one of pages: give text.npz"
        raise ModelMismatch(msg)
    extractor._text_model = extractor.model
    return extractor


def _is_of_text(model: BlockModel) -> bool:
    """Tell a model that never saw an element: the means of the features of paragraphs and links are nothing."""
    from classifier.features import FEATURE_NAMES

    elements = [FEATURE_NAMES.index(name) for name in ("tag_p", "link_density")]
    return not model.first.arrays["mean"][elements].any()
