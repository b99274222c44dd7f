// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include <gtest/gtest.h>

#include "fovea/store/tensors/feature_file.h"
#include "fovea/train/head_training.h"
#include "recording_watcher.h"
#include "temporary_folder.h"
#include "watch_rows.h"

namespace fovea {

constexpr std::int64_t head_rows = 6;

/** \brief Twelve made-up feature files of watch; a class is where its first channels are */
class HeadRuns : public testing::Test
{
protected:
    void SetUp() override
    {
        for (int i = 0; i < 12; ++i)
            write(i, i % 2 == 0 ? "calm" : "wild");
        training_.features = folder_.path();
        training_.settings.out = folder_.path() / "made";
        training_.settings.changes.epochs = 20;
        training_.settings.changes.learning_rate = 0.01;
    }

    void write(int i, const std::string &label) const
    {
        FeatureFile file;
        file.features = Array({watch_regions, head_rows, watch_channels});
        for (std::size_t v = 0; v < file.features.values.size(); ++v) {
            const bool first_half = v % watch_channels < watch_channels / 2;
            file.features.values[v] = first_half == (i % 2 == 0) ? 1.0F : 0.0F;
        }
        file.boxes.resize(watch_regions);
        file.times.resize(head_rows);
        file.regions = "full,actor";
        file.video_id = "v" + std::to_string(i);
        file.label = label;
        file.bundle = "watch";
        write_feature_file(folder_.path() / (file.video_id + ".pt"), file);
    }

    TrainingOutcome run() { return train_head(training_, watcher_); }

    TemporaryFolder folder_;
    HeadTraining training_;
    RecordingWatcher watcher_;
};

} // namespace fovea
