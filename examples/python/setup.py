"""Puts the component into the package, where the repository's build has made one."""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

COMPONENT = Path(__file__).resolve().parents[2] / "target" / "dist" / "clientdesk.wasm"


class WithComponent(build_py):
    def run(self) -> None:
        super().run()
        if COMPONENT.is_file() and not self.editable_mode:
            shutil.copy(COMPONENT, Path(self.build_lib) / "clientdesk")


setup(cmdclass={"build_py": WithComponent})
