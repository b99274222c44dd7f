// SPDX-License-Identifier: MIT
#include "fovea/bundle/weights.h"

#include <algorithm>
#include <cmath>

#include <ATen/core/Dict.h>
#include <ATen/core/grad_mode.h>
#include <ATen/core/jit_type.h>
#include <torch/nn/module.h>

#include "fovea/core/array.h"
#include "fovea/core/mapped_file.h"
#include "fovea/store/tensors/torch_dict.h"
#include "fovea/store/tensors/torch_file.h"
#include "fovea/store/tensors/torch_tensor.h"

namespace fovea {

namespace {

constexpr const char *how_to_save =
    "fetch it again, or write it with torch.save(dict(state_dict), 'FILE')";

Error unfit(const std::filesystem::path &file, const std::string &what)
{
    return {Error::Kind::Settings, "weights '" + file.string() + "': " + what};
}

bool is_counter(const std::string &name)
{
    const std::string counter = "num_batches_tracked";
    return name.size() >= counter.size() &&
           name.compare(name.size() - counter.size(), counter.size(), counter) == 0;
}

bool begins_with(const std::string &name, const std::string &prefix)
{
    return name.compare(0, prefix.size(), prefix) == 0;
}

/** \brief Numbers that no training leaves behind make every result wrong without a word */
void check_numbers(const std::filesystem::path &file, const std::string &name,
                   const at::Tensor &tensor)
{
    if (!tensor.is_floating_point() || tensor.numel() == 0)
        return;
    // A sum is NaN or infinite when an element is, and is found in one pass
    if (!std::isfinite(tensor.sum(at::kDouble).item<double>()))
        throw unfit(file, "'" + name + "' " + sizes_text(tensor.sizes()) +
                              " holds NaN or infinite numbers; " + how_to_save);
    const std::string variance = "running_var";
    const bool is_variance =
        name.size() >= variance.size() &&
        name.compare(name.size() - variance.size(), variance.size(), variance) == 0;
    if (is_variance && tensor.min().item<double>() < 0)
        throw unfit(file, "'" + name + "' holds the variance " +
                              std::to_string(tensor.min().item<double>()) +
                              ", expected 0 or more; " + how_to_save);
}

} // namespace

Weights read_weights(const std::filesystem::path &file)
{
    const MappedFile mapped(file, "weights");
    Weights weights;
    try {
        const TorchFile content(mapped.bytes());
        TensorLoader tensors;
        for (const auto &[name, value] : content.entries())
            weights.emplace(name, tensors.load(content.tensor(name, *value)));
    } catch (const Error &error) {
        throw unfit(file, std::string(error.what()) + ": " + how_to_save);
    }
    const std::string parallel = "module."; // names as torch.nn.DataParallel gives them
    const bool is_parallel = std::all_of(weights.begin(), weights.end(), [&](const auto &entry) {
        return begins_with(entry.first, parallel);
    });
    return is_parallel ? with_prefix(weights, parallel) : weights;
}

void write_weights(const std::filesystem::path &file, const Weights &weights)
{
    c10::Dict<std::string, at::Tensor> dict;
    for (const auto &[name, tensor] : weights)
        dict.insert(name, tensor.detach().cpu().contiguous());
    write_torch_dict(file, dict);
}

Weights with_prefix(const Weights &weights, const std::string &prefix)
{
    Weights some;
    for (const auto &[name, tensor] : weights) {
        if (begins_with(name, prefix))
            some.emplace(name.substr(prefix.size()), tensor);
    }
    return some;
}

void add_with_prefix(Weights *all, const std::string &prefix, const Weights &weights)
{
    for (const auto &[name, tensor] : weights)
        all->emplace(prefix + name, tensor);
}

Weights classifier_weights(const Weights &weights, const std::string &name)
{
    for (const std::string &prefix :
         {head_prefix + name + ".", head_prefix + std::string("fc."), name + "."}) {
        Weights own = with_prefix(weights, prefix);
        if (!own.empty())
            return own;
    }
    return {};
}

Weights without_prefixes(const Weights &weights, const std::vector<std::string> &prefixes)
{
    Weights rest = weights;
    for (const std::string &prefix : prefixes) {
        for (const auto &[name, tensor] : with_prefix(weights, prefix))
            rest.erase(prefix + name);
    }
    return rest;
}

void load_weights(torch::nn::Module &module, const Weights &weights,
                  const std::filesystem::path &where)
{
    const at::NoGradGuard no_grad;
    auto targets = module.named_parameters();
    targets.update(module.named_buffers());
    for (const auto &[name, tensor] : weights) {
        if (!targets.contains(name) && !is_counter(name))
            throw unfit(where, "holds '" + name + "' " + sizes_text(tensor.sizes()) +
                                   ", which the network does not have");
    }
    for (auto &target : targets) {
        if (is_counter(target.key()))
            continue;
        const auto found = weights.find(target.key());
        const std::string expected = "'" + target.key() + "' " + sizes_text(target.value().sizes());
        if (found == weights.end())
            throw unfit(where, "lacks " + expected + ", which the network needs");
        if (found->second.sizes() != target.value().sizes())
            throw unfit(where,
                        "expected " + expected + ", got " + sizes_text(found->second.sizes()));
        check_numbers(where, target.key(), found->second);
        target.value().copy_(found->second);
    }
}

} // namespace fovea
