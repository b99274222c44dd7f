// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "fovea/bundle/bundle.h"
#include "fovea/core/json.h"
#include "fovea/store/tensors/feature_file.h"

namespace fovea {

/**
 * \brief Whether rows are of the network of \a bundle, whose head may be another than that of the one they name
 *
 * The one they name is looked for in the bundle's training (the network that a head was trained for), else as
 * Bundle::open_part() does.
 * \return none: nobody can say, as where that one is not there, or has other weights by now
 * \throw Error where its weights, or the bundle's, do not read
 */
std::optional<bool> are_rows_of(const Bundle &bundle, const FeatureFile &file);

/** \brief How the rows of a feature file were made, as fovea extract wrote it beside it */
struct RowsRecord {
    std::string file; ///< for errors
    Json made;
};

/** \return none where nothing was written \throw Error Settings where it cannot be read */
std::optional<RowsRecord> record_of(const std::filesystem::path &features);

/** \brief The keys whose values differ, for a user; empty: none does */
std::string differences(const Json &found, const Json &expected);

/** \brief In what rows were made otherwise, for a user, as "card, sampling"; empty: in nothing */
std::string made_otherwise(const RowsRecord &one, const RowsRecord &other);

/**
 * \brief What a model, as its card says, would see otherwise than the rows of a feature file show it, for a warning
 * \return empty: nothing that is known \throw Error as record_of()
 */
std::string unlike_card(const std::filesystem::path &features, const Bundle &model);

/**
 * \brief In what rows of two feature files were made otherwise: by their records, else by the networks that they name
 * \return empty: in nothing that is known
 * \throw Error as record_of() and read_feature_file()
 */
std::string made_otherwise(const std::filesystem::path &one, const std::filesystem::path &other);

} // namespace fovea
