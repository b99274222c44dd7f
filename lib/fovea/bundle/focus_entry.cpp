#include "fovea/bundle/focus_entry.h"

#include <algorithm>
#include <initializer_list>
#include <utility>

#include "fovea/core/errors.h"

namespace fovea {

namespace {

template <typename Value>
using Names = std::initializer_list<std::pair<const char *, Value>>;

constexpr Names<Focus> kinds = {{"none", Focus::None},         {"saliency", Focus::Saliency},
                                {"upscaled", Focus::Upscaled}, {"repeat", Focus::Repeat},
                                {"random", Focus::Random},     {"centre", Focus::Centre}};

constexpr Names<Fusion> fusions = {{"late", Fusion::Late}, {"temporal", Fusion::Temporal}};

constexpr Names<Entropy> entropies = {{"paper", Entropy::Paper}, {"code", Entropy::Code}};

constexpr Names<Attribution> attributions = {{"gradient", Attribution::Gradient},
                                             {"input-x-gradient", Attribution::InputTimesGradient}};

template <typename Value>
const char *name_of(const Names<Value> &names, Value value)
{
    return std::find_if(names.begin(), names.end(),
                        [&](const auto &one) { return one.second == value; })
        ->first;
}

template <typename Value>
void change(Value *value, const Names<Value> &names, const std::string &what,
            const std::string &name)
{
    if (name.empty())
        return;
    std::string known;
    for (const auto &one : names) {
        if (one.first == name) {
            *value = one.second;
            return;
        }
        known += (known.empty() ? "" : ", ") + std::string(one.first);
    }
    throw Error(Error::Kind::Settings,
                what + " '" + name + "' is not known; expected one of " + known);
}

} // namespace

void read_focus(const CardReader &reader, ActivityCard *card)
{
    reader.refuse_unknown({"kind", "fusion", "entropy", "attribution", "weights"});
    SecondLook &look = card->focus;
    look.focus = reader.choice<Focus>("kind", kinds);
    if (is_by_saliency(look.focus) && card->head.empty())
        throw reader.wrong("kind", "repeat, random or centre of a model without a head");
    look.fusion = reader.choice<Fusion>("fusion", fusions);
    if (reader.has("entropy"))
        look.entropy = reader.choice<Entropy>("entropy", entropies);
    if (reader.has("attribution"))
        look.attribution = reader.choice<Attribution>("attribution", attributions);
    if (reader.has("weights") && !look.is_by_two())
        throw reader.wrong("weights", "none: no second network looks or is fused");
    if (reader.has("weights"))
        card->focus_weights = reader.file_name("weights");
}

SecondLook changed_look(SecondLook look, const std::string &kind, const std::string &fusion,
                        const std::string &entropy, const std::string &attribution)
{
    change(&look.focus, kinds, "focus", kind);
    change(&look.fusion, fusions, "fusion", fusion);
    change(&look.entropy, entropies, "entropy", entropy);
    change(&look.attribution, attributions, "attribution", attribution);
    return look;
}

Json focus_entry(const SecondLook &look, const std::string &weights)
{
    Json entry = {{"kind", name_of(kinds, look.focus)},
                  {"fusion", name_of(fusions, look.fusion)},
                  {"entropy", name_of(entropies, look.entropy)},
                  {"attribution", name_of(attributions, look.attribution)}};
    if (!weights.empty())
        entry["weights"] = weights;
    return entry;
}

} // namespace fovea
