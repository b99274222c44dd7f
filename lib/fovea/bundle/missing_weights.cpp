// SPDX-License-Identifier: MIT
#include "fovea/bundle/missing_weights.h"

#include <algorithm>

namespace fovea {

std::string how_to_get(const Bundle &bundle, const std::vector<CardFile> &missing)
{
    if (std::all_of(missing.begin(), missing.end(),
                    [](const CardFile &file) { return !file.url.empty(); }))
        return "fetch them: fovea models fetch " + bundle.name() + " [--from FOLDER]";
    const bool is_shipped = std::any_of(missing.begin(), missing.end(), [](const CardFile &file) {
        return file.url.empty() && !file.sha256.empty();
    });
    if (is_shipped) // what Fovea comes with, or what was trained here
        return "install the model again, or copy them to '" + bundle.folder().string() + "'";
    const bool learns = bundle.kind() == Bundle::Kind::Activity;
    return "they have no address; get them as 'source' in '" +
           (bundle.folder() / "card.json").string() + "' says, then fovea models fetch " +
           bundle.name() + " --from FOLDER" +
           (learns ? ", or train it: fovea train backbone --recipe from-scratch --model " +
                         bundle.name()
                   : "");
}

} // namespace fovea
