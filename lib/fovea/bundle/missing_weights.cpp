// SPDX-License-Identifier: MIT
#include "fovea/bundle/missing_weights.h"

#include <algorithm>
#include <system_error>

#include "fovea/core/errors.h"

namespace fovea {

namespace {

/** \brief What Bundle::open() finds it by: its name, or its folder where the name leads elsewhere */
std::string asked_as(const Bundle &bundle)
{
    try {
        std::error_code none;
        if (std::filesystem::equivalent(Bundle::open(bundle.name()).folder(), bundle.folder(),
                                        none))
            return bundle.name();
    } catch (const Error &) { // nowhere, or to a card with a fault
    }
    return std::filesystem::absolute(bundle.folder()).string();
}

} // namespace

std::string how_to_get(const Bundle &bundle, const std::vector<CardFile> &missing)
{
    if (std::all_of(missing.begin(), missing.end(),
                    [](const CardFile &file) { return !file.url.empty(); }))
        return "fetch them: fovea models fetch " + asked_as(bundle) + " [--from FOLDER]";
    const bool is_shipped = std::any_of(missing.begin(), missing.end(), [](const CardFile &file) {
        return file.url.empty() && !file.sha256.empty();
    });
    if (is_shipped) // what Fovea comes with, or what was trained here
        return "install the model again, or copy them to '" + bundle.folder().string() + "'";
    const bool learns = bundle.kind() == Bundle::Kind::Activity;
    return "they have no address; get them as 'source' in '" + bundle.card_file().string() +
           "' says, then fovea models fetch " + asked_as(bundle) + " --from FOLDER" +
           (learns ? ", or train it: fovea train backbone --recipe from-scratch --model " +
                         asked_as(bundle)
                   : "");
}

} // namespace fovea
