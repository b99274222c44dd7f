// SPDX-License-Identifier: MIT
#include "fovea/bundle/analysis_settings.h"

#include "fovea/bundle/focus_entry.h"

namespace fovea {

AnalysisOptions options_of(const AnalysisSettings &settings)
{
    AnalysisOptions options;
    options.look = settings.look;
    options.attended = settings.attended;
    options.gate = settings.gate;
    options.precision = settings.precision;
    return options;
}

namespace {

Json weights_entry(const Bundle &bundle)
{
    Json files = Json::object();
    for (const CardFile &file : bundle.files())
        files[file.name] = file.sha256;
    return {{"name", bundle.name()}, {"files", files}};
}

} // namespace

Json made_with(const Bundle &model, const AnalysisSettings &settings)
{
    const bool hog = settings.detector.empty() || settings.detector == "hog";
    Json made = {{"model", weights_entry(model)},
                 {"detector", hog ? Json("hog") : weights_entry(Bundle::open(settings.detector))},
                 {"precision", settings.precision},
                 {"sampling", name_of(samplings, settings.sampling)},
                 {"mode", name_of(feature_modes, settings.mode)},
                 {"regions", settings.regions},
                 {"timesteps", settings.timesteps}};
    if (const auto attended = model.attended(settings.attended))
        made["attended"] = weights_entry(*attended);
    else if (model.attended_by(settings.attended).is_persons())
        made["attended"] = AttendedModel::persons;
    if (const CardDecision &decision = model.activity().decision;
        !decision.needs.empty() || decision.least_person > 0)
        made["persons"] = "seen"; // rows of before did not tell it
    if (settings.gate > 0)
        made["gate"] = settings.gate;
    if (const SecondLook look = settled(options_of(settings).look, model.activity().focus);
        look.is_taken())
        made["focus"] = focus_entry(look, /*weights=*/"");
    return made;
}

} // namespace fovea
