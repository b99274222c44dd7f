// SPDX-License-Identifier: MIT
#include "fovea/nn/attention.h"

#include <algorithm>

#include "fovea/core/errors.h"
#include "fovea/core/names.h"
#include "fovea/nn/cbam.h"
#include "fovea/nn/non_local.h"
#include "fovea/nn/sta.h"
#include "fovea/nn/w3.h"

namespace fovea::nn {

namespace {

struct KnownAttention {
    using Maker = std::shared_ptr<Attention> (*)(const AttentionOptions &, std::int64_t,
                                                 const Size3 &);

    std::string name;
    Maker make;
};

template <typename Module>
std::shared_ptr<Attention> make(const AttentionOptions &options, std::int64_t channels,
                                const Size3 &size)
{
    return std::make_shared<Module>(options, channels, size);
}

const std::vector<KnownAttention> modules = {
    {"sta", make<Sta>},
    {"w3", make<W3>},
    {"cbam", make<Cbam>},
    {"non-local", make<NonLocal>},
};

} // namespace

std::shared_ptr<Attention> make_attention(const AttentionOptions &options, std::int64_t channels,
                                          const Size3 &size)
{
    const KnownAttention &known = row_named(modules, "attention", options.name);
    AttentionOptions complete = options;
    const std::vector<std::string> variants = attention_variants(options.name);
    if (complete.variant.empty())
        complete.variant = variants.front();
    if (std::find(variants.begin(), variants.end(), complete.variant) == variants.end())
        throw unknown_name("attention '" + options.name + "': variant", options.variant, variants);
    return known.make(complete, channels, size);
}

std::vector<std::string> attending_stages(const AttentionOptions &options,
                                          const std::string &network,
                                          const std::vector<std::string> &stages,
                                          const std::string &late)
{
    if (options.name.empty())
        return {};
    if (options.stages.empty())
        return options.name == "sta" || options.name == "non-local" ? std::vector<std::string>{late}
                                                                    : stages;
    const auto known = [&](const std::string &stage) {
        return std::find(stages.begin(), stages.end(), stage) != stages.end();
    };
    const auto unknown = std::find_if_not(options.stages.begin(), options.stages.end(), known);
    if (unknown != options.stages.end())
        throw Error(Error::Kind::Settings, "attention '" + options.name + "': stage '" + *unknown +
                                               "' is not one of " + network + "; expected " +
                                               joined(stages));
    std::vector<std::string> attending;
    for (const std::string &stage : stages) {
        if (std::find(options.stages.begin(), options.stages.end(), stage) != options.stages.end())
            attending.push_back(stage);
    }
    return attending;
}

void check_tied_clip(const AttentionOptions &options, const std::string &network,
                     const Size3 &expected, const Size3 &got)
{
    if (options.name.empty() || !attention_is_tied(options.name))
        return;
    const bool any_time = options.variant != "sa"; // whose kernel covers all frames
    if (got[1] == expected[1] && got[2] == expected[2] && (any_time || got[0] == expected[0]))
        return;
    throw Error(Error::Kind::Settings, network + " with attention '" + options.name +
                                           "' is made for one size of clip: expected " +
                                           clip_text(expected) + ", got " + clip_text(got));
}

bool attends_block(const AttentionOptions &options, std::size_t block)
{
    return !follows_block(options) || block % 2 == 0;
}

bool follows_block(const AttentionOptions &options)
{
    return options.name == "non-local";
}

std::string attention_child(const AttentionOptions &options)
{
    std::string name = options.name;
    std::replace(name.begin(), name.end(), '-', '_');
    return name;
}

} // namespace fovea::nn
