// SPDX-License-Identifier: MIT
#include "fovea/nn/kernel_window.h"

#include <algorithm>

namespace fovea::nn {

SamePadding::SamePadding(const Size3 &size, const Size3 &kernel, const Size3 &stride)
{
    for (std::size_t i = 0; i < size.size(); ++i) {
        const std::int64_t rest = size[i] % stride[i];
        const std::int64_t covered = rest == 0 ? stride[i] : rest;
        const std::int64_t total = std::max<std::int64_t>(kernel[i] - covered, 0);
        before[i] = total / 2;
        after[i] = total - before[i];
    }
}

Padding KernelWindow::padding(const Size3 &size) const
{
    return same ? SamePadding(size, kernel, stride) : fixed;
}

Size3 KernelWindow::outputs(const Size3 &size, const Padding &padding) const
{
    Size3 count = {};
    for (std::size_t i = 0; i < size.size(); ++i) {
        const std::int64_t room = size[i] + padding.before[i] + padding.after[i] - kernel[i];
        count[i] = room < 0 ? 0 : room / stride[i] + 1;
    }
    return count;
}

std::string clip_text(const Size3 &clip)
{
    return std::to_string(clip[0]) + " frames of " + std::to_string(clip[2]) + " x " +
           std::to_string(clip[1]);
}

} // namespace fovea::nn
