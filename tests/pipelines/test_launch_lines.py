#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs every command line of README.md and docs/, each block of lines in a folder of its own.

    test_launch_lines.py SOURCE_ROOT BUILD_ROOT

A line is run as it stands, on short videos of the names it uses, and what it says it writes is
looked for.  NOT_RUN says which lines are not run and why; the options they name must exist.  TAP on
stdout, a case a line.
"""

import contextlib
import json
import os
import pathlib
import re
import shlex
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile

# What a line begins with, and why it is not run
NOT_RUN = {
    "./fovea demo": "builds, and fetches the sample clip over the network",
    "./fovea test": "builds, and runs this test",
    "./fovea adapt": "needs verdicts; tests/service/test_watch.py gives some",
    "./fovea watch": "runs until it is stopped; tests/service does both",
    "meson setup build": "builds",
    "meson test": "runs this test",
    **{f"./fovea {word} --list {data}": "a published data set; test_papers.py runs it on a miniature"
       for word, data in (("train backbone", "breakfast"), ("train backbone", "Charades"), ("train backbone", "ucfTrainTestlist"),
                          ("train backbone", "testTrainMulti"), ("train backbone", "annotation"), ("train backbone", "something"),
                          ("extract", "activity_net"), ("extract", "Hollywood2"))},
    **{f"./fovea eval --model {model}": "after the line before it" for model in ("B", "MARS", "H ")},
    "./fovea extract --list clips.csv --stretches": "a network of the reader's own",
    **{f"./fovea train head --features {folder} ": "after the line before it" for folder in ("F", "V", "HF")},
    **{f"./fovea label --model {rest}": "after the line before it" for rest in ("B --summary", "B3 --proposals")},
    "./fovea models calibrate": "minutes, with a model that passes",
    "./fovea bench i3d": "minutes; a benchmark of the build runs it small",
    "./fovea bench stream": "minutes; a benchmark of the build runs it small",
    "./fovea bench pipeline": "minutes",
    "./fovea bench train": "minutes",
    "./fovea bench detect": "needs the detector's weights",
    "python3 tests/bench/bench_training.py": "minutes, and needs python3-torch",
    "pipelines/ablation.sh": "hours",
    "pipelines/papers.sh": "hours",
    "pipelines/train-watch.sh": "hours",
}

# What is added to a line so that it takes seconds
ADDED = {
    "./fovea train head --features features/": "--epochs 2",
    "./fovea train backbone --list clips.csv --model watch": "--epochs 1 --regions full --head region-mean",
}

# Words that stand for the reader's own; with the 64 timesteps of a plan 10 regions are 640 clips of two networks
NAMES = {"VIDEO": "talk.mp4", "total-frames=N": "total-frames=75 timesteps=4"}

WRITES = {"--video": "labelled.mp4", "--summary": "summary.mp4"}  # beside results.jsonl, by `fovea label`

LIMIT_S = 600  # of a line: one that hangs
OF_THE_SCRIPT = ("demo", "test", "build", "--demo")  # words that do not go to the built command


def blocks(text):
    """The blocks of commands of a page of Markdown: lists of (number, command line)."""
    found, block, fence, before, is_shell = [], None, False, "", True
    for number, line in enumerate(text.splitlines(), 1):
        indented = line.startswith("    ") and line.strip()
        if line.startswith("```"):
            fence = not fence
            is_shell = line in ("```", "```sh")
            block = None
        elif fence and not is_shell:
            block = None
        elif fence or (indented and (block is not None or not before.strip())):
            if block is None:
                block = []
                found.append(block)
            block.append((number, line if fence else line[4:]))
        else:
            block = None
        before = line
    return [joined for joined in map(commands, found) if joined]


def commands(block):
    """Command lines of a block: continued lines joined, comments left out."""
    lines, start, text = [], None, ""
    for number, line in block:
        start = start or number
        text += re.sub(r"(^|\s)#.*$", "", line).rstrip()  # as bash, but for quoted ones
        if text.endswith("\\"):
            text = text[:-1] + " "
            continue
        if text.strip():
            lines.append((start, text.strip()))
        start, text = None, ""
    return lines


def rule(table, line):
    """The entry of the table that a line begins with, the longest."""
    return max((begin for begin in table if line.startswith(begin)), key=len, default=None)


def lines_in(queue):
    """How many lines wait in a queue on disk."""
    with contextlib.closing(sqlite3.connect(queue)) as database:
        return database.execute("SELECT COUNT(*) FROM line").fetchone()[0]


class Bench:
    """The built command and elements, and folders to run lines in."""

    def __init__(self, source, build):
        self.source = source
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="fovea-lines-"))
        self.environment = dict(os.environ, FOVEA_BUILD=str(build))
        self.helps = {}
        ball = ("gst-launch-1.0 -q videotestsrc pattern=ball num-buffers=75 ! video/x-raw,format=I420,width=320,"
                "height=240,framerate=30/1 ! ")
        self.run(ball + "jpegenc ! avimux ! filesink location=vtest.avi", self.root)
        self.run(ball + "x264enc key-int-max=30 speed-preset=ultrafast ! h264parse ! mp4mux ! filesink location=talk.mp4",
                 self.root)

    def run(self, line, folder):
        """Runs a line of bash to its end: exit status, stdout, stderr. What it started ends with it."""
        environment = dict(self.environment, XDG_STATE_HOME=str(folder / "state"))
        process = subprocess.Popen(["bash", "-c", line], cwd=folder, env=environment, text=True, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
        try:
            out, err = process.communicate(timeout=LIMIT_S)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            return None, "", f"takes more than {LIMIT_S} s"
        return process.returncode, out, err

    def folder(self):
        """A fresh folder that looks like a clone after `./fovea demo`, with clips of one's own."""
        folder = pathlib.Path(tempfile.mkdtemp(dir=self.root))
        for name in ("fovea", "pipelines", "models", "tests"):
            (folder / name).symlink_to(self.source / name)
        (folder / "demo").mkdir()
        shutil.copy(self.root / "vtest.avi", folder / "demo")
        shutil.copy(self.root / "talk.mp4", folder)
        (folder / "clips").mkdir()
        rows = ["path,label,group,split"]
        for number, split in enumerate(["train"] * 4 + ["validation"] * 2 + ["test"] * 2):
            shutil.copy(self.root / "talk.mp4", folder / f"clips/{number}.mp4")
            rows.append(f"clips/{number}.mp4,{('still', 'moving')[number % 2]},{number},{split}")
        (folder / "clips.csv").write_text("\n".join(rows) + "\n")
        return folder

    def complaint(self, line, folder):
        """What is wrong with a line: empty if it runs and writes what it says."""
        for name, stand_in in NAMES.items():
            line = re.sub(rf"\b{name}\b", stand_in, line)
        added = rule(ADDED, line)
        line += " " + ADDED[added] if added else ""
        status, out, err = self.run(". pipelines/environment.sh\n" + line, folder)
        if status != 0:
            return f"exit status {status}: {(err or out).strip()[-600:]}"
        return self.unkept(line, out, folder)

    def unkept(self, line, out, folder):
        """What a line that ran promised and did not do."""
        words = shlex.split(line)
        files = [folder / name for name in re.findall(r"(?:filesink|foveadump) location=(\S+)", line)]
        files += [folder / words[index + 1] for index, word in enumerate(words) if word == "--out"]
        if words[:2] == ["./fovea", "label"] and "--print-pipeline" not in words:
            videos = [name for word in words if word.endswith((".mp4", ".avi")) for name in folder.glob(word)]
            for video in videos:
                results = video.with_name(video.name + ".fovea")
                files += [results / "results.jsonl"] + [results / WRITES[word] for word in words if word in WRITES]
        for file in files:
            if not file.exists() or (file.stat().st_size == 0 if file.is_file() else not any(file.iterdir())):
                return f"does not write {file.relative_to(folder)}"
        if " -m " in line and "foveaattention" in line and "fovea-activity" not in out:
            return "posts no fovea-activity on the bus"
        if re.search(r"foveapublish uri=(mqtt|kafka|http)", line):
            # nobody listens here: what was published waits on disk
            if not any(map(lines_in, folder.glob("state/fovea/spool/*.db"))):
                return "publishes nothing"
        elif "foveapublish" in line:
            lines = [json.loads(text) for text in out.splitlines() if text.startswith("{")]
            if not any("activity" in result for result in lines):
                return "publishes no activity"
        return ""

    def unknown_options(self, line):
        """Options of a line of ./fovea that its help does not know."""
        words = line.split()
        if words[1] in OF_THE_SCRIPT:
            return []
        depth = 2 if words[1] in ("train", "models") else 1
        command = " ".join(words[1:1 + depth])
        if command not in self.helps:
            self.helps[command] = self.run(f"./fovea {command} --help", self.source)[1]
        options = [option for word in words for option in re.findall(r"^(--[a-z0-9-]+)", word)]
        return [option for option in options if option not in OF_THE_SCRIPT and not re.search(rf"{option}\b(?!-)", self.helps[command])]


