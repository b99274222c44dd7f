// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <string>
#include <vector>

#include <ATen/ATen.h>
#include <torch/nn/module.h>

/** \brief The network `eco` a second time, by nothing but LibTorch's functions */
class SecondEco
{
public:
    explicit SecondEco(torch::nn::Module &network)
    {
        for (const auto &entry : network.named_parameters())
            values_[entry.key()] = entry.value().detach();
        for (const auto &entry : network.named_buffers())
            values_[entry.key()] = entry.value();
    }

    /** \param clips [N, 3, T, H, W] */
    at::Tensor logits(const at::Tensor &clips) const
    {
        return at::linear(map(clips, /*but_last=*/false).mean({2, 3, 4}), values_.at("fc.weight"),
                          values_.at("fc.bias"));
    }

    /** \param but_last nothing is made of the last frame by itself */
    at::Tensor map(const at::Tensor &clips, bool but_last) const
    {
        std::vector<at::Tensor> maps;
        for (const at::Tensor &frame : clips.unbind(2)) {
            at::Tensor x = flat(frame, "stem", 2, 1).relu();
            for (const auto &[level, blocks] : std::map<int, int>{{0, 2}, {1, 3}, {2, 4}}) {
                for (int block = 0; block < blocks; ++block)
                    x = inverted(x,
                                 "level" + std::to_string(level) + "_block" + std::to_string(block),
                                 block == 0 ? 2 : 1);
            }
            maps.push_back(x);
        }
        at::Tensor x = at::stack(maps, /*dim=*/2);
        x = separated(x, "block0", 1, 1);
        if (but_last)
            x = x.narrow(2, 0, x.size(2) - 1);
        x = separated(x, "block1", 2, 2);
        return separated(x, "block2", 2, 1);
    }

private:
    at::Tensor normed(const at::Tensor &x, const std::string &bn) const
    {
        return at::batch_norm(x, values_.at(bn + ".weight"), values_.at(bn + ".bias"),
                              values_.at(bn + ".running_mean"), values_.at(bn + ".running_var"),
                              /*training=*/false, 0.1, 1e-5, false);
    }

    at::Tensor flat(const at::Tensor &x, const std::string &name, int stride,
                    std::int64_t groups) const
    {
        const at::Tensor &weight = values_.at(name + ".conv.weight");
        return normed(at::conv2d(x, weight, {}, stride, weight.size(2) / 2, 1, groups),
                      name + ".bn");
    }

    at::Tensor inverted(const at::Tensor &x, const std::string &name, int stride) const
    {
        at::Tensor y = flat(x, name + ".expand", 1, 1).relu();
        y = flat(y, name + ".depthwise", stride, y.size(1)).relu();
        y = flat(y, name + ".project", 1, 1);
        return y.sizes() == x.sizes() ? x + y : y;
    }

    at::Tensor separated(const at::Tensor &x, const std::string &name, int in_time,
                         int in_space) const
    {
        const at::Tensor y = normed(at::conv3d(x, values_.at(name + ".spatial.weight"), {},
                                               {1, in_space, in_space}, {0, 1, 1}),
                                    name + ".spatial_bn")
                                 .relu();
        return normed(at::conv3d(y, values_.at(name + ".temporal.weight"), {}, {in_time, 1, 1},
                                 {1, 0, 0}),
                      name + ".temporal_bn")
            .relu();
    }

    std::map<std::string, at::Tensor> values_;
};
