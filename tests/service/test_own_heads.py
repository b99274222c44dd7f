#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`fovea watch` and cameras' own heads that cannot be used.  test_own_heads.py FOVEA"""

import json
import pathlib
import shutil
import signal
import unittest

from watch_process import WatchProcess

SOURCE = pathlib.Path(__file__).resolve().parents[2]


class OwnHeads(WatchProcess):
    def own_head(self, camera, **decision):
        """The model's own, which decides otherwise."""
        folder = self.folder / "out/adapted" / camera
        shutil.copytree(SOURCE / "models/watch", folder)
        card = json.loads((folder / "card.json").read_text())
        card["decision"].update(decision)
        (folder / "card.json").write_text(json.dumps(card))

    def test_a_new_camera_whose_own_head_cannot_be_used_ends_none_that_runs(self):
        self.configure({"door": self.video}, 'model = "watch"')
        self.start()
        self.told("door: up")
        self.own_head("yard", alarms={"dance": {"on": 0.5}})
        self.configure({"door": self.video, "yard": self.video}, 'model = "watch"')
        self.process.send_signal(signal.SIGHUP)
        self.told("yard: its own head is left alone: .*'dance', expected one of normal, fight, fall")
        self.told("1 camera left alone, 0 ended, 1 begun")
        self.told("yard: up")

    def test_a_head_of_its_own_that_the_camera_s_settings_do_not_fit_is_left_alone(self):
        self.own_head("door", alarms={"fight": {"on": 0.2}})
        self.configure({"door": self.video}, 'model = "watch"', alarms="off = 0.3\n")
        self.start()
        self.told(r"door: its own head is left alone: alarm of 'fight': off is 0\.3, expected at most on, 0\.2")
        self.told("door: up")

    def test_a_head_of_its_own_that_needs_what_it_does_not_tell_is_left_alone(self):
        self.own_head("door", needs={"dance": {"persons": "two-touch"}})
        self.configure({"door": self.video}, 'model = "watch"')
        self.start()
        self.told("door: its own head is left alone: .*decision.needs for 'dance', expected one of normal, fight, fall")
        self.told("door: up")


if __name__ == "__main__":
    unittest.main(verbosity=2)
