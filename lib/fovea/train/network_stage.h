// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "fovea/train/bundle_writer.h"
#include "fovea/train/data/clip_samples.h"
#include "fovea/train/initial_networks.h"
#include "fovea/train/network_training.h"

namespace fovea {

/** \brief Where dump() leaves the feature files */
std::filesystem::path features_folder(const NetworkTraining &training);

/** \brief One network of a training (the teacher, or what is trained), from its list to its bundle */
class NetworkStage
{
public:
    /** \throw as train_network */
    NetworkStage(const NetworkTraining &training, const OpenFrames &open_frames,
                 RunWatcher &watcher);

    TrainReport train();

    /** \brief The bundle, before its test is run: what was trained is safe then */
    Bundle write(const TrainReport &report);

    /** \brief Judges the test split where there is one, and says so in the card of \a made */
    Bundle measure(const Bundle &made);

    /** \brief Feature files of all clips and their list, as `fovea extract --list` leaves them */
    void dump(const Bundle &made);

private:
    void make_networks();
    void settle(const ClipList &list);
    using Views = ClipSamplesOptions::Views;

    /** \return null where the split has no clip */
    std::unique_ptr<ClipSamples> samples(const std::string &split,
                                         const ClipSamplesOptions &options) const;
    void open_teachers_view(const OpenFrames &open_frames);
    Json trained_on(const ClipList &list) const;
    TrainReport teach_pictures(const ClipSamples &train_on, const ClipSamples *validate_on,
                               TrainerOptions how);
    void take_weights();

    const NetworkTraining &training_;
    RunWatcher &watcher_;
    Bundle base_;
    ActivityCard card_; ///< with the regions and timesteps that are trained
    ClipList list_;
    std::unique_ptr<ClipSource> frames_;
    std::unique_ptr<ClipSource> teachers_frames_; ///< null: the teacher sees what its student sees
    Recipe recipe_;
    InitialNetworks networks_;
    ClipSamplesOptions clips_;
    TrainedBundle trained_;
};

} // namespace fovea
