// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "naive_attention.h"

namespace {

using namespace fovea_test;

TEST(Cbam, IsWhatNaiveLoopsCompute)
{
    const auto module = filled(options_of("cbam"), 32, {3, 5, 6});
    const at::Tensor x = named_numbers::input("input/cbam", {1, 32, 3, 5, 6});
    const at::NoGradGuard no_grad;
    Values expected(x.clone());
    scale_channels(expected, naive_channels(*module, expected));
    Values where =
        naive_planes(naive_summary(expected, false), parameter(*module, "spatial.weight"), 0);
    const auto buffers = module->named_buffers();
    const double mean = buffers["spatial_bn.running_mean"].item<double>();
    const double scale = parameter(*module, "spatial_bn.weight").at({0}) /
                         std::sqrt(buffers["spatial_bn.running_var"].item<double>() + 1e-5);
    scale_positions(expected, naive_sigmoid({(where.tensor() - mean) * scale +
                                             parameter(*module, "spatial_bn.bias").at({0})}));
    expect_near(module->forward(x, nullptr), expected);
}

} // namespace
