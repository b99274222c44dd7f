#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "plan.h"

namespace fovea {

/** \brief `fovea extract`: settings as on the command line */
struct ExtractOptions {
    std::vector<std::filesystem::path> videos;
    AnalysisSettings analysis;
    std::filesystem::path out; ///< folder of the feature files
    std::string label;         ///< written into each; empty: not labelled
    bool force = false;
    int jobs = 1;
};

/**
 * \brief Writes the feature rows of every video to OUT/STEM.pt
 * \return exit code, see run_batch
 * \throw Error when the model or the detector cannot be used at all
 */
int extract(const ExtractOptions &options);

} // namespace fovea
