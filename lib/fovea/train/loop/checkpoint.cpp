// SPDX-License-Identifier: MIT
#include "fovea/train/loop/checkpoint.h"

#include <ATen/ATen.h>

#include "fovea/core/errors.h"
#include "fovea/train/loop/module_state.h"

namespace fovea {

namespace {

constexpr const char *text_entry = "json"; // the rest are tensors, so the text is one too

at::Tensor to_tensor(const std::string &text)
{
    at::Tensor bytes = at::empty({static_cast<std::int64_t>(text.size())}, at::kByte);
    std::copy(text.begin(), text.end(), bytes.data_ptr<std::uint8_t>());
    return bytes;
}

std::string to_text(const at::Tensor &bytes)
{
    const auto *first = bytes.data_ptr<std::uint8_t>();
    return {first, first + bytes.numel()};
}

void check_same(const std::filesystem::path &file, const Json &was, const Json &wanted)
{
    for (const auto &[key, value] : wanted.items()) {
        if (!was.contains(key) || was[key] != value)
            throw Error(Error::Kind::Settings,
                        "checkpoint '" + file.string() + "': was made with " + key + " " +
                            (was.contains(key) ? was[key].dump() : "unknown") + ", now it is " +
                            value.dump() +
                            "; use the same settings, or start anew without resuming");
    }
}

} // namespace

void write_checkpoint(const std::filesystem::path &file, const Checkpoint &checkpoint)
{
    Json text = {{"made_with", checkpoint.made_with}, {"history", Json::array()}};
    for (const EpochRecord &record : checkpoint.history)
        text["history"].push_back(to_json(record));

    Weights all;
    all.emplace(text_entry, to_tensor(text.dump()));
    add_with_prefix(&all, "model.", checkpoint.model);
    add_with_prefix(&all, "optimiser.", checkpoint.optimiser);
    add_with_prefix(&all, "average.", checkpoint.average);
    add_with_prefix(&all, "kept.", checkpoint.kept);
    write_weights(file, all);
}

Checkpoint read_checkpoint(const std::filesystem::path &file, const Json &made_with)
{
    const Weights all = read_weights(file);
    if (all.count(text_entry) == 0)
        throw Error(Error::Kind::Settings,
                    "checkpoint '" + file.string() + "': holds weights, expected a checkpoint");
    const Json text = parse_json(to_text(all.at(text_entry)), file.string());

    Checkpoint checkpoint;
    checkpoint.made_with = text["made_with"];
    check_same(file, checkpoint.made_with, made_with);
    for (const Json &line : text["history"])
        checkpoint.history.push_back(epoch_from_json(line));
    checkpoint.model = with_prefix(all, "model.");
    checkpoint.optimiser = with_prefix(all, "optimiser.");
    checkpoint.average = with_prefix(all, "average.");
    checkpoint.kept = with_prefix(all, "kept.");
    return checkpoint;
}

} // namespace fovea
