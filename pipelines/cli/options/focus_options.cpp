#include "options/focus_options.h"

#include <CLI/CLI.hpp>

#include "fovea/bundle/focus_entry.h"
#include "fovea/core/errors.h"

namespace fovea {

void add_focus_options(CLI::App *command, AnalysisSettings *settings)
{
    command
        ->add_option("--focus", settings->focus,
                     "What is cut from the original frames and seen a second time: card (as the "
                     "model was trained), none, saliency (where the model looks); for comparison "
                     "upscaled (there, but without the original's detail), repeat (all of it), "
                     "random, centre")
        ->check(
            CLI::IsMember({"card", "none", "saliency", "upscaled", "repeat", "random", "centre"}))
        ->option_text("FOCUS (card)");
    command
        ->add_option("--fusion", settings->fusion,
                     "Of the focus: card, late (one more region) or temporal (behind the first "
                     "look, both one clip)")
        ->check(CLI::IsMember({"card", "late", "temporal"}))
        ->option_text("FUSION (card)");
    command
        ->add_option("--entropy", settings->entropy,
                     "Of focus saliency or upscaled: card, paper (of the sigmoids) or code (of "
                     "their softmax)")
        ->check(CLI::IsMember({"card", "paper", "code"}))
        ->option_text("ENTROPY (card)");
    command
        ->add_option("--attribution", settings->attribution,
                     "Of focus saliency or upscaled: card, gradient (how much a change at a place "
                     "would change what the model says) or input-x-gradient (how much what is "
                     "there contributes: for models that see motion alone, such as watch)")
        ->check(CLI::IsMember({"card", "gradient", "input-x-gradient"}))
        ->option_text("ATTRIBUTION (card)");
}

SecondLook look_of(const AnalysisSettings &settings, const ActivityCard &card)
{
    const auto asked = [](const std::string &value) { return value == "card" ? "" : value; };
    return changed_look(card.focus, asked(settings.focus), asked(settings.fusion),
                        asked(settings.entropy), asked(settings.attribution));
}

void check_focus(const AnalysisSettings &settings, const Bundle &model)
{
    const SecondLook look = look_of(settings, model.activity());
    const std::string kind = focus_entry(look, /*weights=*/"")["kind"];
    const std::string got =
        "'" + kind + "'" +
        (settings.focus == "card" ? " by the card of '" + model.name() + "'" : "");
    if (settings.fusion != "card" && !look.is_taken())
        throw Error(Error::Kind::Settings, "fusion '" + settings.fusion +
                                               "': expected a focus, got " + got +
                                               "; add --focus saliency, or leave --fusion out");
    const bool of_entropy = settings.entropy != "card";
    if ((of_entropy || settings.attribution != "card") && !is_by_saliency(look.focus)) {
        const std::string name = of_entropy ? "entropy" : "attribution";
        throw Error(Error::Kind::Settings,
                    name + " '" + (of_entropy ? settings.entropy : settings.attribution) +
                        "': expected the focus saliency or upscaled, got " + got +
                        "; add --focus saliency, or leave --" + name + " out");
    }
    if (look.is_taken() && !settings.attended.empty())
        throw Error(Error::Kind::Settings, "attended '" + settings.attended +
                                               "': expected no focus, got " + got +
                                               "; add --focus none, or leave --attended out");
}

} // namespace fovea
