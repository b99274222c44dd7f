#include "options/focus_options.h"

#include "fovea/core/errors.h"
#include "options/choice.h"

namespace fovea {

void add_focus_options(CLI::App *command, AnalysisSettings *settings)
{
    add_choice(command, "--focus", &settings->look.focus, focuses,
               "What is cut from the original frames and seen a second time: card (as the "
               "model was trained), none, saliency (where the model looks); for comparison "
               "upscaled (there, but without the original's detail), repeat (all of it), "
               "random, centre")
        ->option_text("FOCUS (card)");
    add_choice(command, "--fusion", &settings->look.fusion, fusions,
               "Of the focus: card, late (one more region) or temporal (behind the first "
               "look, both one clip)")
        ->option_text("FUSION (card)");
    add_choice(command, "--entropy", &settings->look.entropy, entropies,
               "Of focus saliency or upscaled: card, paper (of the sigmoids) or code (of "
               "their softmax)")
        ->option_text("ENTROPY (card)");
    add_choice(command, "--attribution", &settings->look.attribution, attributions,
               "Of focus saliency or upscaled: card, gradient (how much a change at a place "
               "would change what the model says) or input-x-gradient (how much what is "
               "there contributes: for models that see motion alone, such as watch)")
        ->option_text("ATTRIBUTION (card)");
}

SecondLook look_of(const AnalysisSettings &settings, const ActivityCard &card)
{
    return settled(settings.look, card.focus);
}

void check_focus(const AnalysisSettings &settings, const Bundle &model)
{
    const SecondLook &asked = settings.look;
    const SecondLook look = look_of(settings, model.activity());
    const std::string got =
        std::string("'") + name_of(focuses, look.focus) + "'" +
        (asked.focus == Focus::Card ? " by the card of '" + model.name() + "'" : "");
    if (asked.fusion != Fusion::Card && !look.is_taken())
        throw Error(Error::Kind::Settings, std::string("fusion '") +
                                               name_of(fusions, asked.fusion) +
                                               "': expected a focus, got " + got +
                                               "; add --focus saliency, or leave --fusion out");
    const bool of_entropy = asked.entropy != Entropy::Card;
    if ((of_entropy || asked.attribution != Attribution::Card) && !is_by_saliency(look.focus)) {
        const std::string name = of_entropy ? "entropy" : "attribution";
        const std::string value = of_entropy ? name_of(entropies, asked.entropy)
                                             : name_of(attributions, asked.attribution);
        throw Error(Error::Kind::Settings,
                    name + " '" + value + "': expected the focus saliency or upscaled, got " + got +
                        "; add --focus saliency, or leave --" + name + " out");
    }
    if (look.is_taken() && !settings.attended.empty())
        throw Error(Error::Kind::Settings, "attended '" + settings.attended +
                                               "': expected no focus, got " + got +
                                               "; add --focus none, or leave --attended out");
}

} // namespace fovea
