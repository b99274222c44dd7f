// SPDX-License-Identifier: MIT
#include "fovea/engine/torch/range_finder.h"

#include <limits>

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include "fovea/core/errors.h"
#include "fovea/engine/onednn/value_format.h"
#include "fovea/nn/evaluate.h"

namespace fovea {

namespace {

constexpr std::size_t bins = 2048;
constexpr std::size_t fewest_bins = 64; ///< no range is narrower than this share of the largest
constexpr std::size_t bins_apart = 8;   ///< of the ranges compared

} // namespace

RangeFinder::RangeFinder(const nn::Graph &graph) : graph_(graph), histograms_(graph.nodes().size())
{
}

void RangeFinder::Histogram::add(const at::Tensor &values)
{
    const at::Tensor sizes = values.flatten().abs();
    const auto largest = static_cast<double>(sizes.max().item<float>());
    if (largest == 0)
        return;
    if (counts.empty()) {
        counts.assign(bins, 0);
        width = largest / bins;
    }
    while (largest > width * bins) { // twice the range: neighbours become one
        for (std::size_t i = 0; i < bins; ++i)
            counts[i] = i < bins / 2 ? counts[2 * i] + counts[2 * i + 1] : 0;
        width *= 2;
    }
    const at::Tensor found =
        at::histc(sizes.masked_select(sizes > 0), static_cast<std::int64_t>(bins), 0, width * bins)
            .to(at::kDouble);
    for (std::size_t i = 0; i < bins; ++i)
        counts[i] += found.data_ptr<double>()[i];
}

float RangeFinder::Histogram::range(double steps) const
{
    double best = 0;
    double least = std::numeric_limits<double>::max();
    for (std::size_t kept = fewest_bins; kept <= bins; kept += bins_apart) {
        const double range = width * static_cast<double>(kept);
        const double step = range / steps;
        double error = 0;
        for (std::size_t i = 0; i < bins; ++i) {
            const double over = width * (static_cast<double>(i) + 0.5) - range;
            // An even spread over a step has a variance of step^2 / 12
            error += counts[i] * (i < kept ? step * step / 12 : over * over);
        }
        if (error < least) {
            least = error;
            best = range;
        }
    }
    return static_cast<float>(best);
}

void RangeFinder::see(const at::Tensor &clips)
{
    const at::NoGradGuard no_grad;
    const auto &nodes = graph_.nodes();
    std::vector<std::size_t> last_use(nodes.size(), 0);
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        for (const std::size_t input : nodes[i].inputs)
            last_use[input] = i;
    }
    std::vector<at::Tensor> values(nodes.size());
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        std::vector<at::Tensor> inputs;
        for (const std::size_t input : nodes[i].inputs)
            inputs.push_back(values[input]);
        const at::Tensor &from = i == 0 ? clips : inputs.front();
        if (i == 0)
            inputs.push_back(clips);
        values[i] = nn::evaluate(
            nodes[i], inputs, nodes[i].window.padding({from.size(2), from.size(3), from.size(4)}));
        histograms_[i].add(values[i]);
        for (const std::size_t input : nodes[i].inputs) {
            if (last_use[input] == i)
                values[input] = at::Tensor();
        }
    }
}

ActivationRanges RangeFinder::ranges() const
{
    ActivationRanges ranges;
    for (std::size_t i = 0; i < histograms_.size(); ++i) {
        const nn::Node &node = graph_.nodes()[i];
        if (histograms_[i].counts.empty())
            throw Error(Error::Kind::Settings, "layer '" + node.name +
                                                   "' is 0 on all clips: expected clips like "
                                                   "those to come");
        ranges[node.name] =
            histograms_[i].range(node.activation.is_rectified() ? uint8_steps : int8_steps);
    }
    return ranges;
}

} // namespace fovea
