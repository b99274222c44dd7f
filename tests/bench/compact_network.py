# SPDX-License-Identifier: MIT
"""The compact network (`watch`) as one writes it in PyTorch: what Fovea is timed against."""
import torch.nn as nn
import torch.nn.functional as F


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
