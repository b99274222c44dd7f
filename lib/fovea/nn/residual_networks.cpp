// SPDX-License-Identifier: MIT
#include "fovea/nn/residual_networks.h"

namespace fovea::nn {

namespace {

using Block = ResidualOptions::Block;

constexpr std::array<int, 4> depth18 = {2, 2, 2, 2};
constexpr std::array<int, 4> depth50 = {3, 4, 6, 3};
constexpr std::array<int, 4> depth101 = {3, 4, 23, 3};
constexpr std::array<int, 4> depth152 = {3, 8, 36, 3};

const PoolOptions cube_pool = {{3, 3, 3}, {2, 2, 2}, {1, 1, 1}};
const PoolOptions plane_pool = {{1, 3, 3}, {1, 2, 2}, {0, 1, 1}};

/** \brief Two operations a multiply-add of a clip of \a frames frames, side x side, over its pixels */
constexpr double per_pixel(double gmac, double frames, double side)
{
    return 2e9 * gmac / (frames * side * side);
}

/** Sigurdsson et al.'s inflated ResNet-50 (gsig/PyVideoResearch), as in Focused Attention */
ResidualOptions resnet50_i3d()
{
    ResidualOptions options;
    options.name = "resnet50-i3d";
    options.blocks = depth50;
    options.stem_kernel = {5, 7, 7};
    options.stem_stride = {2, 2, 2};
    options.stem_pool = cube_pool;
    options.pools[0] = {{3, 1, 1}, {2, 1, 1}, {1, 0, 0}};
    options.first_kernel = {3, 1, 1};
    options.middle_kernel = {1, 3, 3};
    options.stride = {1, 2, 2};
    options.norm = {1e-3, 0.01};
    options.kind = ResidualOptions::Classifier::Windows;
    options.dropout = 0.5;
    options.flops_per_pixel = per_pixel(72.831, 64, 224);
    return options;
}

/** Hara et al., Can Spatiotemporal 3D CNNs Retrace the History of 2D CNNs and ImageNet?, CVPR 2018 */
ResidualOptions resnet3d(const std::string &name, Block block, const std::array<int, 4> &blocks)
{
    ResidualOptions options;
    options.name = name;
    options.block = block;
    options.blocks = blocks;
    options.expansion = block == Block::Basic ? 1 : 4;
    options.stem_kernel = {7, 7, 7};
    options.stem_stride = {1, 2, 2};
    options.stem_pool = cube_pool;
    return options;
}

ResidualOptions resnet18_3d()
{
    ResidualOptions options = resnet3d("resnet18-3d", Block::Basic, depth18);
    options.flops_per_pixel = per_pixel(8.3078, 16, 112);
    return options;
}

ResidualOptions resnet152_3d()
{
    ResidualOptions options = resnet3d("resnet152-3d", Block::Bottleneck, depth152);
    options.flops_per_pixel = per_pixel(18.610, 16, 112);
    return options;
}

ResidualOptions resnext101_3d()
{
    ResidualOptions options = resnet3d("resnext101-3d", Block::Bottleneck, depth101);
    options.widths = {128, 256, 512, 1024};
    options.expansion = 2;
    options.groups = 32;
    options.flops_per_pixel = per_pixel(38.268, 64, 112);
    return options;
}

/** Qiu et al., Learning Spatio-Temporal Representation with Pseudo-3D Residual Networks, ICCV 2017 */
ResidualOptions p3d199()
{
    ResidualOptions options;
    options.name = "p3d199";
    options.block = Block::Pseudo3d;
    options.blocks = depth152;
    options.stem_name = "conv1_custom";
    options.stem_kernel = {1, 7, 7};
    options.stem_stride = {1, 2, 2};
    options.stem_pool = {{2, 3, 3}, {2, 2, 2}, {0, 1, 1}};
    options.pools.fill({{2, 1, 1}, {2, 1, 1}, {0, 0, 0}});
    options.stride = {1, 2, 2};
    options.attention_after_stage = true;
    options.dropout = 0.5;
    options.flops_per_pixel = per_pixel(18.403, 16, 160);
    return options;
}

/** A network of images, frame by frame, that mixes over time before the blocks */
ResidualOptions mixed_resnet50(const std::string &name, TemporalMixing mixing)
{
    ResidualOptions options;
    options.name = name;
    options.blocks = depth50;
    options.stem_kernel = {1, 7, 7};
    options.stem_stride = {1, 2, 2};
    options.stem_pool = plane_pool;
    options.middle_kernel = {1, 3, 3};
    options.stride = {1, 2, 2};
    options.flat = true;
    options.mixing = mixing;
    options.dropout = 0.5;
    options.flops_per_pixel = per_pixel(32.697, 8, 224);
    return options;
}

ResidualOptions tsm_resnet50()
{
    ResidualOptions options = mixed_resnet50("tsm-resnet50", TemporalMixing::Shift);
    options.root = "base_model";
    options.classifier = "new_fc";
    return options;
}

/** Chen et al., Deep Analysis of CNN-based Spatio-temporal Representations, CVPR 2021 */
ResidualOptions i3d_resnet18()
{
    ResidualOptions options;
    options.name = "i3d-resnet18";
    options.block = Block::Basic;
    options.blocks = depth18;
    options.expansion = 1;
    options.stem_kernel = {3, 7, 7};
    options.stem_stride = {1, 2, 2};
    options.stem_pool = plane_pool;
    options.dropout = 0.5;
    options.flops_per_pixel = per_pixel(89.890, 32, 224);
    return options;
}

} // namespace

const std::vector<ResidualOptions> &residual_networks()
{
    static const std::vector<ResidualOptions> networks = {
        resnet50_i3d(), resnext101_3d(),
        resnet18_3d(),  resnet152_3d(),
        p3d199(),       tsm_resnet50(),
        i3d_resnet18(), mixed_resnet50("tam-resnet50", TemporalMixing::Aggregation),
    };
    return networks;
}

} // namespace fovea::nn
