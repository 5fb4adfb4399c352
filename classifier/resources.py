"""Model files: where those that ship with the package are, and how any of them is opened."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from classifier.exceptions import ModelError, ModelNotFound

if TYPE_CHECKING:
    from numpy.lib.npyio import NpzFile

_PACKAGE: Final = Path(__file__).resolve().parent
_MAX_BYTES: Final = 200_000_000  # unpacked; a real model has 20 MB
# What NumPy and the code that reads the arrays raise about a file that is damaged, or no model.
_DAMAGES: Final = (
    OSError,
    ValueError,
    EOFError,
    zipfile.BadZipFile,
    zlib.error,
    KeyError,
    NotImplementedError,
    MemoryError,
)
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


@contextmanager
def open_arrays(path: Path, what: str) -> Iterator[NpzFile]:
    """Open the arrays of a model file for reading; nothing in the file is executed.

    Parameters
    ----------
    path : Path
        File in the format of `numpy.savez`.
    what : str
        What it should be, such as ``"a form model"``.

    Yields
    ------
    NpzFile
        Array names to arrays, read when asked for.

    Raises
    ------
    ModelError
        The file is missing, damaged or too large, or an array that is asked for is missing or damaged.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > _MAX_BYTES:
                msg = f"{path}: expected a model of at most {_MAX_BYTES:,} bytes, it unpacks to more"
                raise ModelError(msg)
        with np.load(path, allow_pickle=False) as arrays:
            yield arrays
    except _DAMAGES as error:
        msg = f"{path}: expected {what}, got a file that cannot be read as one ({error}); copy it again"
        raise ModelError(msg) from error
