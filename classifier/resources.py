"""Where the files that ship with the package are."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from classifier.exceptions import ModelNotFound

_PACKAGE: Final = Path(__file__).resolve().parent
_FOLDERS: Final = (_PACKAGE / "models", _PACKAGE.parent / "models")  # in a wheel; in a checkout


def model_path(name: str) -> Path:
    """Find a model file by name.

    Parameters
    ----------
    name : str
        File name, such as ``"spam.npz"``.

    Returns
    -------
    Path
        Its path.

    Raises
    ------
    ModelNotFound
        Neither the installed package nor the checkout holds it.
    """
    for folder in _FOLDERS:
        if (folder / name).is_file():
            return folder / name
    searched = " and ".join(str(folder) for folder in _FOLDERS)
    msg = f"expected the model file {name!r} in {searched}, found none: reinstall the package or train the model"
    raise ModelNotFound(msg)
