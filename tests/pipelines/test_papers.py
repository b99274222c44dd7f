#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs every command of docs/papers.md on a miniature of its data set, in the files and names that are published.

    test_papers.py SOURCE_ROOT BUILD_ROOT

The networks are miniatures too: each model of the page has its own card's plan, views and decision,
but the compact network with the weights of `watch` at 32 x 32 pixels, and fewer frames. TAP on stdout,
a case a line.
"""

import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

from test_launch_lines import blocks

ADDED = {"./fovea train backbone": "--epochs 1 --batch 4 --threads 1", "./fovea train head": "--epochs 1"}
LEARNS = dict.fromkeys(("sta-detection", "sta-proposal"), "--epochs 25 --rate 0.002 --batch 4 --threads 1")  # by recipe
NAMES = {"VIDEO": "talk.avi", "tsm-imagenet": "tsm-resnet50-something"}
LIMIT_S = 600  # of a line: one that hangs
SIDE = 32  # pixels
FRAMES = {"uniform": 8, "segments": 8, "spread": 16, "clips": 16}  # of a timestep, by plan


def rows_of(frames):
    """Rows that the compact network makes of a clip: a row for every four differences of frames."""
    return (frames - 1) // 4


class Miniatures:
    """Models and data sets under one folder."""

    def __init__(self, source, build):
        self.source = source
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="fovea-papers-"))
        self.environment = dict(os.environ, FOVEA_BUILD=str(build), FOVEA_MODEL_PATH=str(self.root / "models"),
                                FOVEA_CACHE=str(self.root / "cache"))
        for name, parts in (("still", {"smpte": 40}), ("moving", {"ball": 40}), ("long", {"ball": 240}),
                            ("middle", {"smpte": 10, "ball": 30, "smpte75": 24})):  # moves from 0.4 to 1.6 s
            self.gst("concat name=c ! jpegenc ! avimux ! filesink location=" + name + ".avi" + "".join(
                f" videotestsrc pattern={pattern} num-buffers={frames} ! video/x-raw,format=I420,width=64,height=48,"
                f"framerate=25/1 ! c." for pattern, frames in parts.items()))
        (self.root / "frames").mkdir()
        self.gst("videotestsrc pattern=ball num-buffers=20 ! video/x-raw,format=I420,width=64,height=48 ! jpegenc ! "
                 "multifilesink location=frames/%05d.jpg index=1")
        for card in source.glob("models/*/card.json"):
            if json.loads(card.read_text())["kind"] == "activity":
                self.model(card)

    def gst(self, line):
        subprocess.run(["bash", "-c", "gst-launch-1.0 -q " + line], cwd=self.root, check=True, env=self.environment)

    def model(self, file):
        card = json.loads(file.read_text())
        watch = json.loads((self.source / "models/watch/card.json").read_text())
        folder = self.root / "models" / card["name"]
        folder.mkdir(parents=True)
        sampling = card["sampling"]
        sampling["frames"] = FRAMES.get(sampling["plan"], sampling["frames"])
        if sampling["plan"] == "clips":
            sampling.pop("stride", None)
        if "timesteps" in sampling:
            sampling["timesteps"] = min(4, sampling["timesteps"])
        card.update(architecture="watch", classes=watch["classes"], files=watch["files"])
        card["input"].pop("modality", None)  # the weights of `watch` are of frames
        card["input"].update(width=SIDE, height=SIDE, scale=[1, 1, 1], shift=[0, 0, 0])
        if card["head"] == "logits":
            card["head"] = "region-mean"
        for rows in ("window", "hop"):
            if card["decision"][rows] > 0:
                card["decision"][rows] = rows_of(sampling["frames"])
        if card["attention"] != "none":
            card["attention"] = {"name": card["attention"]["name"], "stages": ["blocks.2"]}
            card["files"] = [{"name": card["name"] + ".pt", "sha256": "", "url": ""}]
        else:
            shutil.copy(self.source / "models/watch/watch.pt", folder)
        (folder / "card.json").write_text(json.dumps(card))
        shutil.copy(self.source / "models/watch/labels.txt", folder)

    def folder(self):
        """A fresh folder with all data sets."""
        folder = pathlib.Path(tempfile.mkdtemp(dir=self.root))
        for name in ("fovea", "pipelines", "tests"):
            (folder / name).symlink_to(self.source / name)

        def video(name, kind):
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            os.link(self.root / f"{kind}.avi", file)

        def text(name, lines):
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text("\n".join(lines) + "\n")

        kinds = {0: "still", 1: "moving"}
        video("talk.avi", "moving")
        for actor in range(3, 18):  # the last 8 are the test, 5 validate, 2 train
            name, activity = f"P{actor:02}", ("milk", "tea")[actor % 2]
            text(f"breakfast/groundTruth/{name}_cam01_{name}_{activity}.txt", ["SIL"])
            video(f"breakfast/videos/{name}/cam01/{name}_{activity}.avi", kinds[actor % 2])
        text("Charades/Charades_v1_classes.txt", ["c001 Putting clothes somewhere", "c092 Taking food from somewhere"])
        for split, ids in (("train", "ABCDEFGH"), ("test", "IJ")):
            rows = ["id,subject,actions,length"]
            for number, name in enumerate(ids):
                rows.append(f"{name},S{name},{('c001 0.00 1.00', 'c092 0.50 1.60;c001 0.00 1.60')[number % 2]},1.6")
                if name == "D":
                    rows[-1] = "D,SD,,1.6"  # as some of Charades' videos: no action
                video(f"Charades_v1_480/{name}.mp4", kinds[number % 2])
            text(f"Charades/Charades_v1_{split}.csv", rows)
        for number, label in enumerate(("Archery", "Surfing")):
            for group in ("g01", "g08", "g09", "g10", "g11"):
                video(f"UCF-101/{label}/v_{label}_{group}_c01.avi", kinds[number])
            for clip in range(5):
                video(f"HMDB51/{label.lower()}/film{clip}_{label.lower()}_f_cm_np1_ba_goo_0.avi", kinds[number])
            text(f"testTrainMulti_7030_splits/{label.lower()}_test_split1.txt",
                 [f"film{clip}_{label.lower()}_f_cm_np1_ba_goo_0.avi {1 if clip < 4 else 2} " for clip in range(5)])
        text("ucfTrainTestlist/trainlist01.txt", [f"{label}/v_{label}_{group}_c01.avi {number + 1}"
                                                  for number, label in enumerate(("Archery", "Surfing"))
                                                  for group in ("g08", "g09", "g10", "g11")])
        text("ucfTrainTestlist/testlist01.txt", [f"{label}/v_{label}_g01_c01.avi" for label in ("Archery", "Surfing")])
        for split, name, count in (("val", "validation", 4), ("test", "test", 1)):
            videos = [f"video_{name}_000000{number}" for number in range(1, count + 1)]
            for one in videos:
                video(f"THUMOS14/{one}.mp4", "middle")
            text(f"annotation/Diving_{split}.txt", [f"{one}  0.4 1.6" for one in videos])
            text(f"annotation/Ambiguous_{split}.txt", [f"{one}  2.0 2.5" for one in videos])
        labels = ("Moving [something] up", "Holding [something]")
        for split, ids in (("train", range(1, 5)), ("validation", range(5, 7))):
            text(f"something-something/something-something-v1-{split}.csv",
                 [f"{number};{labels[number % 2]}" for number in ids])
            for number in ids:
                target = folder / f"20bn-something-something-v1/{number}"
                target.parent.mkdir(exist_ok=True)
                target.symlink_to(self.root / "frames")
        text("20bn-something-something-v1/fps", ["12"])
        database = {}
        for number, split in enumerate(12 * ["training"] + 2 * ["validation"]):  # a tenth of them is one
            database[f"video{number}"] = {"subset": split, "duration": 9.6, "annotations": [
                {"segment": [0.0, 9.0], "label": ("Beer pong", "Fun sliding down")[number % 2]}]}
            video(f"ActivityNet/v_video{number}.mp4", "long")
        for split, ids in (("train", range(1, 9)), ("test", range(1, 3))):
            for name in ids:
                video(f"Hollywood2/AVIClips/actioncliptrain{name:05}.avi" if split == "train" else
                      f"Hollywood2/AVIClips/actioncliptest{name:05}.avi", "long")
            for label, shown in (("SitDown", (1, 2, 4, 6, 7)), ("Run", (2, 3, 5, 8))):
                text(f"Hollywood2/ClipSets/{label}_{split}.txt",
                     [f"actionclip{split}{name:05}  {1 if name in shown else -1}" for name in ids])
        text("activity_net.v1-3.min.json", [json.dumps({"version": "VERSION 1.3", "database": database})])
        return folder

    def run(self, line, folder):
        """What is wrong with a line: empty where it runs and writes what it says."""
        for name, stand_in in NAMES.items():
            line = re.sub(rf"\b{name}\b", stand_in, line)
        line = line.replace("--attended M2", "--attended c3d-ucf101").replace("--size 256", f"--size {SIDE + 16}")
        line += " " + (next((added for recipe, added in LEARNS.items() if recipe in line), "") or
                       next((added for begin, added in ADDED.items() if line.startswith(begin)), ""))
        try:
            done = subprocess.run(["bash", "-c", ". pipelines/environment.sh\n" + line], cwd=folder, text=True,
                                  env=self.environment, capture_output=True, timeout=LIMIT_S, stdin=subprocess.DEVNULL)
        except subprocess.TimeoutExpired:
            return f"takes more than {LIMIT_S} s"
        if done.returncode != 0:
            return f"exit status {done.returncode}: {(done.stderr or done.stdout).strip()[-800:]}"
        words = shlex.split(line)
        if "--out" in words and words[1] != "label":
            out = folder / words[words.index("--out") + 1]
            wanted = out / "card.json" if words[1] == "train" else out / "list.csv"
            if not wanted.exists():
                return f"does not write {wanted.relative_to(folder)}"
        if words[1] == "eval" and not re.search(r"top-1|mAP", done.stdout):
            return "tells no figure: " + done.stdout[-300:]
        return ""


def two_stages(miniatures, folder):
    """What is wrong with the proposals of the miniature of THUMOS'14: all its videos move from 0.4 to 1.6 s."""
    def segments_of(video, *options):
        line = f"./fovea label --model B3 --segments --force --out labelled {' '.join(options)} {video}"
        if complaint := miniatures.run(line, folder):
            raise ValueError(complaint)
        results = folder / f"labelled/{pathlib.Path(video).name}.fovea/results.activitynet.json"
        found = next(iter(json.loads(results.read_text())["results"].values()), [])
        return sorted(found, key=lambda one: one["segment"])  # those that end at once come in any order

    figures = json.loads((folder / "B3.eval/segments.json").read_text())["proposals"]
    if not (figures["recall"] == 1 and 0 < figures["proposed"] < figures["windows"] / 2):
        return f"expected the moving windows alone to be proposed, got {figures}"
    test = "THUMOS14/video_test_0000001.mp4"
    try:
        one_stage = segments_of(test)
        found = segments_of(test, "--proposals P")
        if segments_of(test, "--proposals P --proposal-threshold 0") != one_stage:
            return "with a threshold of 0 there are other segments than without a first stage"
        if segments_of(test, "--proposals P --proposal-threshold 1"):
            return "with a threshold of 1 there are segments"
    except ValueError as complaint:
        return str(complaint)
    spans = [tuple(segment["segment"]) for segment in found]
    if not spans or any(end < 0.5 or start > 1.5 for start, end in spans):
        return f"expected segments where it moves alone, got {spans}"
    return ""


