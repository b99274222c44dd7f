// SPDX-License-Identifier: MIT
#include "fovea/bundle/card_focus.h"

#include "fovea/bundle/card_reader.h"

namespace fovea {

void read_focus(const CardReader &reader, ActivityCard *card)
{
    reader.refuse_unknown({"kind", "fusion", "entropy", "attribution", "weights"});
    SecondLook &look = card->focus;
    look.focus = reader.choice("kind", focuses);
    if (is_by_saliency(look.focus) && card->head.empty())
        throw reader.wrong("kind", "repeat, random or centre of a model without a head");
    look.fusion = reader.choice("fusion", fusions);
    if (reader.has("entropy"))
        look.entropy = reader.choice("entropy", entropies);
    if (reader.has("attribution"))
        look.attribution = reader.choice("attribution", attributions);
    if (reader.has("weights") && !look.is_by_two())
        throw reader.wrong("weights", "none: no second network looks or is fused");
    if (reader.has("weights"))
        card->focus_weights = reader.file_name("weights");
}

Json focus_entry(const SecondLook &look, const std::string &weights)
{
    Json entry = {{"kind", name_of(focuses, look.focus)},
                  {"fusion", name_of(fusions, look.fusion)},
                  {"entropy", name_of(entropies, look.entropy)},
                  {"attribution", name_of(attributions, look.attribution)}};
    if (!weights.empty())
        entry["weights"] = weights;
    return entry;
}

} // namespace fovea
