#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What Python reads of FoveaMeta, against what elements say of the same frames in other ways.

    test_foveameta.py SOURCE_ROOT

Skipped (status 77) where Python's gi or the typelib of Fovea is missing.
"""

import array
import contextlib
import gc
import io
import json
import os
import pathlib
import re
import sys
import tempfile
import unittest

try:
    import gi

    gi.require_version("Gst", "1.0")
    gi.require_version("Fovea", "1.0")
    from gi.repository import Fovea, Gst
except (ImportError, ValueError) as error:
    print(f"skipped: {error}; Python's gi is python3-gi, GStreamer's typelib gir1.2-gstreamer-1.0, "
          "Fovea's is built where gobject-introspection is (libgirepository1.0-dev)")
    sys.exit(77)

ROOT = pathlib.Path(sys.argv[1])
CLIP = pathlib.Path(os.environ["FOVEA_SHARED"]) / "data/clips/pets-pedestrians.mp4"
MADE = "videotestsrc pattern=ball num-buffers=90 ! video/x-raw,width=160,height=120,framerate=30/1 ! "
WATCH = "foveafeatures leaky=never ! foveaattention tell-rows=true ! "


def play(launch, look, of=Gst.PadProbeType.BUFFER):
    """Plays a line whose sink is named so; look(pad, info) sees each buffer. Returns fovea-activity messages"""
    pipeline = Gst.parse_launch(launch)
    pipeline.get_by_name("sink").get_static_pad("sink").add_probe(of, look)
    pipeline.set_state(Gst.State.PLAYING)
    told = []
    wanted = Gst.MessageType.EOS | Gst.MessageType.ERROR | Gst.MessageType.ELEMENT
    while True:
        message = pipeline.get_bus().timed_pop_filtered(600 * Gst.SECOND, wanted)
        if message is None or message.type != Gst.MessageType.ELEMENT:
            break
        if message.get_structure().get_name() == "fovea-activity":
            told.append(message.get_structure().copy())
    pipeline.set_state(Gst.State.NULL)
    if message is None or message.type == Gst.MessageType.ERROR:
        raise AssertionError(message.parse_error() if message else "no end after 120 s")
    return told


def of_each_frame(read):
    """A probe and what read(meta) gives of each buffer"""
    seen = []

    def look(_, info):
        seen.append(read(Fovea.Meta.get(info.get_buffer())))
        return Gst.PadProbeReturn.OK
    return seen, look


def box(of):
    return of.x, of.y, of.width, of.height


class Meta(unittest.TestCase):
    def test_a_buffer_without_it_gives_none(self):
        seen, look = of_each_frame(lambda meta: meta)
        play("videotestsrc num-buffers=2 ! fakesink name=sink", look)
        self.assertEqual(seen, [None, None])

    def test_an_empty_one_gives_empty_lists(self):
        buffer = Gst.Buffer.new()  # the meta lives as long
        meta = Fovea.Meta.ensure(buffer)
        self.assertEqual([meta.get_persons(), meta.get_regions(), meta.get_rows(), meta.get_activities(), meta.get_alarms()],
                         [[], [], [], [], []])
        self.assertIsNone(meta.get_actor())

    def test_the_actor_is_the_elements_own(self):
        seen, look = of_each_frame(lambda meta: meta.get_actor())
        play(MADE + "foveaactor box=0.25,0.125,0.5,0.75 ! fakesink name=sink", look)
        self.assertEqual(len(seen), 90)
        for actor in seen:
            self.assertEqual(box(actor), (0.25, 0.125, 0.5, 0.75))

    def test_regions_are_the_full_view_and_the_grid(self):
        seen, look = of_each_frame(lambda meta: [(region.kind, region.box.width) for region in meta.get_regions()])
        play(MADE + "foveagrid grid=2 fraction=0.625 actor=false ! fakesink name=sink", look)
        self.assertEqual(seen, 90 * [[(Fovea.RegionKind.FULL, 1)] + 4 * [(Fovea.RegionKind.GRID, 0.625)]])

    def test_rows_and_activities_are_those_that_messages_tell(self):
        rows, activities = [], []

        def read(meta):
            rows.extend(meta.get_rows())
            activities.extend(meta.get_activities())
        _, look = of_each_frame(read)
        told = play(MADE + "foveagrid grid=2 actor=false ! " + WATCH + "fakesink name=sink", look)
        told = [one for one in told if one.get_value("scope") == "window"]
        gc.collect()  # rows and activities live on without their buffers
        self.assertGreater(len(activities), 0)
        self.assertEqual([row.index for row in rows], list(range(len(rows))))
        for activity, message in zip(activities, told):
            self.assertEqual(activity.label.label, message.get_value("label"))
            self.assertEqual((activity.start, activity.end), (message.get_value("start"), message.get_value("end")))
            self.assertAlmostEqual(activity.label.confidence, message.get_value("confidence"), 6)
            top = [(score.label, score.label_id) for score in activity.get_scores()]
            self.assertEqual(top, [(label, int(number)) for label, number in
                                   re.findall(r"score, label=\(string\)(\w+), label-id=\(int\)(\d+)", message.to_string().replace("\\", ""))])
            self.assertEqual(len(activity.get_regions()), 5)
            self.assertAlmostEqual(sum(activity.get_region_weights()), 1, 5)
            self.assertEqual(max(moment.weight for moment in activity.get_salience()), 1)
            of_window = [row for row in rows if activity.start <= row.start and row.end <= activity.end]
            regions, steps, channels = (message.get_value(f"row-{axis}") for axis in ("regions", "timesteps", "channels"))
            self.assertEqual(len(of_window), steps)
            features = array.array("f", message.get_value("features").get_data())  # [regions, timesteps, channels]
            for step, row in enumerate(of_window):
                self.assertEqual((row.regions, row.channels, len(row.get_regions())), (regions, channels, regions))
                for region in range(regions):
                    at = (region * steps + step) * channels
                    self.assertEqual(row.get_features()[region * channels:(region + 1) * channels], list(features[at:at + channels]))

    def test_the_label_of_the_video_comes_in_an_event(self):
        late = []

        def look(_, info):
            meta = Fovea.late_event_parse(info.get_event())
            if meta:
                late.extend(meta.get_activities())
            return Gst.PadProbeReturn.OK
        told = play(MADE + "foveagrid grid=2 actor=false ! " + WATCH + "fakesink name=sink", look, Gst.PadProbeType.EVENT_DOWNSTREAM)
        self.assertEqual(late[-1].scope, Fovea.Scope.VIDEO)
        self.assertEqual([(activity.label.label, activity.start, activity.end) for activity in late],
                         [tuple(one.get_value(field) for field in ("label", "start", "end")) for one in told[-len(late):]])

    @unittest.skipUnless(CLIP.exists(), "no real clips: FOVEA_SHARED is not their folder")
    def test_persons_are_those_of_published_lines(self):
        seen, boxes = [], []

        def look(_, info):
            persons = Fovea.Meta.get(info.get_buffer()).get_persons()
            if any(person.detected for person in persons):  # lines are of what was looked at
                seen.append([(person.id, person.confidence, *box(person.box)) for person in persons])
                boxes.append([person.box for person in persons])  # without their persons
            return Gst.PadProbeReturn.OK
        with tempfile.TemporaryDirectory() as folder:
            lines = pathlib.Path(folder) / "lines.jsonl"
            play(f"filesrc location={CLIP} ! decodebin ! videoconvert ! identity eos-after=13 ! "
                 "foveadetect model=hog leaky=never inference-interval=4 ! "
                 f"foveapublish frames=true uri=file://{lines} ! fakesink name=sink sync=false", look)
            published = [json.loads(line)["objects"] for line in lines.read_text().splitlines()]
        self.assertGreater(sum(map(len, published)), 0)
        self.assertEqual(len(seen), len(published))
        gc.collect()
        for persons, kept, objects in zip(seen, boxes, published):
            self.assertEqual([box(one) for one in kept], [person[2:] for person in persons])
            self.assertEqual(len(persons), len(objects))
            for (number, confidence, x, y, width, height), one in zip(persons, objects):
                detection = one["detection"]
                self.assertEqual(number, one.get("id", -1))
                self.assertAlmostEqual(confidence, detection["confidence"], 5)
                corners = [detection["bounding_box"][corner] for corner in ("x_min", "y_min", "x_max", "y_max")]
                for value, corner in zip((x, y, x + width, y + height), corners):
                    self.assertAlmostEqual(value, corner, 5)

    def test_the_documented_probe_runs_as_it_stands(self):
        text = (ROOT / "docs/formats.md").read_text()
        code = re.search(r"```python\n(.*?)```", text, re.S).group(1)
        names = {}
        exec(code, names)
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            play(MADE + "foveaactor box=0.25,0.125,0.5,0.75 ! foveagrid grid=2 ! " + WATCH + "fakesink name=sink", names["look"])
        printed = out.getvalue().splitlines()
        self.assertEqual(len(printed), 90)
        self.assertTrue(any("('normal', " in line or "('fight', " in line or "('fall', " in line for line in printed), printed)


if __name__ == "__main__":
    Gst.init(None)
    unittest.main(argv=sys.argv[:1], verbosity=2)
