// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "fovea/bundle/default_model.h"
#include "fovea/train/adaptation/anchors.h"
#include "fovea/train/calibration.h"
#include "fovea/train/data/frame_cache.h"
#include "fovea/train/joined_bundle.h"

namespace fovea {

/** \brief A table of every bundle: name, kind, weights there or not, title, measured accuracy */
int list_models();

/**
 * \brief Checks the SHA-256 of the files of each model; a line for each file
 * \param names empty: all on the search path; of these, what was never fetched is no fault
 * \return exit code: 1 when a file is missing or wrong, or a card cannot be read
 */
int verify_models(const std::vector<std::string> &names);

/**
 * \brief Brings the missing files of a model and of those it names into the cache; a line for each
 * \param from folder to copy them from; empty: they are downloaded (curl) \throw as fetch_files()
 */
void fetch_model(const std::string &name, const std::filesystem::path &from);

/** \brief `fovea models calibrate`: settings as on the command line */
struct CalibrateOptions {
    std::string model = default_model;
    CalibrationOptions calibration;
    FrameCacheSettings cache; ///< its detector is empty: the model's
};

/**
 * \brief Chooses ranges for precision=int8 and writes them beside the model's weights
 * \return exit code \throw as calibrate()
 */
int calibrate_model(const CalibrateOptions &options);

/**
 * \brief A bundle where training begins, from weights of a network of pictures
 * \return exit code \throw as convert_pictures()
 */
int convert_model(const std::filesystem::path &pictures, const std::string &model,
                  const std::filesystem::path &out);

/** \brief Networks as one \return exit code \throw as join_streams() */
int join_models(const StreamsToJoin &streams, const std::filesystem::path &out);

/**
 * \brief Puts windows of the training split into a bundle, for `fovea adapt`
 * \return exit code \throw as write_anchors()
 */
int make_anchors(const std::string &model, const AnchorOptions &options);

} // namespace fovea
