#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What `fovea watch` refuses before anything begins, and `--check` tells.  test_watch_check.py FOVEA"""

import contextlib
import fcntl
import json
import pathlib
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import unittest

from watch_process import FOVEA, PATIENCE, WatchProcess

SOURCE = pathlib.Path(__file__).resolve().parents[2]


class WatchCheck(WatchProcess):
    def test_what_the_documentation_shows_can_be_used(self):
        example = re.search(r"```toml\n(.*?)```", (SOURCE / "docs/live.md").read_text(), re.DOTALL).group(1)
        self.assertIn('detector = "yolo-fastest-1.1-xl"', example)  # its weights may not be here
        example = example.replace("mqtt://", "http://")  # nor its library
        example = example.replace("port = 8383", "port = 0")  # another may be there
        (self.folder / "cameras.toml").write_text(example.replace("yolo-fastest-1.1-xl", "hog"))
        check = subprocess.run([FOVEA, "watch", "--check", "--config", self.folder / "cameras.toml"],
                               capture_output=True, text=True, timeout=PATIENCE)
        self.assertEqual((check.returncode, check.stdout), (0, "1 camera; the configuration can be used\n"), check.stderr)

    def test_what_cannot_be_used_is_told_in_one_line(self):
        exits = []  # statuses

        def refusal(*words):
            run = subprocess.run([FOVEA, "watch", *map(str, words)], capture_output=True, text=True, timeout=PATIENCE)
            exits.append(run.returncode)
            lines = [line for line in run.stderr.splitlines() if line.startswith("fovea watch: ")]
            self.assertEqual(len(lines), 1, run.stderr)
            return lines[0]

        self.assertIn("expected a CAMERA or --config FILE", refusal())
        self.assertIn("--out: expected a folder, got ''", refusal("--out", "", self.video))
        self.assertIn("/nowhere/cameras.toml", refusal("--config", "/nowhere/cameras.toml"))
        self.assertIn("no-such-model", refusal("--model", "no-such-model", "--out", self.folder / "out", self.video))
        self.assertIn("option --publish: uri is 'mqt:...', expected stdout:", refusal("--check", self.video, "--publish", "mqt://me:word@house"))
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            words = "--port", taken.getsockname()[1], "--out", self.folder / "out", self.video
            self.assertIn("choose another page.port", refusal(*words))
            self.assertEqual(refusal("--check", *words), refusal(*words))
            self.assertFalse((self.folder / "out").exists(), "before anything begins")
        unit = (SOURCE / "packaging/systemd/fovea-watch.service").read_text()
        self.assertIn("\nRestartPreventExitStatus=78\n", unit, "of what is wrong; a port may be free later")
        self.assertEqual(exits, [2, 2, 1, 1, 78] + [1] * 3)
        for words in ([self.video], ["--publish", self.folder / "alarms.jsonl", self.video]):
            self.assertEqual(self.check("--out", self.folder / "out", *words)[:2],
                             (0, "1 camera; the configuration can be used\n"))

    def test_what_cannot_be_written_to_stdout_fails(self):
        for words in (["watch", "--help"], ["watch", "--check", self.video, "--out", self.folder / "out"], ["report", "--help"]):
            with open("/dev/full", "w") as full:
                run = subprocess.run([FOVEA, *words], stdout=full, stderr=subprocess.PIPE, text=True, timeout=PATIENCE)
            self.assertEqual(run.returncode, 1, run.stderr)
            self.assertIn("fovea: cannot write to standard output: ", run.stderr)

    def test_a_model_that_cannot_watch_is_refused_before_anything_begins(self):
        model = self.folder / "mine"
        shutil.copytree(SOURCE / "models/watch", model)
        card = json.loads((model / "card.json").read_text())

        def told_with(*words, **entries):
            (model / "card.json").write_text(json.dumps(card | entries))
            lines = set()
            for check in (["--check"], []):
                run = subprocess.run([FOVEA, "watch", *check, "--model", model, "--out", self.folder / "out", *words],
                                     capture_output=True, text=True, timeout=PATIENCE)
                self.assertEqual(run.returncode, 78, run.stderr)
                lines.add(run.stderr)
            self.assertFalse((self.folder / "out").exists())
            self.assertEqual(len(lines), 1, lines)
            return lines.pop()

        del card["decision"]["alarms"]
        self.assertEqual(told_with(self.video), f"fovea watch: model '{model}' raises no alarms: '{model}/card.json' has no "
                         "decision.alarms and camera 'camera-1' no 'on'; set on, the score that raises an alarm, under [alarms] of "
                         "the configuration (--config), or write decision.alarms into the card\n")
        self.assertIn("entry 'pose' is 'movenet-lightnin', expected a model that finds keypoints",
                      told_with(self.video, pose="movenet-lightnin"))
        self.assertIn("detector 'watch' recognises activities", told_with("--detector", "watch", self.video))
        self.configure({"door": self.video})
        check = subprocess.run([FOVEA, "watch", "--check", "--model", model, "--config", self.folder / "cameras.toml", self.video],
                               capture_output=True, text=True, timeout=PATIENCE)
        self.assertEqual((check.returncode, check.stdout), (0, "2 cameras; the configuration can be used\n"), check.stderr)
        card["decision"]["alarms"] = {"fight": {"on": 0.6}}
        (self.folder / "cameras.toml").write_text(f'[[camera]]\nname = "door"\nuri = "{self.video}"\noff = 0.9\n')
        self.assertEqual(told_with("--config", self.folder / "cameras.toml"),
                         "fovea watch: camera 'door': alarm of 'fight': off is 0.9, expected at most on, 0.6; what it "
                         f"says nothing of is as in '{model}/card.json'\n")

    def check(self, *words):
        """Exit code, standard output and error."""
        port = [] if "--port" in words else ["--port", "0"]  # another may be at 8383
        run = subprocess.run([FOVEA, "watch", "--check", *port, *map(str, words)], capture_output=True, text=True, timeout=PATIENCE)
        return run.returncode, run.stdout, run.stderr

    def test_a_file_that_may_come_later_is_told(self):
        later = self.folder / "usb/door.mp4"
        note = f"fovea watch: camera 'camera-1': '{later}' is not there now; it is asked for until it is\n"
        self.assertEqual(self.check(later, self.video), (0, "2 cameras; the configuration can be used\n", note))

    def test_a_folder_that_cannot_be_written_to_is_refused(self):
        self.configure({"door": self.video})
        config = self.folder / "cameras.toml"
        self.assertEqual(self.check("--config", config)[0], 0)
        self.assertFalse((self.folder / "out").exists(), "it is only looked at")
        (self.folder / "out").write_text("in the way")
        told = (f"expected a folder that can be written to, got '{self.folder}/{{}}', '{self.folder}/out': Not a directory; "
                "name another (--out, or folder in the configuration), or allow it\n")
        self.assertEqual(self.check("--config", config), (1, "", f"fovea watch: {config}:1: folder: {told.format('out')}"))
        self.assertEqual(self.check("--config", config, "--out", self.folder / "out/a/b"),
                         (1, "", f"fovea watch: option --out: {told.format('out/a/b')}"))
        self.assertEqual(self.check("--config", config, "--out", self.folder / "another")[0], 0)
        (self.folder / "out").unlink()
        (self.folder / "out").mkdir()
        (self.folder / "out/adapted").write_text("in the way")  # where nothing is written
        self.assertEqual(self.check("--config", config)[0], 0)
        for name, words in ("unsent", ["--publish", self.folder / "alarms.jsonl"]), ("evidence", []):
            (self.folder / "out" / name).write_text("in the way")
            self.assertIn(f"{name}': Not a directory", self.check("--config", config, *words)[2])
        (self.folder / "out").rename(self.folder / "another")
        (self.folder / "out").symlink_to(self.folder / "nowhere")
        self.assertEqual(self.check("--config", config)[0], 1, "a link that leads nowhere")

    def test_an_events_db_that_the_start_refuses_is_refused_by_the_check(self):
        (self.folder / "out").mkdir()
        events = self.folder / "out/events.db"

        def told_by_both(text):
            told = [subprocess.run([FOVEA, "watch", *check, "--out", self.folder / "out", self.video], capture_output=True, text=True,
                                   timeout=PATIENCE) for check in (["--check"], [])]
            self.assertEqual([(one.returncode, one.stderr) for one in told], [(1, f"fovea watch: {text}\n")] * 2)

        with contextlib.closing(sqlite3.connect(events)) as other:
            other.execute("CREATE TABLE door (name TEXT)")
            told_by_both(f"event store '{events}': an SQLite file of something else; name another file")
            other.execute(f"PRAGMA application_id = {0x66766576}")
            other.execute("PRAGMA user_version = 99")
            told_by_both(f"event store '{events}': schema version 99, this fovea knows up to 5; use the newer fovea that wrote it, or "
                         "another file")
            other.execute("PRAGMA locking_mode = EXCLUSIVE")
            other.execute("BEGIN EXCLUSIVE")
            told_by_both(f"database '{events}': database is locked; another process holds it")
        events.write_text("no database" * 1000)
        self.assertEqual(self.check("--out", self.folder / "out", self.video),
                         (0, "1 camera; the configuration can be used\n", f"fovea watch: database '{events}': file is not a database: it "
                          "will be put aside, and a new one begun\n"))
        self.assertEqual(events.read_text(), "no database" * 1000)

    def test_a_receiver_that_the_start_refuses_is_refused_by_the_check(self):
        def told(uri, line="", code=1):
            self.configure({"door": self.video}, f'[[receiver]]\nuri = "{uri}"\n{line}\n')
            runs = [subprocess.run([FOVEA, "watch", *check, "--config", self.folder / "cameras.toml"], capture_output=True, text=True,
                                   timeout=PATIENCE) for check in (["--check"], [])]
            self.assertEqual([run.returncode for run in runs], [code] * 2, "78 is tried no more")
            self.assertEqual(runs[0].stderr, runs[1].stderr)
            return runs[0].stderr

        hook = "http://127.0.0.1:9/secret"
        self.assertEqual(told(hook, 'credentials = "env:NOT_SET"', 78), "fovea watch: receiver 'http://127.0.0.1:9': credentials: the "
                         "environment variable 'NOT_SET' is not set\n")
        self.assertIn("receiver 'http://127.0.0.1:9': signing_key '/nowhere/key' cannot be read", told(hook, 'signing_key = "file:/nowhere/key"'))
        self.assertEqual(told(hook, 'ca_file = "/nowhere/ca.pem"'),
                         "fovea watch: receiver 'http://127.0.0.1:9': ca_file '/nowhere/ca.pem': No such file or directory\n")
        (self.folder / "key").write_text("word\n")
        (self.folder / "key").chmod(0o600)
        key = f'signing_key = "file:{self.folder}/key"'
        self.assertEqual(told("mqtt://127.0.0.1:9", key, 78), "fovea watch: receiver 'mqtt://127.0.0.1:9': signing_key: only what goes "
                         "by http:// or https:// is signed, got mqtt:; leave it out\n")
        self.assertEqual(told("/nowhere/alarms.jsonl"), "fovea watch: receiver '/nowhere/alarms.jsonl': folder '/nowhere' is not there\n")
        self.assertEqual(told(self.folder, code=78), f"fovea watch: receiver '{self.folder}': it is a folder, expected a file\n")

    def test_what_is_not_there_may_come_and_is_tried_again(self):  # as what lies on a mount
        config = self.folder / "cameras.toml"

        def code_with(page="", camera=""):
            self.configure({"door": f'uri = "rtsps://127.0.0.1:9/door"\n{camera}'})
            config.write_text(config.read_text().replace("port = 0\n", f"port = 0\n{page}"))
            return self.check("--config", config)[0]

        later = self.folder / "later"
        token = f'token_file = "{later}"\n'
        pair = f'certificate_file = "{later}"\nkey_file = "{later}"\n'
        authority = f'ca_file = "{later}"\n'
        self.assertEqual([code_with(token), code_with(pair), code_with(camera=authority)], [1] * 3)
        later.write_text("two words")
        self.assertEqual([code_with(token), code_with(pair), code_with(camera=authority)], [78] * 3)

    def test_whose_a_folder_is_by_now_is_told(self):  # who checks may mean to send SIGHUP
        (self.folder / "out").mkdir()
        words = "--out", self.folder / "out", self.video
        with open(self.folder / "out/watch.lock", "w") as lock:
            lock.write("4711")
            lock.flush()
            self.assertEqual(self.check(*words)[2], "", "one that ended")
            fcntl.flock(lock, fcntl.LOCK_EX)
            code, _, told = self.check(*words)
            goes_on = (f"fovea watch: folder '{self.folder}/out' is that of a fovea watch, process 4711, that goes on: another is refused until "
                       "it ends\n")
            self.assertEqual((code, told), (0, goes_on))
            with socket.socket() as its_page:
                its_page.bind(("127.0.0.1", 0))
                its_page.listen()
                self.assertEqual(self.check("--port", its_page.getsockname()[1], *words)[::2], (0, goes_on))

    def test_a_hangup_while_it_starts_is_taken_once_it_runs(self):
        self.configure({"door": self.video})
        self.begin()
        program = pathlib.Path(f"/proc/{self.process.pid}/comm")
        while program.read_text() != "fovea-watch\n":  # its libraries are loaded next
            self.assertIsNone(self.process.poll())
        self.process.send_signal(signal.SIGHUP)
        self.told("configuration read again")

    def test_a_model_that_is_away_for_a_while_ends_no_watching(self):
        model = self.folder / "own"
        shutil.copytree(SOURCE / "models/watch", model)
        self.configure({"door": self.video}, f'model = "{model}"\n')
        self.start()
        self.told("door: up")
        away = model.rename(self.folder / "away")
        shutil.copytree(away, self.folder / "out/adapted/door")
        self.told("door: its head stays as it is until the new one can be taken: model '.*own' is not there")
        self.process.send_signal(signal.SIGHUP)
        self.told("the configuration stays as it was: model '.*own' is not there")
        away.rename(model)
        self.told("door: with its own head")  # nobody says so
        self.ends()

    def test_what_only_the_next_start_takes_is_told_when_it_is_read(self):
        self.configure({"door": self.video})
        self.start()
        self.process.send_signal(signal.SIGHUP)
        self.told("1 camera left alone, 0 ended, 0 begun\n")
        self.configure({"door": self.video}, 'model = "watch"\nfps = 5\n')
        self.process.send_signal(signal.SIGHUP)
        self.told("0 begun; changed with a restart alone: model, fps\n")
        self.configure({"door": self.video}, 'model = "gone"\n')
        self.process.send_signal(signal.SIGHUP)
        self.told("0 begun; model would change with a restart, which is refused: model 'gone' is not in ")
        self.configure({"door": self.video}, '[[receiver]]\nuri = "/nowhere/alarms.jsonl"\n')
        self.process.send_signal(signal.SIGHUP)
        self.told("0 begun; receiver would change with a restart, which is refused: receiver '/nowhere/alarms.jsonl': folder '/nowhere' is not there")


if __name__ == "__main__":
    unittest.main(verbosity=2)
