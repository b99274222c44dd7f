// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "fovea/bundle/card_alarms.h"
#include "fovea/bundle/card_needs.h"
#include "fovea/bundle/measurement.h"
#include "fovea/decide/label_decision.h"
#include "fovea/decide/segment_finder.h"
#include "fovea/detect/dnn_detector.h"
#include "fovea/focus/actor_box.h"
#include "fovea/focus/region_grid.h"
#include "fovea/focus/second_look.h"
#include "fovea/nn/attention_options.h"
#include "fovea/pose/pose_estimator.h"
#include "fovea/video/frame_to_tensor.h"
#include "fovea/video/modality.h"
#include "fovea/video/sampling_plan.h"

namespace fovea {

/** \brief A file that belongs to a bundle, by name inside its folder */
struct CardFile {
    std::string name;
    std::string sha256; ///< hexadecimal, lower case; empty: not known, the file is not checked
    std::string url;    ///< where it is published; empty for files shipped with the bundle
};

/** \brief How rows become a label */
struct CardDecision {
    int window = 0;                  ///< rows a label is made from; 0: all rows of the video
    int hop = 0;                     ///< rows from window to window
    std::string normal;              ///< the class that is no event; empty: every class is one
    float threshold = 0;             ///< an event needs this score
    bool many_labels = false;        ///< any number of classes at once: scores are sigmoids
    Pooling pooling = Pooling::Mean; ///< of windows to the video; default with many_labels: Max
    int top_k = 5;
    CardAlarms alarms;      ///< by label; empty: the video's label is by threshold
    CardNeeds needs;        ///< by label
    float least_person = 0; ///< as PersonsNeeds::least_person
};

/**
 * \brief What stands behind the backbone's features in each row: those of another model, of the same
 * clips, or how the clip's persons move (MotionLayout), which no model makes
 */
struct AttendedModel {
    static constexpr const char *persons = "persons"; ///< the name of the latter

    std::string name;   ///< of its bundle: inside the model's folder, beside it, or on the path
    std::string sha256; ///< of its weights; empty: not known, they are not checked

    bool is_persons() const { return name == persons; }
};

/** \brief Of a model whose head was trained anew for a camera: what it began with */
struct AdaptedModel {
    std::string from;   ///< name of that bundle
    std::string sha256; ///< of its weights, whose feature rows these are too
};

/** \brief What models/NAME/card.json says of an activity model; see models/schema/card.schema.json */
struct ActivityCard {
    std::string architecture;       ///< one of nn::backbone_names()
    nn::AttentionOptions attention; ///< inside the backbone; none with an empty name
    int ensemble = 1;               ///< networks a stream, of nn::ArchitectureFacts::has_streams
    int classes = 0;
    FrameToTensor::Options input; ///< of flow x stands for R, y for G, and B is not there
    Modality modality = Modality::Rgb;
    FlowMethod flow = FlowMethod::Dis; ///< of Modality::Flow
    ViewArea area = ViewArea::Square;
    SamplingOptions sampling;
    RegionGridOptions regions;
    ActorOptions actor;
    double actor_window_ms = 0;    ///< streams: causal window of the actor; 0: the clip's length
    std::string detector;          ///< bundle of the detector it was measured with
    std::string pose;              ///< bundle of the keypoints that attended persons are seen with
    std::string pose_else;         ///< and where that is not there; empty: by their boxes alone
    std::string head;              ///< one of nn::head_names(); empty: it only extracts features
    SecondLook focus;              ///< nothing in it is Card
    AttendedModel attended;        ///< with an empty name: none
    std::vector<CardFile> anchors; ///< feature files, one a label: windows of the training split
    AdaptedModel adapted;          ///< with an empty name: it was not
    std::string focus_weights;     ///< file of the fixed network that looks first; empty: none
    CardDecision decision;
    SegmentRule
        segments; ///< how actions are found in untrimmed videos; classes: see segment_rule()

    /** \brief Whether the first look is the fixed network's: fusion `late` of two networks */
    bool fuses_two_networks() const { return focus.is_late() && !focus_weights.empty(); }
};

/** \brief One of the models of a combination */
struct CombinedModel {
    std::string name;  ///< of a bundle: inside the combination's folder, beside it, or on the path
    double weight = 1; ///< of its scores in the mean
};

/** \brief A whole card, checked: every entry has its type and lies in its range */
struct Card {
    enum class Kind { Activity, Detector, Combination, Pose };

    Kind kind = Kind::Activity;
    std::string name;
    std::string title;
    std::string licence;
    std::string source;   ///< where it comes from and how its weights are made; plain words
    std::string measured; ///< accuracy and on what; plain words, empty where it is a list
    std::vector<Measurement> measurements; ///< the list
    std::string limits;                    ///< what it cannot do; plain words
    std::string labels;          ///< file of the class names, one a line; empty for detectors
    std::vector<CardFile> files; ///< of an activity model: the weights, then those of its focus
    ActivityCard activity;       ///< Kind::Activity
    DnnDetectorOptions detector; ///< Kind::Detector; its files by their names in the bundle
    std::vector<CombinedModel> models; ///< Kind::Combination
    PoseOptions pose;                  ///< Kind::Pose; its network by its name in the bundle
};

/**
 * \brief Read and check a card.json
 * \throw Error NotFound, or Settings naming the entry, what it is and what was expected: an unknown
 * entry is an error too, a misspelt one must not pass
 */
Card read_card(const std::filesystem::path &file);

} // namespace fovea
