#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What docs/embedding.md says, against what the elements do.

    test_embedding.py SOURCE_ROOT UNINSTALLED

UNINSTALLED is meson's folder of .pc files.  Skipped (status 77) where Python's gi is missing.
"""

import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile
import unittest

try:
    import gi

    gi.require_version("Gst", "1.0")
    from gi.repository import Gst
except (ImportError, ValueError) as error:
    print(f"skipped: {error}; Python's gi is python3-gi, GStreamer's typelib gir1.2-gstreamer-1.0")
    sys.exit(77)

PAGE = (pathlib.Path(sys.argv[1]) / "docs/embedding.md").read_text()
UNINSTALLED = sys.argv[2]
BALL = "videotestsrc pattern=ball num-buffers=90 ! video/x-raw,width=320,height=240,framerate=30/1 ! "
TYPES = {"gchararray": "string", "gint": "int", "guint": "uint", "gint64": "int64", "guint64": "uint64", "gdouble": "double",
         "gboolean": "boolean", "GstValueList": "list", "GBytes": "bytes"}
LIMIT_S = 600  # against a hang


def fields_said(name):
    """Fields of a message and their types, by the table below its heading."""
    said = {}
    for row in re.search(rf"### `{name}`\n(.*?)(?=\n##|\Z)", PAGE, re.S).group(1).splitlines():
        cells = row.split(" | ")
        fields = re.findall(r"`([^`]+)`", cells[0]) if row.startswith("| `") else []
        types = cells[1].split(", ") if fields else []
        said.update(zip(fields, types if len(types) > 1 else types * len(fields)))
    return said


def messages(launch, enough=lambda found: False):
    """Element messages of a line until its end, or until they are enough: (name, {field: type}) of each."""
    pipeline = Gst.parse_launch(launch)
    pipeline.set_state(Gst.State.PLAYING)
    wanted = Gst.MessageType.EOS | Gst.MessageType.ERROR | Gst.MessageType.ELEMENT
    found = []
    while not enough(found):
        message = pipeline.get_bus().timed_pop_filtered(LIMIT_S * Gst.SECOND, wanted)
        if message is None or message.type != Gst.MessageType.ELEMENT:
            break
        said = message.get_structure()
        names = [said.nth_field_name(i) for i in range(said.n_fields())]
        found.append((said.get_name(), said.get_string("state"), {name: TYPES[said.get_field_type(name).name] for name in names}))
    pipeline.set_state(Gst.State.NULL)
    if not enough(found) and (message is None or message.type == Gst.MessageType.ERROR):
        raise AssertionError(message.parse_error() if message else "no end")
    return found


def union(found, name):
    """The fields of all messages of a name."""
    fields = {}
    for said, _, own in found:
        fields.update(own if said == name else {})
    return fields


class Embedding(unittest.TestCase):
    def test_fields_of_messages_are_those_of_the_page(self):
        found = messages(BALL + "foveaactor motion=20 ! foveagrid full-frame=false ! foveafeatures leaky=never ! "
                         "foveaattention tell-rows=true ! foveaalarm on=0.05 ! foveahighlight threshold=0.001 ! fakesink")
        for name in ("fovea-activity", "fovea-alarm", "fovea-actor", "fovea-highlight"):
            with self.subTest(name):
                self.assertEqual(union(found, name), fields_said(name))

    def test_fields_of_a_camera_are_those_of_the_page(self):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "black.avi"
            messages("videotestsrc pattern=black num-buffers=90 ! video/x-raw,width=320,height=240,framerate=15/1 ! jpegenc ! "
                     f"avimux ! filesink location={file}")
            found = messages(f"foveacamera uri={file} loop=false ! fakesink",
                             lambda found: {"up", "down", "picture"} <= {state for _, state, _ in found})
        self.assertEqual(union(found, "fovea-camera"), fields_said("fovea-camera"))

    def test_the_program_in_c_tells_what_the_elements_tell(self):
        code = re.search(r"```c\n(.*?)```", PAGE, re.S).group(1)
        environment = dict(os.environ, PKG_CONFIG_PATH=UNINSTALLED)
        flags = subprocess.run(["pkg-config", "--cflags", "--libs", "fovea-1.0"], env=environment, check=True, text=True,
                               capture_output=True).stdout
        with tempfile.TemporaryDirectory() as folder:
            (pathlib.Path(folder) / "program.c").write_text(code)
            subprocess.run(["cc", "-std=c99", "-Wall", "-Wextra", "-pedantic", "-Werror", "program.c", "-o", "program",
                            *shlex.split(flags)], cwd=folder, check=True)
            messages(BALL + f"x264enc speed-preset=ultrafast ! mp4mux ! filesink location={folder}/talk.mp4")
            run = subprocess.run(["./program"], cwd=folder, check=True, text=True, capture_output=True, timeout=LIMIT_S)
        self.assertRegex(run.stdout, r"(?m)^(normal|fight|fall) 0\.\d\d until 2\.\d s$")
        self.assertRegex(run.stdout, r"until 3\.0 s\n\Z", "the label of the whole video")
        self.assertEqual(run.stderr, "")


if __name__ == "__main__":
    Gst.init(None)
    unittest.main(argv=sys.argv[:1], verbosity=2)
