#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`fovea watch` as a process: looped files as cameras, alarms, clips, the page, signals.  test_watch.py FOVEA"""

import contextlib
import json
import os
import pathlib
import re
import resource
import shutil
import signal
import socket
import sqlite3
import subprocess
import time
import unittest
import urllib.error
import urllib.request

from watch_process import ANY_ALARM, FOVEA, PATIENCE, WatchProcess

SOURCE = pathlib.Path(__file__).resolve().parents[2]


class Watch(WatchProcess):
    def test_an_alarm_has_a_clip_a_line_and_takes_a_verdict(self):
        lines = self.folder / "alarms.jsonl"
        self.configure({"door": self.video}, f'[[receiver]]\nuri = "{lines}"\n')
        started = time.time()
        self.start()
        self.told("door: alarm 1, ")
        alarm = self.wait_for(lambda: next((one for one in self.ask("api/alarms") if one["clip"]), None))
        self.assertEqual(alarm["camera"], "door")
        self.assertTrue(started < alarm["begin"] / 1000 < time.time())
        clip = self.get(f"clips/{alarm['id']}")
        self.assertEqual(clip[4:8], b"ftyp")

        self.judge(alarm["id"], "nothing")
        judged = next(one for one in self.ask("api/alarms") if one["id"] == alarm["id"])
        self.assertEqual(judged["verdict"], "nothing")

        camera = self.ask("api/cameras")[0]
        self.assertTrue(camera["up"])
        self.wait_for(lambda: self.ask("api/cameras")[0]["has_picture"])
        self.assertEqual(self.get("pictures/door")[:2], b"\xff\xd8")
        metrics = self.get("metrics").decode()
        self.assertIn('fovea_camera_up{camera="door"} 1', metrics)
        self.assertEqual(self.get("healthz"), b"ok\n")

        self.ends()
        told = [json.loads(line) for line in lines.read_text().splitlines()]
        begins = [line for line in told if line.get("alarm", {}).get("event") == "begin"]
        self.assertTrue(begins)
        self.assertEqual(begins[0]["source"], "door")
        ended = [line["alarm"]["id"] for line in told if line.get("alarm", {}).get("event") == "end"]
        self.assertEqual(sorted(line["alarm"]["id"] for line in begins), sorted(ended))
        evidence = self.folder / "out/evidence"
        self.assertEqual(list(evidence.rglob("*.part")), [])
        stills = list(evidence.rglob("*.jpg"))
        self.assertTrue(stills)
        self.assertEqual(stills[0].read_bytes()[:2], b"\xff\xd8")
        line = json.loads(stills[0].with_suffix(".json").read_text())
        self.assertEqual((line["source"], line["alarm"]["event"]), ("door", "end"), "SIGTERM ends it too")
        alarm, course = line["alarm"], line["course"]
        self.assertAlmostEqual(course["windows"][0][0], alarm["start"], places=3)
        self.assertAlmostEqual(max(score for _, _, score in course["windows"]), alarm["confidence"], places=2)
        self.assertAlmostEqual(sum(region[4] for region in course["regions"]), 1, places=2)

    def judge(self, alarm, verdict):
        request = urllib.request.Request(f"{self.address}api/alarms/{alarm}/verdict",
                                         json.dumps({"verdict": verdict}).encode(), {"Content-Type": "application/json"})
        urllib.request.urlopen(request, timeout=PATIENCE).close()

    def test_thresholds_rise_to_the_alarms_an_hour_wished_for_and_fall_again_while_it_runs(self):
        self.configure({"door": self.video}, "learn = false", ANY_ALARM + "alarms_per_hour = 1\n")
        self.start()
        self.told("door: alarm 1, ")
        self.ends()
        self.end()

        # two hours that nobody can wait for
        events = sqlite3.connect(self.folder / "out/events.db")
        self.addCleanup(events.close)
        begin, = events.execute("SELECT begin_utc FROM alarm WHERE id = 1").fetchone()
        events.execute("DELETE FROM peak")
        events.execute("DELETE FROM counted_hour")
        events.execute("INSERT INTO counted_hour VALUES ('door', ?, 7200)", (begin // (3600 * 10**9),))
        for label in ("fall", "fight"):
            for i in range(12):
                events.execute("INSERT INTO peak (camera, label, begin_utc, end_utc, score) VALUES ('door', ?, ?, ?, ?)",
                               (label, begin + i, begin + 10**9, 0.99 + i / 2000))
        events.commit()
        self.start()
        self.told(r"door: fall from 1e-06 to 0\.995, fight from 1e-06 to 0\.995, for at most 1 alarms an hour in 2\.0 hours of quiet time")
        self.told("door: up")
        self.video.rename(self.folder / "away.mp4")  # four seconds without a window end what is counted
        self.told("door: down")
        time.sleep(4)
        (self.folder / "away.mp4").rename(self.video)
        self.told(r"door: up(.|\n)*door: up")
        new = "SELECT COUNT(*) FROM peak WHERE begin_utc > ?"
        self.wait_for(lambda: events.execute(new, (begin + 10**9,)).fetchone()[0] > 0)  # it is counted none the less
        self.assertEqual(len(re.findall("door: alarm", "".join(self.log))), 0)

        ups = len(re.findall("door: up", "".join(self.log)))
        self.judge(1, "true")
        self.told(r"door: fall from 0\.995 to 1e-06, fight from 0\.995 to 1e-06, ")
        self.told("door: alarm")
        self.assertEqual(len(re.findall("door: up", "".join(self.log))), ups, "it went on")

    def adapt(self, *words):
        return subprocess.run([FOVEA, "adapt", "--from", self.folder / "out/events.db", "--camera", "door", *words],
                              capture_output=True, text=True, timeout=PATIENCE)

    def test_what_was_called_nothing_is_learned_and_taken_over_while_it_runs(self):
        self.configure({"door": self.video, "yard": self.video})
        self.start()
        self.told(r"door: alarm \d")
        alarm = self.wait_for(lambda: next((one for one in self.ask("api/alarms") if one["camera"] == "door"), None))
        self.judge(alarm["id"], "nothing")

        # an hour that nobody can wait for: what is counted in memory is in the file within a flush
        self.process.send_signal(signal.SIGHUP)
        self.told("configuration read again")
        learned = self.adapt("--alarms-per-hour", "10000")
        self.assertEqual(learned.returncode, 0, learned.stderr)
        self.assertIn("0 alarms called true, 1 called nothing", learned.stdout + learned.stderr)
        self.told("door: with its own head")
        self.told(r"door: up(.|\n)*door: up")
        self.assertIsNone(self.process.poll())
        self.assertNotIn("yard: with its own head", "".join(self.log))
        self.assertEqual(len(re.findall("yard: up", "".join(self.log))), 1, "the other camera was touched")
        card = json.loads((self.folder / "out/adapted/door/card.json").read_text())
        self.assertEqual((card["adapted"]["from"], card["adapted"]["camera"]), ("watch-both", "door"))

        unknown = subprocess.run([FOVEA, "adapt", "--from", self.folder / "out/events.db", "--camera", "gate"],
                                 capture_output=True, text=True, timeout=PATIENCE)
        self.assertEqual(unknown.returncode, 1)
        self.assertIn("camera 'gate' has nothing to learn from, windows are kept of: door, yard", unknown.stderr)

    def test_a_model_without_anchors_keeps_nothing_to_learn_from(self):
        model = self.folder / "own"
        shutil.copytree(SOURCE / "models/watch", model)
        card = json.loads((model / "card.json").read_text())
        (model / "card.json").write_text(json.dumps({**card, "name": "own", "anchors": []}))
        self.configure({"door": self.video}, f'model = "{model}"')
        self.start()
        self.told("windows are not kept to learn from: model '.*own' has no anchors.*fovea models anchors")
        self.told("door: alarm 1, ")
        self.ends()
        with sqlite3.connect(self.folder / "out/events.db") as events:
            self.assertEqual(events.execute("SELECT COUNT(*) FROM kept_window").fetchone(), (0,))

    def test_a_disk_that_is_full_ends_no_watching(self):
        self.configure({"door": self.video})
        self.start(restore_signals=False)  # a write beyond the limit fails, and no signal ends the process
        self.told("door: alarm 1, ")
        limits = resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, (1, limits[1]))
        self.told("watching goes on, but what happens is not kept: database '.*events.db'")
        self.configure({"door": self.video, "yard": self.video})
        self.process.send_signal(signal.SIGHUP)
        self.told("yard: alarm, ")
        failed = re.search(r"^fovea_store_failed_writes_total (\d+)$", self.get("metrics").decode(), re.MULTILINE)
        self.assertGreater(int(failed.group(1)), 0)
        self.assertIn("events.db", self.ask("api/state")["unkept"])
        resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, limits)
        self.configure({"door": self.video, "gate": self.video})
        self.process.send_signal(signal.SIGHUP)
        self.told(r"gate: alarm \d")
        self.assertLessEqual({"door", "yard", "gate"}, {one["camera"] for one in self.ask("api/alarms")})
        self.assertEqual(self.ask("api/state")["unkept"], "")
        self.ends()

    def test_a_database_that_another_holds_stops_no_watching_and_is_written_to_again(self):
        lines = self.folder / "told.jsonl"
        self.configure({"door": self.video}, f'[[receiver]]\nuri = "{lines}"\n')
        self.start()
        self.told("door: alarm 1, ")
        self.end()
        with contextlib.closing(sqlite3.connect(self.folder / "out/events.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            self.start()
            self.told("watching goes on, but what happens is not kept: database '.*events.db': database is locked")
            self.told("door: alarm, ")
        time.sleep(11)  # it is asked again each ten seconds
        self.configure({"yard": self.video}, f'[[receiver]]\nuri = "{lines}"\n')
        self.process.send_signal(signal.SIGHUP)
        self.told(r"yard: alarm \d")
        self.ends()
        self.assertEqual(sorted(self.alarms_told(lines, "end")), sorted(self.alarms_told(lines, "begin")))
        with contextlib.closing(sqlite3.connect(self.folder / "out/events.db")) as events:
            self.assertEqual(events.execute("SELECT COUNT(*) FROM alarm WHERE ended = 0").fetchone(), (0,))

    def test_what_a_database_that_another_holds_did_not_take_is_added_without_another_alarm(self):
        self.configure({"door": self.video}, "learn = false")
        self.start()
        with contextlib.closing(sqlite3.connect(self.folder / "out/events.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            self.told("door: alarm, ")
            self.configure({"yard": self.video}, "learn = false", "on = 1.0\n")
            self.process.send_signal(signal.SIGHUP)
            self.told("(?s)1 ended, 1 begun.*yard: up")
            other.execute("ROLLBACK")
            alarms = "SELECT COUNT(*) FROM alarm WHERE camera = 'door' AND ended = 1"
            self.wait_for(lambda: other.execute(alarms).fetchone()[0] > 0, within=25)

    def test_a_camera_that_is_not_there_touches_no_other(self):
        self.configure({"gone": "/nowhere/video.mp4", "door": self.video})
        self.start()
        self.told("gone: down, refused: expected a video file, got '.*': No such file or directory; correct ")
        self.told("door: up")
        self.told("door: alarm 1")
        states = {one["name"]: one["up"] for one in self.ask("api/cameras")}
        self.assertEqual(states, {"gone": False, "door": True})
        with self.assertRaises(urllib.error.HTTPError) as caught:
            self.get("healthz")
        self.assertEqual(caught.exception.code, 503)
        caught.exception.close()
        self.configure({"gone": "/nowhere/other.mp4", "door": self.video})
        self.process.send_signal(signal.SIGHUP)
        self.told("(?s)gone: down, refused.*1 camera left alone.*gone: down, refused")  # of the new address too
        shutil.copy(self.video, self.folder / "late.mp4")  # cameras come and go by SIGHUP
        self.configure({"late": self.folder / "late.mp4", "door": self.video})
        self.process.send_signal(signal.SIGHUP)
        self.told("1 camera left alone, 1 ended, 1 begun")
        self.told("late: up")
        self.assertEqual([one["name"] for one in self.ask("api/cameras")], ["late", "door"])

    def test_a_file_that_is_gone_keeps_no_other_camera_from_new_settings(self):
        words = ["given.mp4"]
        for name in "near.mp4", "given.mp4", "record.mp4":
            shutil.copy(self.video, self.folder / name)
        near = 'uri = "near.mp4"\nrecord_uri = "record.mp4"\n'
        self.configure({"near": near})
        self.start(words, cwd=self.folder)
        self.told("near: up")
        for name in "near.mp4", "given.mp4", "record.mp4":
            (self.folder / name).unlink()
        self.configure({"near": near, "door": self.video})
        self.process.send_signal(signal.SIGHUP)
        self.told("2 cameras left alone, 0 ended, 1 begun")
        self.told("door: up")
        self.configure({"near": near, "other": "other.mp4"})  # may be a host
        self.process.send_signal(signal.SIGHUP)
        self.told("stays as it was: .*camera.uri: .* got 'other.mp4', which is no file")

    def test_a_stream_to_record_that_is_not_there_is_told_and_one_that_is_lost_ends_its_clip(self):
        record = self.folder / "record.mp4"
        shutil.copy(self.video, record)
        lines = self.folder / "told.jsonl"
        self.configure({"door": f'uri = "{self.video}"\nrecord_uri = "{record}"\n',
                        "gate": f'uri = "{self.video}"\nrecord_uri = "/nowhere/main.mp4"\n'},
                       f'[[receiver]]\nuri = "{lines}"\n')
        text = (self.folder / "cameras.toml").read_text()
        (self.folder / "cameras.toml").write_text(text.replace("longest = 6", "longest = 600"))
        self.start()
        self.told(r"gate \(record_uri\): down, refused: ")
        self.told("door: alarm ")
        self.told("gate: alarm ")
        record.unlink()  # in the midst of an alarm that has no end
        self.told(r"door \(record_uri\): down, refused")
        self.wait_for(lambda: any(one["clip"] for one in self.ask("api/alarms") if one["camera"] == "door"))
        states = {one["name"]: (one["up"], one["record_up"]) for one in self.ask("api/cameras")}
        self.assertEqual(states, {"door": (True, False), "gate": (True, False)})
        self.assertIn('fovea_camera_record_up{camera="door"} 0', self.get("metrics").decode())
        shutil.copy(self.video, record)
        self.told(r"(?s)door \(record_uri\): up.*door \(record_uri\): down.*door \(record_uri\): up")
        told = [json.loads(line) for line in lines.read_text().splitlines()]
        self.assertIn(("gate", "record-down", "refused"),
                      [(one["camera"], one["state"], one["reason"]) for one in told if "camera" in one])

    def test_what_happens_shortly_before_the_end_is_written_too(self):
        lines = self.folder / "told.jsonl"
        self.configure({"door": self.video}, f'[[receiver]]\nuri = "{lines}"\n')
        self.start()
        self.told("door: alarm 1, ")
        with contextlib.closing(sqlite3.connect(self.folder / "out/events.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            self.told("watching goes on, but what happens is not kept: database '.*events.db': database is locked")
        self.ends()  # for ten seconds nothing would be tried
        with contextlib.closing(sqlite3.connect(self.folder / "out/events.db")) as events:
            self.assertEqual(events.execute("SELECT COUNT(*), SUM(ended) FROM alarm").fetchone(),
                             (len(self.alarms_told(lines, "begin")),) * 2)

    def test_alarms_that_a_killed_watch_left_open_are_told_to_end_at_the_next_start(self):
        lines = self.folder / "told.jsonl"
        self.configure({"door": self.video, "yard": self.video}, f'[[receiver]]\nuri = "{lines}"\n')
        self.start()
        self.told("door: alarm ")
        self.told("yard: alarm ")
        with contextlib.closing(sqlite3.connect(self.folder / "out/events.db")) as events:
            self.wait_for(lambda: events.execute("SELECT id FROM kept_window WHERE camera = 'door'").fetchall())
        self.process.kill()
        self.process.wait()
        self.process.stderr.close()
        begun = self.alarms_told(lines, "begin")
        self.assertEqual(len(begun), len(set(begun)), "an alarm's number is its own among all cameras")
        self.assertLess(len(self.alarms_told(lines, "end")), len(begun))
        self.configure({"door": "/nowhere/video.mp4"}, f'[[receiver]]\nuri = "{lines}"\n')
        other = self.folder / "another"
        shutil.copytree(SOURCE / "models/watch", other)
        self.start(["--model", other])
        self.told(r"that an earlier run left open ended there")
        self.told(r"door: forgets \d+ windows that were kept with other weights \('.*watch-both'\) than those of '.*another'")
        self.wait_for(lambda: sorted(self.alarms_told(lines, "end")) == sorted(begun))
        last = next(line for line in map(json.loads, reversed(lines.read_text().splitlines())) if "alarm" in line)
        self.assertIn(last["source"], ("door", "yard"))
        self.assertEqual(last["model"], "watch-both", "that which raised it")
        self.assertEqual(last["alarm"]["label_id"], {"fight": 1, "fall": 2}[last["alarm"]["label"]])

    @staticmethod
    def alarms_told(lines, event):
        """Run and number of each."""
        told = [json.loads(line) for line in lines.read_text().splitlines()]
        return [(one["run"], one["alarm"]["id"]) for one in told if one.get("alarm", {}).get("event") == event]

    def test_sigterm_does_not_wait_for_servers_that_say_nothing(self):
        with socket.create_server(("127.0.0.1", 0), backlog=64) as silent:
            uri = f"http://127.0.0.1:{silent.getsockname()[1]}/mjpg"
            self.configure({f"camera-{i}": f'uri = "{uri}"\ntimeout = 120\n' for i in range(20)})
            self.start()
            silent.settimeout(PATIENCE)
            asked = [silent.accept()[0] for _ in range(20)]  # by themselves they would give up after 15 s
            self.ends()
            for one in asked:
                one.close()
        self.assertNotIn("does not stop", "".join(self.log))

    def test_cameras_that_hang_hold_up_neither_sigterm_nor_evidence(self):
        lines = self.folder / "told.jsonl"
        cameras = {"door": self.video}
        for i in range(6):  # a pipe that nobody writes stops whoever opens it, as a file of a network that is gone does
            pipe = self.folder / f"pipe-{i}"
            os.mkfifo(pipe)
            cameras[f"pipe-{i}"] = pipe
        self.configure(cameras, f'[[receiver]]\nuri = "{lines}"\n')
        self.start()
        self.told("door: alarm ")
        self.ends(within=50)  # 10 s for all of them together
        self.assertEqual(len(re.findall(r"pipe-\d: does not stop in 10 s", "".join(self.log))), 6)
        self.assertEqual(sorted(self.alarms_told(lines, "end")), sorted(self.alarms_told(lines, "begin")))
        evidence = self.folder / "out/evidence"
        self.assertEqual(list(evidence.rglob("*.part")), [])
        self.assertTrue(list(evidence.rglob("*.mp4")))

    def test_with_a_broker_there_are_no_more_descriptors_than_its_library_can_use(self):
        most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        as_containers, few = (2048, most), (55, 55)
        for receiver, limits, expected in (("mqtt://127.0.0.1:1", as_containers, 1024), (self.folder / "told.jsonl", few, 55),
                                           (self.folder / "told.jsonl", as_containers, min(most, 65536))):
            self.configure({"door": self.video}, f'[[receiver]]\nuri = "{receiver}"\n')
            self.start(preexec_fn=lambda limits=limits: resource.setrlimit(resource.RLIMIT_NOFILE, limits))
            self.assertEqual(resource.prlimit(self.process.pid, resource.RLIMIT_NOFILE)[0], expected)
            self.assertEqual("1 camera takes about 56 descriptors, expected at most 55: " in "".join(self.log), limits == few)
            self.end()

    def test_another_watch_leaves_a_folder_alone(self):
        lines = self.folder / "told.jsonl"
        self.configure({"door": self.video}, f'[[receiver]]\nuri = "{lines}"\n')
        self.start()
        self.told("door: alarm ")
        events = sqlite3.connect(self.folder / "out/events.db")
        self.addCleanup(events.close)
        opened = "SELECT run, number FROM alarm WHERE ended = 0"
        before = set(self.wait_for(lambda: events.execute(opened).fetchall()))
        other = subprocess.run([FOVEA, "watch", "--config", self.folder / "cameras.toml"], capture_output=True, text=True, timeout=PATIENCE)
        after = set(events.execute(opened))
        self.assertEqual(other.returncode, 1)
        self.assertRegex(other.stderr, rf"^fovea watch: folder '.*/out' is that of another fovea watch, process {self.process.pid}, ")
        self.assertNotIn("left open", other.stderr)
        self.wait_for(lambda: before - after <= set(self.alarms_told(lines, "end")))

    def test_cameras_of_the_command_line_stay_when_the_file_is_read_again(self):
        self.configure({"door": self.video})
        shutil.copy(self.video, self.folder / "late.mp4")
        self.start(words=[self.video])
        self.told("camera-1: up")
        self.configure({"door": self.video, "late": self.folder / "late.mp4"})
        self.process.send_signal(signal.SIGHUP)
        self.told("2 cameras left alone, 0 ended, 1 begun")
        self.assertEqual({one["name"] for one in self.ask("api/cameras")}, {"door", "late", "camera-1"})
        self.configure({"camera-1": self.video})
        self.process.send_signal(signal.SIGHUP)
        self.told("stays as it was: .*camera 'camera-1' is called as ")

    def test_a_configuration_that_is_wrong_changes_nothing(self):
        self.configure({"door": self.video}, alarms="on = 1.0\n")
        self.start()
        self.told("door: up")
        (self.folder / "cameras.toml").write_text("fps = 'fast'")
        self.process.send_signal(signal.SIGHUP)
        self.told(r"stays as it was: .*cameras\.toml:1: fps: expected a whole number from 1 to 240, got text")
        self.assertTrue(self.ask("api/cameras")[0]["up"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
