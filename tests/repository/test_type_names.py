#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Fails where two types of Fovea have one name, which the linker takes for one type.

A type is a struct, class, enum or union defined in a namespace, under lib, gst-plugins or
pipelines. Two of one name in one namespace are refused; of those in unnamed namespaces only one
that hides a type seen elsewhere is.
"""

import collections
import pathlib
import re
import sys

FOLDERS = ("lib", "gst-plugins", "pipelines")
ENDINGS = {".h", ".cpp", ".cu"}
NOISE = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|(?<!\d)\'(?:\\.|[^\'\\\n])+\''
    r"|^[ \t]*\#(?:[^\n\\]|\\.|\\\n)*", re.S | re.M)
SCOPE = re.compile(r"\bnamespace\b\s*(?P<space>[\w:]*)\s*$")
TYPE = re.compile(
    r"\b(?:struct|class|union|enum(?:\s+(?:class|struct))?)\s+(?:alignas\([^)]*\)\s*)?"
    r"(?P<name>\w+)(?:\s+final)?\s*(?::(?!:)[^;{}]*)?$")


def types_in(text):
    """Gives (namespace, in an unnamed one, name) for each type of a source file"""
    text = NOISE.sub(" ", text)
    scopes = []  # of each open brace its namespace, None where it is no namespace's
    head = 0
    for brace in re.finditer(r"[{};]", text):
        before = text[head:brace.start()]
        head = brace.end()
        if brace.group() == "}":
            if scopes:
                scopes.pop()
        elif brace.group() == "{":
            space = SCOPE.search(before)
            found = TYPE.search(before)
            if space is not None:
                scopes.append(space["space"])
                continue
            if found is not None and None not in scopes:
                named = [one for one in scopes if one]
                yield "::".join(named), "" in scopes, found["name"]
            scopes.append(None)


def main(root):
    places = collections.defaultdict(list)
    files = [file for folder in FOLDERS for file in sorted((root / folder).rglob("*"))
             if file.suffix in ENDINGS]
    for file in files:
        for space, unnamed, name in types_in(file.read_text(encoding="utf-8")):
            places[space, name].append((file.relative_to(root), unnamed))
    clashes = 0
    for (space, name), found in sorted(places.items()):
        if len(found) < 2 or all(unnamed for _, unnamed in found):
            continue
        clashes += 1
        where = ", ".join(str(file) for file, _ in found)
        print(f"{space}::{name}: expected one type of that name, got {len(found)}: {where}; "
              "rename all but one, or make them one type")
    print(f"{len(places)} types of {len(files)} files, {clashes} clashes")
    return 1 if clashes or len(places) < 100 else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
