#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The repository by itself: test_repository.py SOURCE_ROOT"""

import json
import pathlib
import re
import subprocess
import sys
import unittest

SOURCE = pathlib.Path(sys.argv.pop(1)).resolve()
README_LINES = 150
SOURCE_LINES = 400  # under 300 is the aim


def files(*patterns):
    """The files of these patterns that belong to the repository."""
    listed = subprocess.run(["git", "ls-files", *patterns], cwd=SOURCE, capture_output=True, text=True)
    if listed.returncode == 0:
        names = [SOURCE / name for name in listed.stdout.splitlines()]
        return [file for file in names if file.is_file()]
    built = {file.parent for file in SOURCE.glob("*/build.ninja")}  # an archive without git
    return [file for pattern in patterns for file in SOURCE.rglob(pattern.rsplit("/", 1)[-1])
            if not built & set(file.parents)]


def anchor(heading):
    """The name that a heading of Markdown has in links."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def broken_links(page, text):
    """Links of a page to files and headings that are not there."""
    text = re.sub(r"```.*?```", "", text, flags=re.S)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, heading = target.partition("#")
        file = (page.parent / name).resolve() if name else page
        if not file.exists():
            yield target
        elif heading and heading not in map(anchor, re.findall(r"^#+ (.*)$", file.read_text(), flags=re.M)):
            yield target


class Repository(unittest.TestCase):
    def test_readme_is_short(self):
        self.assertLessEqual(len((SOURCE / "README.md").read_text().splitlines()), README_LINES)

    def test_links_of_every_page_resolve(self):
        pages = files("*.md")
        self.assertIn(SOURCE / "README.md", pages)
        for page in pages:
            with self.subTest(page.name):
                self.assertEqual(list(broken_links(page, page.read_text())), [])

    def test_headers_of_networks_count_for_what_is_kept_of_them(self):
        listed = (SOURCE / "lib/fovea/nn/meson.build").read_text()
        headers = files("lib/fovea/nn/*.h")
        self.assertGreater(len(headers), 30)
        self.assertEqual([file.name for file in headers if f"'{file.name}'" not in listed], [],
                         "expected in nn_headers of lib/fovea/nn/meson.build")

    def test_a_broken_link_is_found(self):
        page = SOURCE / "README.md"
        self.assertEqual(list(broken_links(page, "[a](docs/none.md) [b](README.md#fovea) [c](#none) [d](https://x.y)")),
                         ["docs/none.md", "#none"])

    def test_every_page_of_docs_stands_in_readme(self):
        readme = (SOURCE / "README.md").read_text()
        for page in files("docs/*.md"):
            self.assertIn(f"(docs/{page.name})", readme)

    def test_files_that_contributing_names_are_there(self):
        names = {file.name for file in files("*")}
        text = (SOURCE / "CONTRIBUTING.md").read_text()
        named = [name for name in re.findall(r"`(\w[\w./-]+)`", text)
                 if "NAME" not in name and re.search(r"\w/\w|\.(cpp|h|py|md)$", name) and "packagecache" not in name]
        self.assertGreater(len(named), 30)
        self.assertEqual([name for name in named if not (SOURCE / name).exists() and name not in names], [])

    def test_every_entry_of_cards_stands_in_formats(self):
        def names(schema):
            if isinstance(schema, list):
                return set().union(*map(names, schema))
            if not isinstance(schema, dict):
                return set()
            return set(schema.get("properties", {})).union(*map(names, schema.values()))

        entries = names(json.loads((SOURCE / "models/schema/card.schema.json").read_text()))
        self.assertIn("pose_else", entries)
        page = (SOURCE / "docs/formats.md").read_text()
        cards = page[page.index("## Cards"):page.index("## Your own weights")] + page[page.index("## Alarms"):page.index("## Metadata")]
        said = set(re.findall(r"\w+", " ".join(re.findall(r"`[^`]+`", cards))))
        self.assertEqual(entries - said, set())

    def test_sources_are_short(self):
        """One subject a file: what is longer is two."""
        sources = files("lib/*.cpp", "lib/*.h", "gst-plugins/*.cpp", "gst-plugins/*.h", "pipelines/*.cpp", "pipelines/*.h",
                        "tests/*.cpp", "tests/*.h", "tests/*.py")
        lengths = {file.name: len(file.read_text().splitlines()) for file in sources}
        self.assertEqual({name: length for name, length in lengths.items() if length > SOURCE_LINES}, {})

    def test_sources_name_their_licence(self):
        sources = files("*.cpp", "*.h", "*.cu", "*.py", "*.sh", "*meson.build", "fovea")
        without = [file.name for file in sources if "SPDX-License-Identifier: MIT" not in file.read_text()[:300]]
        if len(without) > len(sources) // 2:
            self.skipTest("the sources do not name it yet")
        self.assertEqual(without, [])

    def test_no_source_uses_call_once(self):
        """std::future calls it; a libstdc++ that PyTorch's wheel brings along has another state of it."""
        users = re.compile(r"std::(call_once|async|future|promise|packaged_task|shared_future)\b")
        sources = files("lib/*.cpp", "lib/*.h", "lib/*.cu", "gst-plugins/*.cpp", "gst-plugins/*.h", "pipelines/*.cpp",
                        "pipelines/*.h")
        code = {file.name: re.sub(r"/\*.*?\*/|//[^\n]*", "", file.read_text(), flags=re.DOTALL) for file in sources}
        self.assertEqual({name: users.findall(text) for name, text in code.items() if users.search(text)}, {})

    def test_sources_that_fuzzing_instruments_are_there(self):
        """They are looked for only where -Dfuzz=true is set."""
        text = (SOURCE / "tests/fuzz/meson.build").read_text()
        named = re.findall(r"lib / '([\w/]+\.cpp)'", text)
        rooms = re.findall(r"'(\w+)': \[([^\]]*)\]", text[text.index("foreach room, names"):text.index("sources = []")])
        self.assertEqual(len(rooms), 2)
        for room, names in rooms:
            named += [f"{room}/{name}.cpp" for name in re.findall(r"'([\w/]+)'", names)]
        self.assertGreater(len(named), 20)
        self.assertEqual([name for name in named if not (SOURCE / "lib/fovea" / name).exists()], [])

    def test_every_source_is_built(self):
        """A source file that no meson.build names is dead."""
        builds = "\n".join(file.read_text() for file in files("lib/*meson.build", "gst-plugins/*meson.build",
                                                               "pipelines/*meson.build"))
        sources = files("lib/*.cpp", "gst-plugins/*.cpp", "pipelines/*.cpp")
        self.assertEqual([file.name for file in sources if file.name not in builds], [])


if __name__ == "__main__":
    unittest.main()
