"""Prints each class of tests of the files test_*.py here, as `name.Class`: ctest makes a test of it.

What is only there to be derived from has no tests of its own, or is named With….
"""

import importlib
import pathlib
import unittest

for file in sorted(pathlib.Path(__file__).parent.glob("test_*.py")):
    module = importlib.import_module(file.stem)
    for name, what in vars(module).items():
        if (isinstance(what, type) and issubclass(what, unittest.TestCase)
                and what.__module__ == module.__name__ and not name.startswith("With")
                and unittest.defaultTestLoader.getTestCaseNames(what)):
            print(f"{file.stem.removeprefix('test_')}.{name}")
