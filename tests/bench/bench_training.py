# SPDX-License-Identifier: MIT
"""A training step of the compact network: Fovea's trainer against PyTorch, in turns.

    python3 tests/bench/bench_training.py build/pipelines/cli/fovea [THREADS]

Needs PyTorch (Debian: python3-torch). Same layers, batch, loss and optimiser; minima of 5 runs.
"""
import json
import subprocess
import sys
import time

import torch
import torch.nn.functional as F

from compact_network import Compact

BATCH, STEPS, ROUNDS = 16, 10, 5


def python_ms(network, optimiser, average):
    clip = torch.rand(3, 17, 96, 96)
    start = time.perf_counter()
    for _ in range(STEPS):
        clips = torch.stack([clip] * BATCH)  # as a loader does
        other, share = clips[torch.randperm(BATCH)], float(torch.rand(()))
        clips = share * clips + (1 - share) * other  # mixup
        targets = torch.full((BATCH, 2), 0.5)
        optimiser.zero_grad()
        F.cross_entropy(network(clips), targets, label_smoothing=0.1).backward()
        optimiser.step()
        with torch.no_grad():
            for kept, value in zip(average.parameters(), network.parameters()):
                kept.mul_(0.98).add_(value, alpha=0.02)
    return 1000 * (time.perf_counter() - start) / STEPS


def main():
    command = sys.argv[1]
    threads = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    torch.set_num_threads(threads)
    network, average = Compact().train(), Compact()
    optimiser = torch.optim.AdamW(network.parameters(), lr=3e-3, weight_decay=0.02)
    ours, theirs = [], []
    for _ in range(ROUNDS):
        words = [command, "bench", "train", "--rounds", "1", "--threads", str(threads)]
        found = json.loads(subprocess.run(words, check=True, capture_output=True).stdout)
        ours.append(found["backbone"]["min_ms_per_step"])
        theirs.append(python_ms(network, optimiser, average))
    print(json.dumps({"threads": threads, "fovea_ms": min(ours), "pytorch_ms": min(theirs),
                      "times_as_fast": min(theirs) / min(ours)}))


main()
