# SPDX-License-Identifier: MIT
"""`fovea watch` while it starts: told to end, or short of threads."""

import os
import resource
import signal
import time
import unittest

from watch_process import PATIENCE, WatchProcess

GIB = 1 << 30


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
        def told_before():  # and held, as `fovea` holds what comes while it starts
            signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
            os.kill(os.getpid(), signal.SIGTERM)

        self.configure({"door": self.video})
        self.begin(["--check"], preexec_fn=told_before)
        self.assertEqual(self.process.wait(PATIENCE), -signal.SIGTERM)

    def test_a_camera_waits_for_threads_and_nothing_waits_for_it(self):
        def few_threads():  # of stacks of a GiB
            resource.setrlimit(resource.RLIMIT_STACK, (GIB, resource.RLIM_INFINITY))
            resource.setrlimit(resource.RLIMIT_AS, (16 * GIB, resource.RLIM_INFINITY))

        self.configure({"door": self.video, "yard": self.video})
        self.start(preexec_fn=few_threads)
        self.told(r"door: .*needs \d+ more threads, of which \d+ can be started; allow more processes or memory")
        self.told(r"yard: .*needs \d+ more threads")
        self.assertEqual([camera["up"] for camera in self.ask("api/cameras")], [False, False])
        resource.prlimit(self.process.pid, resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        self.told("door: alarm ")
        self.told("yard: alarm ")
        self.ends()


if __name__ == "__main__":
    unittest.main(verbosity=2)
