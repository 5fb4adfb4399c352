"""What Winnow raises: every error derives from `ClassifierError`."""


class ClassifierError(Exception):
    """Base of all errors of this package."""


class SegmentationError(ClassifierError):
    """The input is not a page that can be cut into blocks."""


class FeatureError(ClassifierError):
    """Blocks and feature columns do not fit together."""


class ModelError(ClassifierError):
    """A model cannot be loaded, saved or used."""


class ModelNotFound(ModelError):  # noqa: N818 - name fixed by the public API
    """There is no model file at the path given."""


class ModelMismatch(ModelError):  # noqa: N818 - name fixed by the public API
    """A model file was made for another format version or other features."""


class GoldStandardError(ClassifierError):
    """A labelled page contradicts itself or the format.

    Parameters
    ----------
    message : str
        What was expected, what came, what to do.
    path : str, optional
        File (and line) of the labelled page.
    block : int, optional
        Index of the block within the page, from 0.
    """

    def __init__(self, message: str, path: str | None = None, block: int | None = None) -> None:
        self.path = path
        self.block = block
        where = ", ".join(part for part in (path, None if block is None else f"block {block}") if part)
        super().__init__(f"{where}: {message}" if where else message)
