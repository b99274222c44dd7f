# SPDX-License-Identifier: MIT
"""`fovea label` against a plain loop of OpenCV and PyTorch, in turns on one video.

    python3 tests/bench/against_python.py build/pipelines/cli/fovea VIDEO DETECTOR.cfg DETECTOR.weights

Needs OpenCV and PyTorch for Python (Debian: python3-opencv, python3-torch). Both decode the whole
video, look at 7.5 frames a second, detect persons in every second of those, and give every eight
frames a window of 17 to the compact network: the whole frame and the square around all persons.
The loop is what one writes with the libraries' own calls. Prints the wall time of each (minimum of
the rounds), their ratio, what decoding alone takes and how often each part of the loop ran.
"""
import json
import shutil
import subprocess
import sys
import tempfile
import time

import cv2
import numpy
import torch

from compact_network import Compact

ROUNDS = 3
RATE, FRAMES, HOP, SIDE, REACH_S, MARGIN = 7.5, 17, 8, 96, 2.2, 1.15


def square_around(boxes, width, height):
    """The square of all boxes, MARGIN larger; the whole frame without a box"""
    if not boxes:
        return 0, 0, width, height
    left, top = min(b[0] for b in boxes), min(b[1] for b in boxes)
    right, bottom = max(b[0] + b[2] for b in boxes), max(b[1] + b[3] for b in boxes)
    side = max(right - left, bottom - top) * MARGIN
    x, y = (left + right - side) / 2, (top + bottom - side) / 2
    left, top = int(max(0, x)), int(max(0, y))
    return left, top, int(min(width, x + side)) - left, int(min(height, y + side)) - top


def seen(frame):
    return cv2.resize(cv2.cvtColor(frame, cv2.COLOR_BGR2RGB), (SIDE, SIDE), interpolation=cv2.INTER_AREA)


def label_in_python(video, detector, network):
    counts = {"frames": 0, "detections": 0, "windows": 0}
    capture = cv2.VideoCapture(video)
    step = (capture.get(cv2.CAP_PROP_FPS) or 25) / RATE
    kept, found, looked_at = [], [], 0
    while True:
        there, frame = capture.read()
        if not there:
            break
        number, counts["frames"] = counts["frames"], counts["frames"] + 1
        if number < looked_at * step:
            continue
        looked_at += 1
        height, width = frame.shape[:2]
        if looked_at % 2:
            classes, _, boxes = detector.detect(frame, 0.5, 0.45)
            found.append((looked_at, [box for kind, box in zip(classes, boxes) if kind == 0]))
            counts["detections"] += 1
        kept = (kept + [frame])[-FRAMES:]
        if len(kept) == FRAMES and (looked_at - FRAMES) % HOP == 0:
            found = [one for one in found if one[0] > looked_at - REACH_S * RATE]
            x, y, w, h = square_around([box for _, boxes in found for box in boxes], width, height)
            clips = [[seen(one) for one in kept], [seen(one[y:y + h, x:x + w]) for one in kept]]
            with torch.no_grad():
                batch = torch.from_numpy(numpy.array(clips)).permute(0, 4, 1, 2, 3).float() / 255
                network(batch).softmax(1).mean(0)
            counts["windows"] += 1
    return counts


def decode_only(video):
    capture = cv2.VideoCapture(video)
    while capture.grab():
        pass


def label_by_fovea(command, video):
    out = tempfile.mkdtemp()
    try:
        subprocess.run([command, "label", "--force", "--out", out, video], check=True, capture_output=True)
    finally:
        shutil.rmtree(out)


def seconds(work):
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main():
    command, video, cfg, weights = sys.argv[1:5]
    detector = cv2.dnn_DetectionModel(weights, cfg)
    detector.setInputParams(1 / 255, (320, 320), swapRB=True)
    network = Compact(classes=3).eval()
    counts = label_in_python(video, detector, network)  # once untimed, as Fovea's
    label_by_fovea(command, video)
    ours, theirs, decoding = [], [], []
    for _ in range(ROUNDS):
        ours.append(seconds(lambda: label_by_fovea(command, video)))
        theirs.append(seconds(lambda: label_in_python(video, detector, network)))
        decoding.append(seconds(lambda: decode_only(video)))
    print(json.dumps({"fovea_s": min(ours), "python_s": min(theirs), "decoding_s": min(decoding),
                      "times_as_fast": min(theirs) / min(ours), "loop": counts}))


main()
