# SPDX-License-Identifier: MIT
"""`fovea watch` as a process, for the tests beside this file."""

import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.request

FOVEA = pathlib.Path(sys.argv.pop(1)).resolve()
PATIENCE = 120  # s for what is to come: longer than any machine takes, so that only a hang is told
ANY_ALARM = "on = 0.000001\noff = 0\ncool_down = 0\n"


def made_video(path, seconds, pattern="ball"):
    subprocess.run(["gst-launch-1.0", "-q", "videotestsrc", f"pattern={pattern}", f"num-buffers={seconds * 15}", "!",
                    "video/x-raw,format=I420,width=160,height=120,framerate=15/1", "!", "x264enc", "key-int-max=15",
                    "speed-preset=ultrafast", "!", "mp4mux", "!", "filesink", f"location={path}"], check=True)


class WatchProcess(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="fovea watch ")).resolve()
        self.addCleanup(shutil.rmtree, self.folder)
        self.video = self.folder / "ball.mp4"
        made_video(self.video, 8)
        self.process = None
        self.addCleanup(self.end)

    def end(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
        if self.process:
            self.process.wait()
            self.process.stderr.close()

    def configure(self, cameras, more="", alarms=ANY_ALARM):
        """cameras: URIs by name, or lines of TOML"""
        text = f'folder = "{self.folder / "out"}"\ndetector = "hog"\n{more}\n[alarms]\n{alarms}'
        text += "[recording]\nbefore = 1\nafter = 1\nlongest = 6\n[page]\nport = 0\n"
        for name, uri in cameras.items():
            lines = uri if "uri = " in str(uri) else f'uri = "{uri}"\n'
            text += f'[[camera]]\nname = "{name}"\n{lines}'
        (self.folder / "cameras.toml").write_text(text)

    def begin(self, words=(), **options):
        """words: of the command line; options: of Popen"""
        self.log = []
        self.process = subprocess.Popen([FOVEA, "watch", "--config", self.folder / "cameras.toml", *words],
                                        stderr=subprocess.PIPE, text=True, bufsize=1,
                                        env=os.environ | {"G_DEBUG": "fatal-criticals"}, **options)
        os.set_blocking(self.process.stderr.fileno(), False)

    def start(self, words=(), **options):
        """As begin(), until its page is there."""
        self.begin(words, **options)
        self.address = self.told(r"page at (\S+)").group(1)

    def told(self, pattern, within=PATIENCE):
        """Waits for a line of the log."""
        end = time.monotonic() + within
        while time.monotonic() < end:
            for line in iter(self.process.stderr.readline, ""):
                self.log.append(line)
            found = re.search(pattern, "".join(self.log))
            if found:
                return found
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        self.fail(f"'{pattern}' was not told:\n{''.join(self.log)}")

    def ends(self, within=PATIENCE):
        """By SIGTERM, and well; its last words are in the log."""
        self.process.send_signal(signal.SIGTERM)
        self.assertEqual(self.process.wait(within), 0)
        self.log += self.process.stderr.readlines()

    def get(self, path):
        with urllib.request.urlopen(self.address + path, timeout=PATIENCE) as answer:
            return answer.read()

    def ask(self, path):
        return json.loads(self.get(path))

    def wait_for(self, what, within=PATIENCE):
        end = time.monotonic() + within
        while time.monotonic() < end:
            found = what()
            if found:
                return found
            time.sleep(0.1)
        for line in iter(self.process.stderr.readline, ""):
            self.log.append(line)
        self.fail("not in time:\n" + "".join(self.log))