def main():
    source, build = (pathlib.Path(name).resolve() for name in sys.argv[1:3])
    pages = [source / "README.md"] + sorted((source / "docs").glob("*.md"))
    bench = Bench(source, build)
    cases = 0
    used = set()

    def case(name, complaint):
        nonlocal cases
        cases += 1
        print(f"{'not ok' if complaint else 'ok'} {cases} - {name.replace('#', '')}", flush=True)
        if complaint:
            print("  " + complaint.replace("\n", "\n  "), file=sys.stderr, flush=True)

    try:
        for page in pages:
            name = page.relative_to(source)
            text = page.read_text()
            for block in blocks(text):
                folder = bench.folder()
                for number, line in block:
                    used |= {rule(NOT_RUN, line), rule(ADDED, line)}
                    if line.startswith("./fovea ") and (unknown := bench.unknown_options(line)):
                        case(f"{name}:{number}: {line[:60]}", f"unknown options: {' '.join(unknown)}")
                    elif not rule(NOT_RUN, line):
                        case(f"{name}:{number}: {line[:60]}", bench.complaint(line, folder))
            unknown = {option for line in re.findall(r"`(\./fovea [a-z][^`]*)`", text) for option in
                       bench.unknown_options(line)}
            case(f"{name}: options named in its sentences", f"unknown: {' '.join(unknown)}" if unknown else "")

        unused = (set(NOT_RUN) | set(ADDED)) - used
        case("every entry of this test's tables has its line", "\n".join(unused))
        # This test can fail
        folder = bench.folder()
        start = "gst-launch-1.0 -m videotestsrc num-buffers=5 ! "
        case("a line of a wrong property is found",
             "" if "exit status" in bench.complaint(start + "foveagrid grids=3 ! fakesink", folder) else "not found")
        case("a line that says nothing of what was done is found",
             "" if "fovea-activity" in bench.complaint(start + "foveagrid ! foveaattention ! fakesink", folder) else "not found")
        case("an option that is not there is found",
             "" if bench.unknown_options("./fovea label --formats vtt") == ["--formats"] else "not found")
        page = "```sh\n# a\nx \\\n  y # z\n```\n\n    u  # v\n```toml\nw = 1\n```\n"
        case("lines are taken from fenced and indented blocks of commands, joined, without comments",
             "" if blocks(page) == [[(3, "x    y")], [(7, "u")]] else "not so: " + str(blocks(page)))
    finally:
        shutil.rmtree(bench.root)
    print(f"1..{cases}")


if __name__ == "__main__":
    main()
