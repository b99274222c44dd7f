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
import torch.nn as nn
import torch.nn.functional as F

BATCH, STEPS, ROUNDS = 16, 10, 5


def conv(c_in, c_out, kernel, stride=1, groups=1):
    padding = tuple(k // 2 for k in kernel)
    return nn.Conv3d(c_in, c_out, kernel, stride, padding, groups=groups, bias=False)


class Block(nn.Module):
    def __init__(self, c_in, c_out, pool_time):
        super().__init__()
        self.spatial1, self.bn1 = conv(c_in, c_out, (1, 3, 3), (1, 2, 2)), nn.BatchNorm3d(c_out)
        self.spatial2, self.bn2 = conv(c_out, c_out, (1, 3, 3)), nn.BatchNorm3d(c_out)
        self.shortcut, self.shortcut_bn = conv(c_in, c_out, (1, 1, 1)), nn.BatchNorm3d(c_out)
        self.temporal = conv(c_out, c_out, (3, 1, 1), groups=c_out)
        self.temporal_bn = nn.BatchNorm3d(c_out)
        self.pool_time = pool_time

    def forward(self, x):
        skip = self.shortcut_bn(self.shortcut(F.avg_pool3d(x, (1, 2, 2))))
        x = F.relu(self.bn2(self.spatial2(F.relu(self.bn1(self.spatial1(x))))) + skip)
        x = F.relu(x + self.temporal_bn(self.temporal(x)))
        return F.max_pool3d(x, (2, 1, 1)) if self.pool_time else x


class Compact(nn.Module):
    def __init__(self, classes=2, widths=(16, 32, 64, 128)):
        super().__init__()
        self.stem, self.stem_bn = conv(3, widths[0], (1, 3, 3), (1, 2, 2)), nn.BatchNorm3d(widths[0])
        self.blocks = nn.ModuleList(
            Block(a, b, i > 0) for i, (a, b) in enumerate(zip(widths, widths[1:])))
        self.fc = nn.Linear(widths[-1], classes)

    def forward(self, rgb):
        x = F.relu(self.stem_bn(self.stem(6 * (rgb[:, :, 1:] - rgb[:, :, :-1]))))
        for block in self.blocks:
            x = block(x)
        return self.fc(F.dropout(x.mean((2, 3, 4)), training=self.training))


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
