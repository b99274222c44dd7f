# SPDX-License-Identifier: MIT
"""What a gate on regions saves, and what it costs: processor time against top-1 on test clips.

    python3 tests/bench/bench_attention_gate.py build/pipelines/cli/fovea LIST [REGIONS [GATE...]]

LIST: labelled clips with a split 'test', as of `fovea train backbone`. REGIONS: as of `fovea eval`
(full,3x3,actor). GATE: shares of an equal part of the attention (0 0.5 0.9). Decoding and person
detection are the same in all runs and are in the time.
"""
import os
import re
import subprocess
import sys
import tempfile


def evaluate(command, clips, regions, gate):
    with tempfile.TemporaryDirectory() as folder:
        line = [command, "eval", "--list", clips, "--regions", regions, "--gate", str(gate),
                "--threads", "1", "--out", folder]
        before = os.times()
        run = subprocess.run(line, capture_output=True, text=True)
        after = os.times()
    if run.returncode != 0:
        sys.exit(run.stderr)
    accuracies = re.findall(r"top-1 +([0-9.]+) %", run.stdout)
    seconds = (after.children_user + after.children_system
               - before.children_user - before.children_system)
    return seconds, accuracies


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    command, clips = sys.argv[1:3]
    regions = sys.argv[3] if len(sys.argv) > 3 else "full,3x3,actor"
    gates = [float(gate) for gate in sys.argv[4:]] or [0, 0.5, 0.9]
    first = None
    print("gate  processor time   share  top-1 (mean of windows, strongest event)")
    for gate in gates:
        seconds, accuracies = evaluate(command, clips, regions, gate)
        first = first or seconds
        print(f"{gate:4.2f}  {seconds:12.1f} s  {seconds / first:5.2f}   "
              f"{' %, '.join(accuracies)} %", flush=True)


main()
