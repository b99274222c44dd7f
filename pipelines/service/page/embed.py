#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Files as constants of a C++ header: embed.py OUT FILE..."""
import pathlib
import sys

out, *files = map(pathlib.Path, sys.argv[1:])
lines = ["#pragma once", "", "namespace fovea::page {", ""]
for file in files:
    name = file.name.replace(".", "_")
    lines.append(f"constexpr char {name}[] = R\"fovea_page({file.read_text()})fovea_page\";")
lines += ["", "} // namespace fovea::page", ""]
out.write_text("\n".join(lines))
