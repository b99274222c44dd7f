#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`fovea watch` with cameras behind a cable that is cut, and one that loses packets.  test_cable.py FOVEA RTSP_CAMERA

The watch, a switch and the camera have a network namespace each, which end with the processes:

    fovea watch, 10.9.8.1 (wall) --- port1 (switch) port2 --- (eth) 10.9.8.2, rtsp_camera
"""

import os
import pathlib
import re
import subprocess
import sys
import time
import unittest

OWN_NETWORK = "FOVEA_TEST_OWN_NETWORK"


def into_own_network():
    """Begins this program anew, in a namespace where it may do as it likes. Comes back where that is not permitted."""
    for words in (["unshare", "--net"], ["unshare", "--map-root-user", "--net"]):
        try:
            subprocess.run([*words, "ip", "link", "set", "lo", "up"], check=True, capture_output=True, text=True)
        except subprocess.CalledProcessError as failed:
            why = failed.stderr.strip()
        except FileNotFoundError as failed:
            return f"{failed.filename} is missing"
        else:
            os.execvpe(words[0], [*words, sys.executable, *sys.argv], {**os.environ, OWN_NETWORK: "1"})
    return f"no network namespace may be made here: {why}"


NO_NETWORK = None if OWN_NETWORK in os.environ else into_own_network()
CAMERA_PROGRAM = pathlib.Path(sys.argv.pop(2)).resolve()

from watch_process import WatchProcess  # noqa: E402 (it takes FOVEA from sys.argv)


class Namespace:
    """A network namespace of its own, held by a process that sleeps."""

    def __init__(self, test):
        own = os.readlink("/proc/self/ns/net")
        self.process = subprocess.Popen(["unshare", "--net", "sleep", "infinity"])
        test.addCleanup(self.process.wait)
        test.addCleanup(self.process.kill)
        self.pid = str(self.process.pid)
        while os.readlink(f"/proc/{self.pid}/ns/net") == own:
            time.sleep(0.01)

    def words(self, *words):
        return ["nsenter", "--target", self.pid, "--net", *map(str, words)]

    def ip(self, *words):
        run(self.words("ip", *words))


def run(words):
    """Skips the test where the words are not known or not permitted here."""
    try:
        done = subprocess.run([str(word) for word in words], capture_output=True, text=True)
    except FileNotFoundError:
        raise unittest.SkipTest(f"{words[0]} is missing") from None
    if re.search("not permitted|not supported|Unknown device type|Could not process rule", done.stderr):
        raise unittest.SkipTest(f"'{' '.join(map(str, words))}': {done.stderr.strip()}")
    done.check_returncode()


@unittest.skipIf(NO_NETWORK, NO_NETWORK)
class Cable(WatchProcess):
    def setUp(self):
        super().setUp()
        self.switch = Namespace(self)
        camera = Namespace(self)
        run(["ip", "link", "set", "lo", "up"])
        run(["ip", "link", "add", "wall", "type", "veth", "peer", "name", "port1", "netns", self.switch.pid])
        self.addCleanup(run, ["ip", "link", "delete", "wall"])
        self.switch.ip("link", "add", "port2", "type", "veth", "peer", "name", "eth", "netns", camera.pid)
        self.switch.ip("link", "add", "switch", "type", "bridge")
        for port in ("port1", "port2"):
            self.switch.ip("link", "set", port, "master", "switch", "up")
        self.switch.ip("link", "set", "switch", "up")
        run(["ip", "address", "add", "10.9.8.1/24", "dev", "wall"])
        run(["ip", "link", "set", "wall", "up"])
        camera.ip("address", "add", "10.9.8.2/24", "dev", "eth")
        camera.ip("link", "set", "eth", "up")
        far = self.camera(camera.words(CAMERA_PROGRAM, "10.9.8.2"))
        near = self.camera([CAMERA_PROGRAM, "127.0.0.1"])
        self.configure({"tcp": f'uri = "{far}"\ntransport = "tcp"\n', "udp": f'uri = "{far}"\ntransport = "udp"\n',
                        "near": near}, alarms="on = 1.0\n")
        self.start()
        for name in ("tcp", "udp", "near"):
            self.told(f"{name}: up")

    def camera(self, words):
        process = subprocess.Popen([str(word) for word in words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.stdin.close)
        return process.stdout.readline().strip()

    def figure(self, name, camera):
        return float(re.search(rf'{name}{{camera="{camera}"}} (\S+)', self.get("metrics").decode()).group(1))

    def frames(self, camera):
        return self.figure("fovea_camera_frames_total", camera)

    def near_since(self, frames, begin):
        """Frames of the camera whose line is whole; no fewer than half of its 15 a second come, whatever befalls the others."""
        came, seconds = self.frames("near") - frames, time.monotonic() - begin
        self.assertGreater(came, 15 / 2 * seconds)
        return came

    def test_a_cable_that_is_cut_is_told_in_time_and_the_camera_is_back_soon_after_it(self):
        self.switch.ip("link", "set", "port2", "down")  # nobody hangs up: packets vanish
        cut, near = time.monotonic(), self.frames("near")
        for name in ("tcp", "udp"):
            self.told(rf"{name}: down, stalled", within=8)  # its timeout is 5 s
        self.assertGreater(time.monotonic() - cut, 4)
        time.sleep(max(0, cut + 20 - time.monotonic()))
        self.near_since(near, cut)
        states = {one["name"]: one["up"] for one in self.ask("api/cameras")}
        self.assertEqual(states, {"tcp": False, "udp": False, "near": True})

        self.switch.ip("link", "set", "port2", "up")
        back = time.monotonic()
        for name in ("tcp", "udp"):
            self.told(rf"{name}: down(.|\n)*{name}: up", within=15 - (time.monotonic() - back))
            print(f"{name}: up again {time.monotonic() - back:.1f} s after the link", file=sys.stderr)
        for name in ("tcp", "udp"):
            before = self.frames(name)
            self.wait_for(lambda: self.frames(name) > before + 30)
        self.assertEqual(len(re.findall("near: up", "".join(self.log))), 1)
        self.assertNotIn("near: down", "".join(self.log))

    def test_a_line_that_loses_five_of_a_hundred_packets_is_not_a_loss(self):
        run(["nft", "add", "table", "inet", "line"])
        self.addCleanup(run, ["nft", "delete", "table", "inet", "line"])
        run(["nft", "add", "chain", "inet", "line", "in", "{ type filter hook input priority 0; }"])
        run(["nft", "add", "rule", "inet", "line", "in", "iifname", "wall", "numgen", "random", "mod", "100", "<", "5",
             "counter", "drop"])
        begin, before = time.monotonic(), {name: self.frames(name) for name in ("tcp", "udp", "near")}
        time.sleep(20)
        near = self.near_since(before["near"], begin)
        for name in ("tcp", "udp"):
            self.assertGreater(self.frames(name) - before[name], near / 2, name)
        lost = subprocess.run(["nft", "list", "table", "inet", "line"], capture_output=True, text=True, check=True).stdout
        self.assertGreater(int(re.search(r"packets (\d+)", lost).group(1)), 10, "it loses nothing")
        self.assertEqual([self.figure("fovea_camera_losses_total", name) for name in before], [0, 0, 0])


if __name__ == "__main__":
    unittest.main(verbosity=2)
