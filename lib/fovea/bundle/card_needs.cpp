// SPDX-License-Identifier: MIT
#include "fovea/bundle/card_needs.h"

namespace fovea {

CardNeeds read_needs(const CardReader &decision)
{
    CardNeeds needs;
    if (!decision.has("needs"))
        return needs;
    const Json &entry = decision.at("needs");
    if (!entry.is_object() || entry.empty() || entry.contains(decision.text("normal", "")))
        throw decision.wrong("needs", "an object with a label or more, none of them normal");
    const CardReader reader = decision.object("needs");
    for (const auto &[label, value] : entry.items()) {
        const CardReader need = reader.object(label);
        need.refuse_unknown({"persons", "factor"});
        ClassNeed &made = needs[label];
        made.need = need.choice("persons", persons_needs);
        made.factor = static_cast<float>(need.number("factor", 0, 1, made.factor));
    }
    return needs;
}

} // namespace fovea
