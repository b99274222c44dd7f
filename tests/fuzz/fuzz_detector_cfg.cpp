// SPDX-License-Identifier: MIT
#include "fovea/detect/darknet_cfg.h"
#include "targets.h"

void fuzz_detector_cfg(std::string_view input)
{
    expect_read_or_refused([&] { fovea::read_darknet_cfg(input, {320, 320}); });
}
