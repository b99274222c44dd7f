#include "focus_options.h"

#include <CLI/CLI.hpp>

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

void check_focus(const AnalysisSettings &settings, const Bundle &model)
{
    const Focus of_card = model.activity().focus.focus;
    const bool by_card = settings.focus == "card";
    const bool looks_twice = by_card ? of_card != Focus::None : settings.focus != "none";
    const bool by_saliency = by_card ? is_by_saliency(of_card)
                                     : settings.focus == "saliency" || settings.focus == "upscaled";
    const std::string got = by_card ? "that of the card of '" + model.name() + "', which names " +
                                          (of_card == Focus::None ? "none" : "another")
                                    : "'" + settings.focus + "'";
    if (settings.fusion != "card" && !looks_twice)
        throw Error(Error::Kind::Settings, "fusion '" + settings.fusion +
                                               "': expected a focus, got " + got +
                                               "; add --focus saliency, or leave --fusion out");
    for (const auto &[name, value] :
         {std::pair<std::string, std::string>("entropy", settings.entropy),
          {"attribution", settings.attribution}}) {
        if (value != "card" && !by_saliency)
            throw Error(Error::Kind::Settings,
                        name + " '" + value + "': expected the focus saliency, got " + got +
                            "; add --focus saliency, or leave --" + name + " out");
    }
}

} // namespace fovea
