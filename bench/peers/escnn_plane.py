"""escnn for groups of the plane.

Importing escnn imports `lie_learn` and `py3nj`, which know the rotations of space and need a Fortran
compiler and NumPy 1. Nothing in the plane calls them: where they are not installed, empty modules stand
in for them.
"""

import importlib.abc
import importlib.machinery
import importlib.util
import sys
import types

SPATIAL = [name for name in ("lie_learn", "py3nj") if importlib.util.find_spec(name) is None]


class _Anything(types.ModuleType):
    """A module in which every name is found, and nothing can be called."""

    __path__ = []

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)

        def missing(*_, **__):
            raise ImportError(f"{self.__name__}.{name} is not installed")

        return missing


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in SPATIAL:
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
        return None

    def create_module(self, spec):
        return _Anything(spec.name)

    def exec_module(self, module):
        pass


sys.meta_path.append(_Finder())

import escnn  # noqa: E402
from escnn import gspaces, nn  # noqa: E402, F401

VERSION = escnn.__version__
