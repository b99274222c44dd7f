# SPDX-License-Identifier: MIT
"""What a program gets that reads the lines of `fovea watch` and asks its page for what they name."""

import json
import unittest

from watch_process import WatchProcess


class WatchLines(WatchProcess):
    def test_a_line_leads_to_what_the_page_has_of_its_alarm(self):
        lines = self.folder / "told.jsonl"
        self.configure({"door": self.video, "yard": self.video}, f'[[receiver]]\nuri = "{lines}"\n')
        for _ in range(2):  # numbers begin anew with each run
            self.start()
            self.told("door: alarm ")
            self.told("yard: alarm ")
            kept = self.ask("api/alarms")
            self.ends()
            self.end()
        told = [json.loads(line) for line in lines.read_text().splitlines()]
        self.assertEqual(len({line["id"] for line in told}), len(told), "each has an id of its own")
        alarms = [line for line in told if "alarm" in line]
        self.assertEqual({(line["resolution"]["width"], line["resolution"]["height"]) for line in alarms}, {(160, 120)})
        begun = {line["alarm"]["stored_id"]: line for line in alarms if line["alarm"]["event"] == "begin"}
        self.assertGreater(len(begun), len({line["alarm"]["id"] for line in begun.values()}))
        for one in kept:
            line = begun[one["id"]]
            self.assertEqual((one["run"], one["number"], one["camera"], one["label"]),
                             (line["run"], line["alarm"]["id"], line["source"], line["alarm"]["label"]))


if __name__ == "__main__":
    unittest.main(verbosity=2)
