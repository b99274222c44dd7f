# SPDX-License-Identifier: MIT
"""Writes I3D with weights of chance as ONNX, for against_onnxruntime.mjs.

    python3 tests/bench/export_i3d.py i3d.onnx

Needs PyTorch (Debian: python3-torch). The layers are those of Carreira and Zisserman (CVPR 2017,
figure 3), padded as TensorFlow's SAME; a clip is 1 x 3 x 64 x 224 x 224, a row 1024 values.
"""
import sys

import torch
import torch.nn as nn
import torch.nn.functional as F


def same(size, kernel, stride):
    """Zeros before and after, so that ceil(size / stride) values come out"""
    missing = max((-(-size // stride) - 1) * stride + kernel - size, 0)
    return missing // 2, missing - missing // 2


def padded(x, kernel, stride):
    sides = [same(int(size), k, s) for size, k, s in zip(x.shape[2:], kernel, stride)]
    return F.pad(x, [zeros for side in reversed(sides) for zeros in side])


class Unit(nn.Module):
    def __init__(self, c_in, c_out, kernel=1, stride=1):
        super().__init__()
        self.kernel, self.stride = (kernel,) * 3, (stride,) * 3
        self.conv = nn.Conv3d(c_in, c_out, kernel, stride, bias=False)
        self.norm = nn.BatchNorm3d(c_out, eps=1e-3)

    def forward(self, x):
        return F.relu(self.norm(self.conv(padded(x, self.kernel, self.stride))))


class Pool(nn.Module):
    def __init__(self, kernel, stride):
        super().__init__()
        self.kernel, self.stride = kernel, stride

    def forward(self, x):
        return F.max_pool3d(padded(x, self.kernel, self.stride), self.kernel, self.stride)


class Mixed(nn.Module):
    def __init__(self, c_in, one, reduce3, three, reduce5, five, pooled):
        super().__init__()
        self.branches = nn.ModuleList([
            Unit(c_in, one),
            nn.Sequential(Unit(c_in, reduce3), Unit(reduce3, three, 3)),
            nn.Sequential(Unit(c_in, reduce5), Unit(reduce5, five, 3)),
            nn.Sequential(Pool((3, 3, 3), (1, 1, 1)), Unit(c_in, pooled))])

    def forward(self, x):
        return torch.cat([branch(x) for branch in self.branches], 1)


def i3d():
    return nn.Sequential(
        Unit(3, 64, 7, 2), Pool((1, 3, 3), (1, 2, 2)),
        Unit(64, 64), Unit(64, 192, 3), Pool((1, 3, 3), (1, 2, 2)),
        Mixed(192, 64, 96, 128, 16, 32, 32), Mixed(256, 128, 128, 192, 32, 96, 64),
        Pool((3, 3, 3), (2, 2, 2)),
        Mixed(480, 192, 96, 208, 16, 48, 64), Mixed(512, 160, 112, 224, 24, 64, 64),
        Mixed(512, 128, 128, 256, 24, 64, 64), Mixed(512, 112, 144, 288, 32, 64, 64),
        Mixed(528, 256, 160, 320, 32, 128, 128), Pool((2, 2, 2), (2, 2, 2)),
        Mixed(832, 256, 160, 320, 32, 128, 128), Mixed(832, 384, 192, 384, 48, 128, 128),
        nn.AvgPool3d((2, 7, 7), 1))


torch.onnx.export(i3d().eval(), torch.zeros(1, 3, 64, 224, 224), sys.argv[1], opset_version=13,
                  input_names=["clip"], output_names=["rows"])
