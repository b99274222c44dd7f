#include "fovea/nn/attention.h"

#include <algorithm>

#include "fovea/core/errors.h"
#include "fovea/nn/cbam.h"
#include "fovea/nn/non_local.h"
#include "fovea/nn/registry.h"
#include "fovea/nn/sta.h"
#include "fovea/nn/w3.h"

namespace fovea::nn {

namespace {

struct Known {
    using Maker = std::shared_ptr<Attention> (*)(const AttentionOptions &, std::int64_t,
                                                 const Size3 &);

    Maker make;
    std::vector<std::string> variants; ///< the default first
    bool tied;
};

template <typename Module>
std::shared_ptr<Attention> make(const AttentionOptions &options, std::int64_t channels,
                                const Size3 &size)
{
    return std::make_shared<Module>(options, channels, size);
}

const Registry<Known> modules = {
    {"sta", {make<Sta>, {"sta", "ta", "sa", "no-deconv"}, true}},
    {"w3", {make<W3>, {"depthwise", "bottleneck", "full", "no-temporal", "no-spatial"}, false}},
    {"cbam", {make<Cbam>, {"cbam"}, false}},
    {"non-local", {make<NonLocal>, {"embedded-gaussian", "dot-product"}, false}},
};

} // namespace

std::shared_ptr<Attention> make_attention(const AttentionOptions &options, std::int64_t channels,
                                          const Size3 &size)
{
    const Known &known = entry(modules, options.name, "attention");
    AttentionOptions complete = options;
    if (complete.variant.empty())
        complete.variant = known.variants.front();
    if (std::find(known.variants.begin(), known.variants.end(), complete.variant) ==
        known.variants.end()) {
        std::string list;
        for (const std::string &variant : known.variants)
            list += (list.empty() ? "" : ", ") + variant;
        throw Error(Error::Kind::Settings, "attention '" + options.name + "': variant '" +
                                               options.variant +
                                               "' is not known; expected one of " + list);
    }
    return known.make(complete, channels, size);
}

std::vector<std::string> attention_names()
{
    return names_of(modules);
}

std::vector<std::string> attention_variants(const std::string &name)
{
    return entry(modules, name, "attention").variants;
}

bool attention_is_tied(const std::string &name)
{
    return entry(modules, name, "attention").tied;
}

} // namespace fovea::nn
