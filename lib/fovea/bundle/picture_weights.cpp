// SPDX-License-Identifier: MIT
#include "fovea/bundle/picture_weights.h"

#include <cstring>
#include <regex>
#include <set>
#include <utility>

#include <ATen/core/grad_mode.h>
#include <torch/nn/modules/batchnorm.h>

#include "fovea/core/array.h"
#include "fovea/core/errors.h"
#include "fovea/nn/backbone.h"

namespace fovea {

namespace {

using Renamed = std::pair<const char *, const char *>; // here, in torchvision

constexpr Renamed inception_stages[] = {
    {"Conv3d_1a_7x7.", "conv1."},  {"Conv3d_2b_1x1.", "conv2."},  {"Conv3d_2c_3x3.", "conv3."},
    {"Mixed_3b.", "inception3a."}, {"Mixed_3c.", "inception3b."}, {"Mixed_4b.", "inception4a."},
    {"Mixed_4c.", "inception4b."}, {"Mixed_4d.", "inception4c."}, {"Mixed_4e.", "inception4d."},
    {"Mixed_4f.", "inception4e."}, {"Mixed_5b.", "inception5a."}, {"Mixed_5c.", "inception5b."}};

constexpr Renamed inception_units[] = {{".b0.", ".branch1."},    {".b1a.", ".branch2.0."},
                                       {".b1b.", ".branch2.1."}, {".b2a.", ".branch3.0."},
                                       {".b2b.", ".branch3.1."}, {".b3b.", ".branch4.1."},
                                       {".conv3d.", ".conv."}};

constexpr Renamed residual_parts[] = {{"base_model.", ""}, {".net.", "."}}; // TSM's own

constexpr double residual_epsilon = 1e-5; // torchvision's ResNets
constexpr double inception_epsilon = 1e-3;

void rename(std::string *name, const Renamed &part)
{
    const std::size_t at = name->find(part.first);
    if (at != std::string::npos)
        name->replace(at, std::strlen(part.first), part.second);
}

std::string picture_name(std::string name)
{
    for (const Renamed &part : inception_stages)
        rename(&name, part);
    for (const Renamed &part : inception_units)
        rename(&name, part);
    for (const Renamed &part : residual_parts)
        rename(&name, part);
    return name;
}

bool begins_with_any(const std::string &name, std::initializer_list<const char *> prefixes)
{
    for (const char *prefix : prefixes) {
        if (name.compare(0, std::strlen(prefix), prefix) == 0)
            return true;
    }
    return false;
}

/** \brief Of the picture network alone: its classifiers, and what only its own training reads */
bool is_left_behind(const std::string &name, const std::string &classifier)
{
    return begins_with_any(name, {"fc.", "aux1.", "aux2.", "aux_classifier"}) ||
           (!classifier.empty() && name.compare(0, classifier.size() + 1, classifier + ".") == 0) ||
           name.find("num_batches_tracked") != std::string::npos;
}

/** \brief Whether torchvision's networks have such a tensor: what video adds to them has other names */
bool is_of_pictures(const std::string &name)
{
    static const std::regex residual("(conv1|bn1|layer[1-4]\\.[0-9]+\\."
                                     "(conv[1-3]|bn[1-3]|downsample\\.[01]))\\.[a-z_]+");
    static const std::regex inception("(conv[1-3]|inception[3-5][a-f]\\.branch[1-4](\\.[01])?)"
                                      "\\.(conv|bn)\\.[a-z_]+");
    static const std::regex vgg("(features|classifier)\\.[0-9]+\\.[a-z]+");
    return std::regex_match(name, residual) || std::regex_match(name, inception) ||
           std::regex_match(name, vgg);
}

/** \brief g / sqrt(v + e) is as in the picture network */
void keep_gains(nn::Backbone &network, const std::set<std::string> &taken, double epsilon)
{
    for (const auto &entry : network.named_modules()) {
        const auto *norm = entry.value()->as<torch::nn::BatchNorm3dImpl>();
        if (norm == nullptr || taken.count(entry.key() + ".weight") == 0 ||
            norm->options.eps() == epsilon)
            continue;
        at::Tensor weight = norm->weight;
        weight.mul_(
            ((norm->running_var + norm->options.eps()) / (norm->running_var + epsilon)).sqrt());
    }
}

} // namespace

at::Tensor fitted(const at::Tensor &weight, at::IntArrayRef shape)
{
    at::Tensor fit = weight;
    if (fit.dim() == 4 && shape.size() == 5) {
        const std::int64_t frames = shape[2];
        fit = fit.unsqueeze(2).repeat({1, 1, frames, 1, 1}) / static_cast<double>(frames);
    }
    const bool is_kernel = fit.dim() >= 4 && static_cast<std::size_t>(fit.dim()) == shape.size();
    if (is_kernel && fit.size(1) == 3 && shape[1] == 2) {
        const at::Tensor grey = fit.mean(/*dim=*/1, /*keepdim=*/true);
        fit = at::cat({grey, grey}, /*dim=*/1);
    }
    return fit.sizes() == shape ? fit : at::Tensor();
}

std::vector<std::string> take_pictures(nn::Backbone &network, const std::string &name,
                                       const Weights &pictures, const std::filesystem::path &file)
{
    const at::NoGradGuard no_grad;
    const auto unfit = [&](const std::string &what) {
        return Error(Error::Kind::Settings,
                     "weights '" + file.string() + "': " + what +
                         "; expected a network of pictures as torchvision names it (ResNet of the "
                         "same blocks, GoogLeNet for i3d, VGG-19)");
    };
    const std::string classifier = network.classifier();
    auto targets = network.named_parameters();
    targets.update(network.named_buffers());
    std::vector<std::string> lacking;
    std::set<std::string> taken, used;
    for (auto &target : targets) {
        const std::string source = picture_name(target.key());
        if (is_left_behind(target.key(), classifier))
            continue;
        const auto found = pictures.find(source);
        if (found == pictures.end() && is_of_pictures(source))
            throw unfit("lacks '" + source + "', of which '" + target.key() + "' " +
                        sizes_text(target.value().sizes()) + " of " + name + " is made");
        if (found == pictures.end()) {
            lacking.push_back(target.key());
            continue;
        }
        const at::Tensor fit = fitted(found->second, target.value().sizes());
        if (!fit.defined())
            throw unfit("'" + source + "' " + sizes_text(found->second.sizes()) +
                        " does not fit '" + target.key() + "' " +
                        sizes_text(target.value().sizes()) + " of " + name);
        if (!found->second.isfinite().all().item<bool>())
            throw Error(Error::Kind::Settings,
                        "weights '" + file.string() + "': '" + source + "' " +
                            sizes_text(found->second.sizes()) +
                            " holds values that are no numbers; expected finite ones: fetch the "
                            "file anew, or convert an earlier checkpoint");
        target.value().copy_(fit);
        taken.insert(target.key());
        used.insert(source);
    }
    for (const auto &[source, tensor] : pictures) {
        if (used.count(source) == 0 && !is_left_behind(source, classifier))
            throw unfit("holds '" + source + "' " + sizes_text(tensor.sizes()) + ", for which " +
                        name + " has no place");
    }
    if (taken.empty())
        throw unfit("holds nothing of " + name);
    keep_gains(network, taken,
               pictures.count("inception3a.branch1.conv.weight") > 0 ? inception_epsilon
                                                                     : residual_epsilon);
    return lacking;
}

} // namespace fovea
