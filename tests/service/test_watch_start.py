# SPDX-License-Identifier: MIT
"""`fovea watch` while it starts and is told to end."""

import os
import signal
import time
import unittest

from watch_process import PATIENCE, WatchProcess

class WatchStart(WatchProcess):
    def test_sigterm_while_it_starts_is_a_clean_end(self):
        self.configure({"door": self.video})
        for _ in range(5):
            for number in (signal.SIGTERM, signal.SIGINT):
                self.begin()
                end = time.monotonic() + PATIENCE
                while time.monotonic() < end and "fovea-watch" not in os.readlink(f"/proc/{self.process.pid}/exe"):
                    pass
                self.process.send_signal(number)
                self.assertEqual(self.process.wait(PATIENCE), 0, "".join(self.process.stderr.readlines()))
                self.end()

    def test_a_check_that_is_ended_is_none(self):
        self.configure({"door": self.video})
        self.begin(["--check"])
        self.process.send_signal(signal.SIGSTOP)
        self.process.send_signal(signal.SIGTERM)
        self.process.send_signal(signal.SIGCONT)
        self.assertEqual(self.process.wait(PATIENCE), -signal.SIGTERM)


if __name__ == "__main__":
    unittest.main(verbosity=2)
