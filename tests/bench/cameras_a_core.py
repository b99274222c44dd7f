# SPDX-License-Identifier: MIT
"""How much of a core a camera takes that `fovea watch` looks at, by detector and frame rate.

    python3 tests/bench/cameras_a_core.py build/pipelines/cli/fovea VIDEO [--cameras N] [--seconds S]
        [--fps FPS...] [--detector NAME...] [--model NAME]

VIDEO is encoded anew as a camera sends it: 640x360, H.264 at 1 Mbit/s, a key frame a second, and looped by
N cameras at once (GStreamer's x264enc; Debian: gstreamer1.0-plugins-ugly). Without --seconds it is looked
at for 40 s behind the first 15. Prints a JSON line a run: processor time over wall time and cameras (all that
a watch does: decoding, persons, network, picture checks, recording), cameras a core, frames that the
detector or the network left out.
"""
import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request

WARM_UP_S = 15
TICKS = os.sysconf("SC_CLK_TCK")


def as_camera(video, fps, out):
    """VIDEO with its frames as they are, FPS of them a second"""
    frames = subprocess.Popen(["gst-launch-1.0", "-q", "filesrc", f"location={video}", "!", "decodebin", "!", "videoconvert",
                               "!", "videoscale", "!",
                               "video/x-raw,format=I420,width=640,height=360,pixel-aspect-ratio=1/1", "!", "fdsink"],
                              stdout=subprocess.PIPE)
    subprocess.run(["gst-launch-1.0", "-q", "fdsrc", "!", "rawvideoparse", "width=640", "height=360", "format=i420",
                    f"framerate={fps}/1", "!", "x264enc", "bitrate=1000", f"key-int-max={fps}", "bframes=0",
                    "speed-preset=fast", "!", "h264parse", "!", "mp4mux", "!", "filesink", f"location={out}"],
                   stdin=frames.stdout, check=True)
    frames.stdout.close()
    if frames.wait() != 0:
        sys.exit(f"{video}: not decoded")


def processor_seconds(process):
    """Of all its threads"""
    with open(f"/proc/{process}/stat") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def dropped(page):
    lines = urllib.request.urlopen(page + "/metrics").read().decode().splitlines()
    return sum(float(line.split()[-1]) for line in lines if line.startswith("fovea_camera_dropped_frames_total"))


def watch(command, video, cameras, detector, model, seconds):
    with tempfile.TemporaryDirectory() as folder:
        config = os.path.join(folder, "cameras.toml")
        with open(config, "w") as file:
            file.write(f'folder = "{folder}/out"\nmodel = "{model}"\ndetector = "{detector}"\n[page]\nport = 0\n')
            for camera in range(cameras):
                file.write(f'[[camera]]\nname = "camera{camera}"\nuri = "{video}"\n')
        process = subprocess.Popen([command, "watch", "--config", config], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                                   text=True)
        page = ""
        for line in process.stderr:
            if "http://" in line:
                page = line[line.index("http://"):].split()[0].rstrip("/").split("?")[0]
                break
        if not page:
            sys.exit(f"{command} watch ended with {process.wait()}")
        time.sleep(WARM_UP_S)
        before, lost, began = processor_seconds(process.pid), dropped(page), time.monotonic()
        time.sleep(seconds)
        used = (processor_seconds(process.pid) - before) / (time.monotonic() - began)
        lost = dropped(page) - lost
        process.send_signal(signal.SIGTERM)
        process.communicate()
    return {"cores_a_camera": round(used / cameras, 4), "cameras_a_core": round(cameras / used, 1), "dropped_frames": int(lost)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command")
    parser.add_argument("video")
    parser.add_argument("--cameras", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=40)
    parser.add_argument("--fps", type=int, nargs="+", default=[15])
    parser.add_argument("--detector", nargs="+", default=["yolo-fastest-1.1-xl"])
    parser.add_argument("--model", default="watch")
    options = parser.parse_args()
    for fps in options.fps:
        with tempfile.TemporaryDirectory() as folder:
            camera = os.path.join(folder, "camera.mp4")
            as_camera(options.video, fps, camera)
            for detector in options.detector:
                run = {"model": options.model, "detector": detector, "fps": fps, "cameras": options.cameras}
                run.update(watch(options.command, camera, options.cameras, detector, options.model, options.seconds))
                print(json.dumps(run), flush=True)


if __name__ == "__main__":
    main()
