// SPDX-License-Identifier: MIT
#include "fovea/train/loop/checkpoint.h"

#include <ATen/ATen.h>

#include "fovea/core/errors.h"

namespace fovea {

namespace {

constexpr const char *text_entry = "json"; // the rest are tensors, so the text is one too

at::Tensor to_tensor(const std::string &text)
{
    at::Tensor bytes = at::empty({static_cast<std::int64_t>(text.size())}, at::kByte);
    std::copy(text.begin(), text.end(), bytes.data_ptr<std::uint8_t>());
    return bytes;
}

/* It cannot be fetched again, as weights can */
Weights entries_of(const std::filesystem::path &file)
{
    try {
        return read_weights(file);
    } catch (const Error &error) {
        if (error.kind() != Error::Kind::Settings)
            throw;
        throw unfit_checkpoint(file,
                               std::string("is cut short, damaged or no checkpoint") + start_anew);
    }
}

std::string to_text(const std::filesystem::path &file, const Weights &all)
{
    const auto found = all.find(text_entry);
    if (found == all.end())
        throw unfit_checkpoint(file, "holds weights, expected a checkpoint");
    const at::Tensor bytes = found->second.contiguous();
    if (bytes.scalar_type() != at::kByte)
        throw unfit_checkpoint(file, std::string("entry '") + text_entry + "' is of type " +
                                         c10::toString(bytes.scalar_type()) +
                                         ", expected bytes of text");
    const auto *first = bytes.data_ptr<std::uint8_t>();
    return {first, first + bytes.numel()};
}

void check_same(const std::filesystem::path &file, const Json &was, const Json &wanted)
{
    std::string other = made_with_another(was, wanted);
    for (const auto &[key, value] : was.items()) { // what is asked for in some runs only
        if (other.empty() && !wanted.contains(key))
            other = "was made with " + key + " " + value.dump() + ", now it is without";
    }
    if (!other.empty())
        throw unfit_checkpoint(file,
                               other + "; use the same settings, or start anew without resuming");
}

} // namespace

Error unfit_checkpoint(const std::filesystem::path &file, const std::string &what)
{
    return {Error::Kind::Settings, "checkpoint '" + file.string() + "': " + what};
}

std::string made_with_another(const Json &was, const Json &wanted)
{
    for (const auto &[key, value] : wanted.items()) {
        if (!was.contains(key) || was[key] != value)
            return "was made with " + key + " " +
                   (was.contains(key) ? was[key].dump() : "unknown") + ", now it is " +
                   value.dump();
    }
    return "";
}

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

Json made_with(const std::filesystem::path &checkpoint)
{
    const std::string text = to_text(checkpoint, entries_of(checkpoint));
    return JsonReader(parse_json(text, checkpoint.string()), checkpoint.string()).at("made_with");
}

void check_checkpoint(const std::filesystem::path &file, Json made_with)
{
    const Json was = fovea::made_with(file);
    constexpr const char *of_clips = "class_weights";
    if (was.contains(of_clips) && made_with.contains(of_clips) &&
        was[of_clips].size() == made_with[of_clips].size())
        made_with[of_clips] = was[of_clips];
    check_same(file, was, made_with);
}

Checkpoint read_checkpoint(const std::filesystem::path &file, const Json &made_with)
{
    const Weights all = entries_of(file);
    const JsonReader text(parse_json(to_text(file, all), file.string()), file.string());
    const Json &history = text.at("history");
    if (!history.is_array())
        throw text.wrong("history", "an array of epochs");

    Checkpoint checkpoint;
    checkpoint.made_with = text.at("made_with");
    check_same(file, checkpoint.made_with, made_with);
    for (std::size_t i = 0; i < history.size(); ++i)
        checkpoint.history.push_back(
            epoch_from_json(history[i], file.string() + ": history[" + std::to_string(i) + "]"));
    checkpoint.model = with_prefix(all, "model.");
    checkpoint.optimiser = with_prefix(all, "optimiser.");
    checkpoint.average = with_prefix(all, "average.");
    checkpoint.kept = with_prefix(all, "kept.");
    return checkpoint;
}

} // namespace fovea
