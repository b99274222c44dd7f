#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The target `installed` makes all that `meson install --no-rebuild` copies: test_installed.py BUILD_ROOT"""

import json
import pathlib
import subprocess
import sys
import unittest

BUILD = pathlib.Path(sys.argv.pop(1)).resolve()


def told(*words):
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout


class Installed(unittest.TestCase):
    def test_all_that_is_copied_is_made(self):
        lines = [line for tool in ("query", "inputs")  # what it is made of, and what that is made of
                 for line in told("ninja", "-C", str(BUILD), "-t", tool, "installed").splitlines()]
        made = {BUILD / line.strip(' |') for line in lines}
        copied = {pathlib.Path(file) for file in json.loads(told("meson", "introspect", "--installed", str(BUILD)))}
        built = {file for file in copied if BUILD in file.parents and "meson-private" not in file.parts}
        self.assertIn("fovea-watch", [file.name for file in built])
        self.assertEqual([str(file) for file in built - made], [])


if __name__ == "__main__":
    unittest.main()
