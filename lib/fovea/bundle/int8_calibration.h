// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>

#include "fovea/bundle/bundle.h"
#include "fovea/core/json_fwd.h"
#include "fovea/engine/activation_ranges.h"

namespace fovea {

/** \brief What precision=int8 needs to know of a model, and how well it did on held-out clips */
struct Int8Calibration {
    ActivationRanges ranges;
    int clips = 0;        ///< that were held out from the choice of ranges
    double cosine = 0;    ///< of their feature rows to those in fp32, mean
    double agreement = 0; ///< share of them with the same strongest class; 1 where there is no head
};

/** \brief int8.json beside the weights of a model. \throw Error as Bundle::file */
std::filesystem::path calibration_file(const Bundle &bundle);

/** \brief The form is models/schema/int8.schema.json. \throw Error as Bundle::file */
Json to_json(const Int8Calibration &calibration, const Bundle &bundle);

/**
 * \throw Error NotFound with the remedy when the model is not calibrated, Settings when the file is
 * wrong or of other weights than the model's
 */
Int8Calibration read_calibration(const Bundle &bundle);

/**
 * \brief Removes a calibration of other weights than the model's, as one that was there before them
 * \return what is so now, to be told; empty: nothing was removed. \throw Error as Bundle::file
 */
std::string remove_other_calibration(const Bundle &bundle);

} // namespace fovea
