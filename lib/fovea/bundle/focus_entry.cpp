#include "fovea/bundle/focus_entry.h"

namespace fovea {

void read_focus(const CardReader &reader, ActivityCard *card)
{
    reader.refuse_unknown({"kind", "fusion", "entropy", "weights"});
    SecondLook &look = card->focus;
    look.focus = reader.choice<Focus>(
        "kind",
        {{"saliency", Focus::Saliency}, {"random", Focus::Random}, {"centre", Focus::Centre}});
    if (look.focus == Focus::Saliency && card->head.empty())
        throw reader.wrong("kind", "random or centre of a model without a head");
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
    const char *kind = look.focus == Focus::Saliency ? "saliency"
                       : look.focus == Focus::Random ? "random"
                                                     : "centre";
    Json entry = {{"kind", kind},
                  {"fusion", look.fusion == Fusion::Temporal ? "temporal" : "late"},
                  {"entropy", look.entropy == Entropy::Code ? "code" : "paper"}};
    if (!weights.empty())
        entry["weights"] = weights;
    return entry;
}

} // namespace fovea
