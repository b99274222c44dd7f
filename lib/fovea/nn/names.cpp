// SPDX-License-Identifier: MIT
#include "fovea/nn/names.h"

#include "fovea/core/names.h"
#include "fovea/nn/architecture.h"
#include "fovea/nn/clip_side.h"

namespace fovea::nn {

namespace {

/* Who makes what bears these names: backbone.cpp, heads.cpp and attention.cpp, which need LibTorch */

struct Architecture {
    std::string name;
    ArchitectureFacts facts = {};
    ClipSide side = {};
};

const std::vector<Architecture> &architectures()
{
    static const ArchitectureFacts streams_facts = {"score-mean",
                                                    {"fc"},
                                                    /*rows_are_scores=*/false,
                                                    /*sees_pictures=*/false,
                                                    /*has_streams=*/true};
    static const std::vector<Architecture> all = {
        // The last blocks are fine-tuned: Ballan 2021, 4.2
        {"i3d", {"logits", {"Mixed_4f", "Mixed_5b", "Mixed_5c", "logits"}}},
        {"watch", {"score-mean", {}}, {/*step=*/16}},
        {"watch-flow", {"score-mean", {}}, {/*step=*/16}},
        {"eco",
         {"score-mean",
          {"block0", "block1", "block2", "fc"},
          /*rows_are_scores=*/false,
          /*sees_pictures=*/true},
         {/*step=*/16}},
        {"two-stream", streams_facts, {/*step=*/32}},
        {"three-stream", streams_facts, {/*step=*/32}},
        // The classifier fc8 reads the features of fc7 alone
        {"c3d", {}, {1, /*only=*/112}},
        {"c3d-fc6", {"", {}}, {1, /*only=*/112}},
        {"vgg19", {}, {1, /*only=*/224}},
        {"vgg19-fc6", {"", {}}, {1, /*only=*/224}},
        {"vgg19-fc8", {"", {}, /*rows_are_scores=*/true}, {1, /*only=*/224}},
        {"resnet50-i3d"},
        {"resnext101-3d"},
        {"resnet18-3d"},
        {"resnet152-3d"},
        {"p3d199"},
        {"tsm-resnet50"},
        {"i3d-resnet18"},
        {"tam-resnet50"},
    };
    return all;
}

struct HeadFacts {
    const char *name;
    bool gives_shares = false;
    bool is_lstm = false;
};

constexpr HeadFacts heads[] = {
    {"region-mean"},
    {"ra"},
    {"ta"},
    {"tra"},
    {"score-mean", /*gives_shares=*/true},
    {"logits"},
    {"alstm", false, /*is_lstm=*/true},
    {"alstm-last", false, /*is_lstm=*/true},
    {"lstm", false, /*is_lstm=*/true},
    {"persons", /*gives_shares=*/true},
};

struct AttentionFacts {
    std::string name;
    std::vector<std::string> variants; ///< the default first
    bool is_tied = false;              ///< to a size of clip
};

const std::vector<AttentionFacts> &attentions()
{
    static const std::vector<AttentionFacts> all = {
        {"sta", {"sta", "ta", "sa", "no-deconv"}, /*is_tied=*/true},
        {"w3", {"depthwise", "bottleneck", "full", "no-temporal", "no-spatial"}},
        {"cbam", {"cbam"}},
        {"non-local", {"embedded-gaussian", "dot-product"}},
    };
    return all;
}

} // namespace

std::vector<std::string> backbone_names()
{
    return names_in(architectures());
}

ArchitectureFacts architecture_facts(const std::string &architecture)
{
    return row_named(architectures(), "architecture", architecture).facts;
}

ClipSide clip_side(const std::string &architecture)
{
    return row_named(architectures(), "architecture", architecture).side;
}

std::vector<std::string> head_names()
{
    return names_in(heads);
}

bool head_gives_shares(const std::string &name)
{
    const HeadFacts *known = find_named(heads, name);
    return known != nullptr && known->gives_shares;
}

int test_crops(const std::string &name)
{
    const HeadFacts *known = find_named(heads, name);
    return known != nullptr && known->is_lstm ? 40 : 0;
}

std::vector<std::string> attention_names()
{
    return names_in(attentions());
}

std::vector<std::string> attention_variants(const std::string &name)
{
    return row_named(attentions(), "attention", name).variants;
}

bool attention_is_tied(const std::string &name)
{
    return row_named(attentions(), "attention", name).is_tied;
}

} // namespace fovea::nn
