// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "fovea/bundle/combination.h"
#include "fovea/detect/detector.h"
#include "fovea/engine/activity_head.h"
#include "fovea/engine/feature_extractor.h"
#include "fovea/engine/map_network.h"
#include "fovea/focus/saliency_mapper.h"
#include "fovea/pose/pose_estimator.h"

namespace fovea {

namespace nn {
class Head;
}

/** \brief Which network of a model, and what for */
enum class NetworkRole {
    Trained,
    Fixed,   ///< of a model that looks twice: the one that was not trained
    Attended ///< whose features another model attends to: of a detector what it says of its classes
};

/**
 * \brief The network of a model; int8 without ranges in \a options: with those of its calibration
 * \throw Error as Bundle::file and read_calibration(); Settings when the weights do not fit the
 * architecture, or for Fixed with int8, or where the card names no such weights
 */
std::unique_ptr<FeatureExtractor> load_feature_extractor(const Bundle &bundle,
                                                         const EngineOptions &options,
                                                         NetworkRole role = NetworkRole::Trained);

/**
 * \brief How a model sees the frames for NetworkRole::Attended: its card's input and view; a detector
 * sees each region stretched to its input
 */
ActivityCard attended_card(const Bundle &bundle);

/**
 * \brief Frames of each row that a model of single pictures is attended to in, evenly: as many as the
 * stride of its plan `clips` says, of another plan the first
 * \param card of the model whose rows they are \param rows of one of its clips
 * \return 0: the model sees whole clips
 */
int attended_frames(const ActivityCard &card, std::int64_t rows, const Bundle &attended);

/**
 * \brief Where the card's network and head look, or the fixed one of its focus where it has one; its
 * own copy of the weights, in LibTorch
 * \throw Error as above; Settings for a model without a head
 */
std::unique_ptr<SaliencyMapper> load_saliency_mapper(const Bundle &bundle, const SecondLook &look,
                                                     const EngineOptions &options);

/**
 * \brief The model's head; where it fuses two networks both in one, see nn::make_late_fusion()
 * \param head another head than the card's, by name; empty: the card's
 * \throw Error as above; Settings when head and backbone do not fit (expected and got)
 */
std::unique_ptr<ActivityHead> load_head(const Bundle &bundle, const std::string &head = "");

/** \brief The card's head itself, to be trained on; of the network's own classifier as a head's layer \throw as above */
std::shared_ptr<nn::Head> load_head_module(const Bundle &bundle);

/** \brief The heads of several models in one, see mean_head() \throw Error as above */
std::shared_ptr<ActivityHead> load_head(const std::vector<WeightedModel> &models);

/** \throw Error Settings where the precision is none of fp32, bf16 and auto, whatever runs the network */
void check_precision(const PictureEngine &settings);

/**
 * \param name "hog", or the name or path of a detector bundle
 * \throw Error as check_precision, make_dnn_detector, Bundle::open and Bundle::file; Settings for another kind of
 * bundle, or for hog on another device than the CPU
 */
std::unique_ptr<Detector> load_detector(const std::string &name, const PictureEngine &settings);

/**
 * \brief A network for keypoints
 * \param name of its bundle, or its path
 * \throw Error as Bundle::open and Bundle::file, check_precision, make_pose_estimator; Settings for another kind of bundle
 */
std::unique_ptr<PoseEstimator> load_pose_estimator(const std::string &name,
                                                   const PictureEngine &settings);

} // namespace fovea
