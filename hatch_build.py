"""Build hook: compiles the fast forms of the hottest loops (every ``_*.pyx`` in `classifier`) into the wheel.

Where no C compiler is at hand, they are left out and Winnow runs in pure Python: the same results, several times
slower. ``WINNOW_REQUIRE_COMPILED=1`` makes that an error, for those who build wheels.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_SHARED = Path("classifier/_shared.c")  # what Cython puts into every module otherwise, generated
_FLAGS = ["/O2"] if sys.platform == "win32" else ["-O3", "-fno-math-errno", "-fno-trapping-math", "-g0"]


class CompileHook(BuildHookInterface[Any]):
    """Adds the compiled modules to a wheel; an editable install gets them beside their sources."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile before the wheel is put together; for an editable install, only what has changed."""
        root = Path(self.root)
        sources = [_SHARED, *sorted(path.relative_to(root) for path in (root / "classifier").rglob("_*.pyx"))]
        editable = version == "editable"
        wanted = [source for source in sources if not (editable and _is_built(root, source))]
        self._folder = Path(tempfile.mkdtemp(prefix="winnow-build-"))
        try:
            built = _compile(root, wanted, self._folder) if wanted else []
        except BaseException as error:  # setuptools raises SystemExit, Cython and distutils errors of their own
            if isinstance(error, KeyboardInterrupt) or os.environ.get("WINNOW_REQUIRE_COMPILED"):
                raise
            self.app.display_warning(f"Winnow is installed without its compiled parts, and will be slow: {error!r}")
            for source in wanted if editable else ():
                _target(root, source).unlink(missing_ok=True)  # made of another version of its source
            return
        build_data["pure_python"] = False
        build_data["infer_tag"] = True
        for path in built:
            place = path.relative_to(self._folder)
            if editable:
                shutil.copy2(path, root / place)
            else:
                build_data["force_include"][str(path)] = str(place)

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove what the compiler left."""
        shutil.rmtree(self._folder, ignore_errors=True)


def _target(root: Path, source: Path) -> Path:
    return root / source.with_suffix(sysconfig.get_config_var("EXT_SUFFIX"))


def _is_built(root: Path, source: Path) -> bool:
    """Whether a compiled module is newer than its source and this file."""
    target = _target(root, source)
    made_of = [Path(__file__)] if source == _SHARED else [root / source, Path(__file__)]
    return target.exists() and target.stat().st_mtime > max(path.stat().st_mtime for path in made_of)


def _compile(root: Path, sources: list[Path], out: Path) -> list[Path]:
    """Compile Cython modules of a project into the same places below another folder."""
    import lxml
    from Cython.Build import cythonize
    from setuptools import Distribution, Extension

    here = Path.cwd()
    os.chdir(root)
    try:
        shared = out / "c" / _SHARED
        shared.parent.mkdir(parents=True)
        subprocess.run([sys.executable, "-m", "cython", f"--generate-shared={shared}"], check=True)
        extensions = [
            Extension(
                _module(source),
                [str(shared if source == _SHARED else source)],
                include_dirs=lxml.get_include(),
                extra_compile_args=_FLAGS,
            )
            for source in sources
        ]
        modules = cythonize(
            extensions,
            build_dir=str(out / "c"),
            language_level=3,
            quiet=True,
            shared_utility_qualified_name=_module(_SHARED),
        )
        command: Any = Distribution({"name": "classifier", "ext_modules": modules}).get_command_obj("build_ext")
        command.build_lib, command.build_temp, command.parallel = str(out), str(out / "objects"), os.cpu_count()
        command.ensure_finalized()
        command.run()
        return [_target(out, source) for source in sources]
    finally:
        os.chdir(here)


def _module(source: Path) -> str:
    return ".".join(source.with_suffix("").parts)
