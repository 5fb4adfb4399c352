"""Build hook: compiles the fast forms of the hottest loops (every ``_*.pyx`` in `classifier`) into the wheel.

Where no C compiler is at hand, they are left out and Winnow runs in pure Python: the same results, several times
slower. ``WINNOW_REQUIRE_COMPILED=1`` makes that an error, for those who build wheels.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_FLAGS = ["/O2"] if sys.platform == "win32" else ["-O3", "-fno-math-errno", "-fno-trapping-math", "-g0"]


class CompileHook(BuildHookInterface[Any]):
    """Adds the compiled modules to a wheel; an editable install gets them beside their sources."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile before the wheel is put together."""
        root = Path(self.root)
        sources = sorted(path.relative_to(root) for path in (root / "classifier").rglob("_*.pyx"))
        self._folder = Path(tempfile.mkdtemp(prefix="winnow-build-"))
        try:
            built = _compile(root, sources, self._folder)
        except BaseException as error:  # setuptools raises SystemExit, Cython and distutils errors of their own
            if isinstance(error, KeyboardInterrupt) or os.environ.get("WINNOW_REQUIRE_COMPILED"):
                raise
            self.app.display_warning(f"Winnow is installed without its compiled parts, and will be slow: {error!r}")
            return
        build_data["pure_python"] = False
        build_data["infer_tag"] = True
        for path in built:
            place = path.relative_to(self._folder)
            if version == "editable":
                shutil.copy2(path, root / place)
            else:
                build_data["force_include"][str(path)] = str(place)

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove what the compiler left."""
        shutil.rmtree(self._folder, ignore_errors=True)


def _compile(root: Path, sources: list[Path], out: Path) -> list[Path]:
    """Compile Cython modules of a project into the same places below another folder."""
    import lxml
    from Cython.Build import cythonize
    from setuptools import Distribution, Extension

    here = Path.cwd()
    os.chdir(root)
    try:
        extensions = [
            Extension(
                ".".join(source.with_suffix("").parts),
                [str(source)],
                include_dirs=lxml.get_include(),
                extra_compile_args=_FLAGS,
            )
            for source in sources
        ]
        modules = cythonize(extensions, build_dir=str(out / "c"), language_level=3, quiet=True)
        command: Any = Distribution({"name": "classifier", "ext_modules": modules}).get_command_obj("build_ext")
        command.build_lib, command.build_temp = str(out), str(out / "objects")
        command.ensure_finalized()
        command.run()
        return [out / command.get_ext_filename(extension.name) for extension in modules]
    finally:
        os.chdir(here)