# What the bundles of the page say, that its sections promise
PROMISED = {
    "Actor-focused region attention": [("B", "sampling", "mode", "one-shot"), ("B", "sampling", "plan", "uniform")],
    "Focused attention": [("B2", "sampling", "plan", "spread"), ("B2", "decision", "pool", "max"),
                          ("B2", "focus", "kind", "saliency"), ("B3", "focus", "entropy", "paper")],
    "Spatio-temporal attention networks": [("B", "sampling", "plan", "clips"), ("B", "attention", "name", "sta"),
                                           ("B3", "sampling", "plan", "windows"), ("FLOW", "input", "modality", "flow"),
                                           ("MARS", "input", "modality", None), ("MARS", "attention", "name", "sta")],
    "What, where and when to look": [("B", "sampling", "plan", "segments"), ("B", "attention", "name", "w3")],
    "Action classification and highlighting": [("B", "sampling", "plan", "clips"), ("B", "decision", "window", 12),
                                               ("H", "decision", "many_labels", True)],
}


def main():
    source, build = (pathlib.Path(name).resolve() for name in sys.argv[1:3])
    text = (source / "docs/papers.md").read_text()
    miniatures = Miniatures(source, build)
    cases = 0

    def case(name, complaint):
        nonlocal cases
        cases += 1
        print(f"{'not ok' if complaint else 'ok'} {cases} - {name.replace('#', '')}", flush=True)
        if complaint:
            print("  " + complaint.replace("\n", "\n  "), file=sys.stderr, flush=True)

    try:
        for section in re.split(r"^## ", text, flags=re.M)[1:]:
            title = section.splitlines()[0]
            lines = [line for block in blocks(section) for _, line in block if line.startswith("./fovea ")]
            if not lines:
                continue
            folder = miniatures.folder()
            for line in lines:
                case(f"{title}: {line}", miniatures.run(line, folder))
            if title == "Spatio-temporal attention networks":
                case(f"{title}: proposals are of what moves", two_stages(miniatures, folder))
            for bundle, entry, key, value in PROMISED.get(title, []):
                card = folder / bundle / "card.json"
                got = json.loads(card.read_text())[entry].get(key) if card.exists() else "no card"
                case(f"{title}: {bundle} has {entry}.{key} {value}", "" if got == value else f"got {got}")

        helps = "".join(subprocess.run(["./fovea", *words.split(), "--help"], cwd=source, text=True, capture_output=True,
                                       env=miniatures.environment, check=True).stdout
                        for words in ("train backbone", "train head", "extract", "eval", "label"))
        unknown = sorted({option for option in re.findall(r"--[a-z][a-z0-9-]+", text)
                          if not re.search(rf"{option}\b(?!-)", helps)})
        case("every option that the page names is there", " ".join(unknown))
        case("a command that cannot run is found", "" if miniatures.run("./fovea eval --model B --list none", miniatures.root)
             else "not found")
    finally:
        shutil.rmtree(miniatures.root)
    print(f"1..{cases}")


if __name__ == "__main__":
    main()
