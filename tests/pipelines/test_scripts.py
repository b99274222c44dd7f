#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The scripts `fovea` and `pipelines/*.sh` by themselves, through symlinks and from any folder.

A made-up clone holds copies of them; in the places of the built command and of gst-launch-1.0 stand
scripts that say how they were called.  test_scripts.py SOURCE_ROOT
"""

import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import unittest

SOURCE = pathlib.Path(sys.argv.pop(1)).resolve()
TELLING = '#!/bin/sh\necho "pid=$$"\necho "plugins=$GST_PLUGIN_PATH_1_0"\necho "models=$FOVEA_MODEL_PATH"\necho "words=$*"\n'


def program(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(TELLING)
    path.chmod(0o755)


class Scripts(unittest.TestCase):
    def setUp(self):
        self.scratch = pathlib.Path(tempfile.mkdtemp(prefix="fovea scripts ")).resolve()
        self.addCleanup(shutil.rmtree, self.scratch)
        self.clone = self.scratch / "clone"
        self.clone.mkdir()
        shutil.copy(SOURCE / "fovea", self.clone)
        (self.clone / "pipelines").mkdir()
        self.lines = sorted((SOURCE / "pipelines").glob("*.sh"))
        for line in self.lines:
            shutil.copy(line, self.clone / "pipelines")
        program(self.clone / "build/pipelines/cli/fovea")
        (self.clone / "build/gst-plugins").mkdir(parents=True)
        program(self.scratch / "path/gst-launch-1.0")
        self.links = self.scratch / "bin"
        self.links.mkdir()

    def link(self, target):
        """A symlink, by a relative path, to a symlink to the script."""
        first = self.links / ("first-" + target.name)
        first.symlink_to(os.path.relpath(target, self.links))
        second = self.links / target.name
        second.symlink_to(first.name)
        return second

    def start(self, command, *words, **changes):
        environment = {name: value for name, value in os.environ.items()
                       if name not in ("FOVEA_BUILD", "FOVEA_MODEL_PATH", "FOVEA_WERROR", "GST_PLUGIN_PATH_1_0")}
        environment["PATH"] = f"{self.scratch / 'path'}:{environment['PATH']}"
        environment.update(changes)
        process = subprocess.Popen([command, *map(str, words)], cwd="/", env=environment, text=True,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        out, err = process.communicate(timeout=300)
        lines = [line.split("=", 1) for line in out.splitlines() if "=" in line]
        self.words = [text for name, text in lines if name == "words"]  # of each call
        return process, dict(lines), err

    def runs(self, script, *words):
        """What a script's command is told when the script is called through symlinks."""
        process, told, err = self.start(self.link(self.clone / script), *words)
        self.assertEqual(process.returncode, 0, err)
        self.assertEqual(told["plugins"], str(self.clone / "build/gst-plugins"))
        self.assertEqual(told["models"], str(self.clone / "models"))
        return process, told

    def test_fovea_finds_its_build_through_symlinks(self):
        _, told = self.runs("fovea", "doctor", "two words")
        self.assertEqual(told["words"], "doctor two words")

    def test_fovea_becomes_the_command_so_that_signals_reach_it(self):
        process, told = self.runs("fovea", "label", "VIDEO")
        self.assertEqual(int(told["pid"]), process.pid)

    def test_fovea_says_that_nothing_is_built(self):
        shutil.rmtree(self.clone / "build")
        process, _, err = self.start(self.link(self.clone / "fovea"), "doctor")
        self.assertEqual(process.returncode, 1)
        self.assertIn("not built yet; run ./fovea build first", err)

    def pretend_tools(self):
        """All is installed, and nothing is to be built: returns a file of what meson was called with."""
        calls = self.scratch / "meson calls"
        calls.touch()
        says_installed = '#!/bin/sh\n[ "$1" != -W ] || echo installed\n'
        tells = f'#!/bin/sh\necho "$*" >>"{calls}"\n[ "$1" != setup ] || touch "{self.clone}/build/build.ninja"\n'
        for name, text in (("dpkg-query", says_installed), ("ninja", says_installed), ("meson", tells)):
            tool = self.scratch / "path" / name
            tool.write_text(text)
            tool.chmod(0o755)
        return calls

    def test_what_came_behind_a_configuration_is_looked_for(self):
        calls, build = self.pretend_tools(), self.clone / "build"
        fovea = self.clone / "fovea"
        self.start(fovea, "build")
        self.start(fovea, "build")
        self.assertEqual(calls.read_text(), f"setup {build} {self.clone}\n", "once, and not again")
        calls.write_text("")
        self.start(fovea, "test")  # takes packages that `build` does not
        self.start(fovea, "test")
        self.start(fovea, "build")
        setups = [line for line in calls.read_text().splitlines() if line.startswith("setup")]
        self.assertEqual(setups, [f"setup {build} {self.clone} --reconfigure"])

    def test_warnings_end_a_build_where_that_is_asked_for(self):
        calls, build = self.pretend_tools(), self.clone / "build"
        self.start(self.clone / "fovea", "build", FOVEA_WERROR="1")
        self.assertEqual(calls.read_text(), f"setup {build} {self.clone} -Dwerror=true\n")

    def fuzz(self, seconds, found="none"):
        """./fovea test --fuzz; its targets tell how they were called, and weights ends as `found` says."""
        build = self.clone / "build-fuzz"
        self.pretend_tools()
        (build / "tests/fuzz").mkdir(parents=True, exist_ok=True)
        (build / "build.ninja").touch()
        for name in ("card", "weights"):
            target = build / "tests/fuzz" / ("fuzz_" + name)
            told = '#!/bin/sh\necho "words=$*"\necho "stat::number_of_executed_units: 4711"\n'
            if name == "weights" and found != "none":
                told += f'echo "Test unit written to {build}/found/weights-{found}-abc"\nexit 77\n'
            target.write_text(told)
            target.chmod(0o755)
        process = subprocess.run([self.clone / "fovea", "test", "--fuzz", seconds], text=True, capture_output=True,
                                 env={**os.environ, "PATH": f"{self.scratch / 'path'}:{os.environ['PATH']}",
                                      "FOVEA_BUILD": str(self.clone / "build")})
        return process, build

    def test_fuzz_tells_inputs_and_verdict_of_each_target(self):
        process, build = self.fuzz("9")
        self.assertEqual(process.returncode, 0, process.stderr)
        self.assertEqual(process.stdout, "card: 4711 inputs, nothing found\nweights: 4711 inputs, nothing found\n")
        words = (build / "weights.log").read_text()
        self.assertIn("-max_total_time=5 -max_len=16384 -timeout=5 -rss_limit_mb=1024", words, "half of 9 s, rounded up")
        self.assertIn(f"{build}/grown/weights {build}/tests/fuzz/corpus/weights", words)

    def test_fuzz_fails_with_what_was_found(self):
        for found, verdict in (("crash", "a crash"), ("timeout", "a hang of more than 5 s"),
                               ("oom", "more than 1 GB of memory")):
            process, build = self.fuzz("2", found)
            self.assertEqual(process.returncode, 1)
            self.assertEqual(process.stdout, "card: 4711 inputs, nothing found\n"
                             f"weights: 4711 inputs, {verdict}, see {build}/weights.log and {build}/found\n")

    def test_fuzz_takes_seconds(self):
        for seconds in ("", "0", "abc", "1.5"):
            process, _ = self.fuzz(seconds)
            self.assertEqual(process.returncode, 1)
            self.assertIn(f"got '{seconds}'", process.stderr)

    def test_live_runs_through_symlinks(self):
        process, told = self.runs("pipelines/live.sh", "test")
        self.assertIn("videotestsrc", told["words"])
        self.assertEqual(int(told["pid"]), process.pid)

    def test_live_says_that_there_is_no_display_to_show_the_picture_on(self):
        wayland = self.scratch / "wayland-9"
        for display in ({"DISPLAY": "", "WAYLAND_DISPLAY": ""}, {"DISPLAY": ":4711", "WAYLAND_DISPLAY": ""},
                        {"DISPLAY": "", "WAYLAND_DISPLAY": str(wayland)}):
            with self.subTest(display):
                process, told, err = self.start(self.clone / "pipelines/live.sh", "test", **display)
                self.assertEqual(process.returncode, 0, err)
                self.assertIn("no display", err)
                self.assertTrue(told["words"].endswith("fakesink sync=false"), told["words"])
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(str(wayland))
            _, told, err = self.start(self.clone / "pipelines/live.sh", "test", DISPLAY="",
                                      WAYLAND_DISPLAY=str(wayland))
        self.assertEqual(err, "")
        self.assertTrue(told["words"].endswith("autovideosink sync=false"), told["words"])

    def test_file_scripts_run_through_symlinks(self):
        video = self.scratch / "a video.mp4"
        video.write_bytes(b"video")
        for script in ("file-to-labelled-file.sh", "dump-features.sh"):
            with self.subTest(script):
                _, told = self.runs("pipelines/" + script, video, self.scratch / "out")
                self.assertIn(f'location="{video}"', told["words"])

    def test_train_watch_runs_through_symlinks(self):
        lists = {
            "fights": "path,label,group,split\na.mp4,fight,g,train\n",
            "falls": "path,label,group,split\na.mp4,fall,g,train\n",
            "world": "path,label,group,split,set,event_start,event_end\n"
            "a.mp4,fall,g,train,more,3.0,4.0\r\nb.mp4,normal,g,val,more,,\nc.mp4,normal,g,train,hockey,,\n",
        }
        for name, text in lists.items():
            (self.scratch / name).mkdir()
            (self.scratch / name / "videos.csv").write_text(text)
        out = self.scratch / "out"
        self.runs("pipelines/train-watch.sh", *(self.scratch / name for name in lists), out)
        both = f"{out}/watch-both"
        self.assertEqual(self.words[-3:], [
            f"models join --motion {out} --motion {out}/watch2 --flow {out}/watch-flow --flow {out}/watch-flow2 "
            f"--pictures {out}/watch-pictures --pictures {out}/watch-pictures2 --share 0.5 --like watch-both --out {both}",
            f"extract --list {out}/clips.csv --split train --stretches --model {both} --out {out}/features-both --jobs 2",
            f"models anchors {both} --features {out}/features-both"])
        self.assertIn(f"models anchors {out} --features {out}/features", self.words)
        shaken = [words for words in self.words if f"--out {out}/motion2 " in words or f"--out {out}/watch2 " in words or
                  words.startswith("train backbone") and "--model watch-flow" in words]
        for (first, then), (model, begin, end, seed) in zip(zip(shaken[::2], shaken[1::2], strict=True), (
                ("watch-flow", "flow", "watch-flow", 0), ("watch", "motion2", "watch2", 10),
                ("watch-flow", "flow2", "watch-flow2", 20)), strict=True):
            self.assertIn(f"--model {model} --recipe", first)
            self.assertIn(f"--out {out}/{begin} --epochs 40 --seed {seed} ", first)
            self.assertIn(f"--model {model} --recipe", then)
            self.assertIn(f"--out {out}/{end} --weights {out}/{begin} --rate 1e-3 --epochs 30 --seed {seed + 1} --shake", then)
        rest = [re.sub(r" --recipe.* --resume", "", words) for words in self.words if f"--weights {out}/pictures" in words]
        self.assertEqual(rest, [f"train backbone --list {out}/clips.csv --model watch-pictures --weights {out}/{begin} "
                                f"--out {out}/{end} --seed {seed}"
                                for begin, end, seed in (("pictures", "pictures-rest", 2), ("pictures-rest", "watch-pictures", 1),
                                                          ("pictures", "pictures-rest2", 5), ("pictures-rest2", "watch-pictures2", 6))])
        rows = [row.split(",") for row in (out / "clips.csv").read_text().splitlines()]
        self.assertEqual([row[1] for row in rows], ["label", "fight", "normal", "fall", "fall", "normal", "normal"])
        self.assertEqual(rows[4][4:], ["1.8", "4.5", "3.85", "3"], "the fall, from 1.2 s before it")
        self.assertEqual(rows[5][4:], ["0", "2.8", "", "0.5"], "what is before it")
        self.assertEqual(rows[6][3:], ["val", "", "", "", ""])

    def test_every_script_says_its_usage_through_symlinks(self):
        for line in self.lines:
            if line.name in ("environment.sh", "live.sh"):
                continue
            with self.subTest(line.name):
                process, _, err = self.start(self.link(self.clone / "pipelines" / line.name))
                self.assertNotEqual(process.returncode, 0)
                self.assertIn("usage: " + line.name, err)


if __name__ == "__main__":
    unittest.main()
