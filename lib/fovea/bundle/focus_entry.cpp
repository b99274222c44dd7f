#include "fovea/bundle/focus_entry.h"

#include <algorithm>
#include <initializer_list>
#include <utility>

namespace fovea {

namespace {

constexpr std::initializer_list<std::pair<const char *, Focus>> kinds = {
    {"saliency", Focus::Saliency},
    {"upscaled", Focus::Upscaled},
    {"repeat", Focus::Repeat},
    {"random", Focus::Random},
    {"centre", Focus::Centre}};

} // namespace

void read_focus(const CardReader &reader, ActivityCard *card)
{
    reader.refuse_unknown({"kind", "fusion", "entropy", "weights"});
    SecondLook &look = card->focus;
    look.focus = reader.choice<Focus>("kind", kinds);
    if (is_by_saliency(look.focus) && card->head.empty())
        throw reader.wrong("kind", "repeat, random or centre of a model without a head");
    look.fusion =
        reader.choice<Fusion>("fusion", {{"late", Fusion::Late}, {"temporal", Fusion::Temporal}});
    if (reader.has("entropy"))
        look.entropy =
            reader.choice<Entropy>("entropy", {{"paper", Entropy::Paper}, {"code", Entropy::Code}});
    if (reader.has("weights"))
        card->focus_weights = reader.file_name("weights");
}

Json focus_entry(const SecondLook &look, const std::string &weights)
{
    const auto kind = std::find_if(kinds.begin(), kinds.end(),
                                   [&](const auto &one) { return one.second == look.focus; });
    Json entry = {{"kind", kind->first},
                  {"fusion", look.fusion == Fusion::Temporal ? "temporal" : "late"},
                  {"entropy", look.entropy == Entropy::Code ? "code" : "paper"}};
    if (!weights.empty())
        entry["weights"] = weights;
    return entry;
}

} // namespace fovea
