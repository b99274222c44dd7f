// SPDX-License-Identifier: MIT
#include "fovea/store/tensors/feature_file.h"
#include "targets.h"

void fuzz_feature_file(std::string_view input)
{
    const std::string file = as_file(input, "features.pt");
    expect_read_or_refused([&] { fovea::read_feature_file(file); });
}
