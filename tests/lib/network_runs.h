// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "fovea/train/network_training.h"
#include "made_videos.h"
#include "recording_watcher.h"
#include "temporary_folder.h"

namespace fovea::test {

/** \brief Ten clips of two classes, made up; the compact network from random weights */
class NetworkRuns : public testing::Test
{
protected:
    void SetUp() override
    {
        std::string list = "path,label,group,split\n";
        for (int i = 0; i < 5; ++i) {
            const std::string split = i < 3 ? "train" : i == 3 ? "val" : "test";
            for (const char *label : {"moving", "still"})
                add(&list, label + std::to_string(i), label, split);
        }
        list_ = list;
        training_.list = folder_.path() / "list.csv";
        training_.settings.model = "watch";
        training_.settings.recipe = "from-scratch";
        training_.settings.out = folder_.path() / "made";
        training_.settings.changes.epochs = 2;
        training_.settings.changes.batch_size = 4;
    }

    void add(std::string *list, const std::string &id, const std::string &label,
             const std::string &split) const
    {
        folder_.write(id + ".mp4", "not looked into");
        *list += id + ".mp4," + label + ",g-" + id + "," + split + "\n";
    }

    /** \brief Of a video that moves, in seconds, to a list without splits */
    void add_stretch(const std::string &id, double start, double end)
    {
        folder_.write(id + ".mp4", "not looked into");
        list_ += id + ".mp4,moving," + std::to_string(start) + "," + std::to_string(end) + "\n";
    }

    TrainingOutcome run()
    {
        folder_.write("list.csv", list_);
        return train_network(
            training_, [](const ActivityCard &) { return std::make_unique<MadeVideos>(); },
            watcher_);
    }

    /** \brief Behind it stand how many clips there are, and that each class is an event */
    const std::string &told_of_weights() const
    {
        return watcher_.notes.at(watcher_.notes.size() - 3);
    }

    TemporaryFolder folder_;
    std::string list_;
    NetworkTraining training_;
    RecordingWatcher watcher_;
};

} // namespace fovea::test
