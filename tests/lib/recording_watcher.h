// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "fovea/train/training_steps.h"

/** \brief Keeps all that a run tells; ends it after some epochs, where it is asked to */
class RecordingWatcher final : public fovea::RunWatcher
{
public:
    bool stops() override
    {
        if (in_first_epoch && !notes.empty())
            return true;
        return stop_after >= 0 && static_cast<int>(epochs.size()) >= stop_after;
    }

    void progress(double share) override { shares.push_back(share); }

    void note(const std::string &line) override { notes.push_back(line); }

    void warn(const std::string &line) override { warnings.push_back(line); }

    void epoch(const fovea::EpochRecord &record, int) override { epochs.push_back(record.epoch); }

    void stopped(int epochs_done, int) override { stopped_after = epochs_done; }

    void evaluated(const std::string &name, const fovea::Evaluation &evaluation) override
    {
        judged.push_back(name + " " + std::to_string(evaluation.clips));
    }

    void written(const fovea::Bundle &bundle) override { bundles.push_back(bundle.name()); }

    int stop_after = -1;         ///< epochs; -1: never
    bool in_first_epoch = false; ///< once the list has been told
    std::vector<double> shares;
    std::vector<std::string> notes;
    std::vector<std::string> warnings;
    std::vector<int> epochs;
    int stopped_after = -1;
    std::vector<std::string> judged;
    std::vector<std::string> bundles;
};

/** \brief Ends a run that has asked so often whether it is to stop */
class StoppingWatcher final : public fovea::RunWatcher
{
public:
    explicit StoppingWatcher(int after) : after_(after) {}

    bool stops() override { return ++asked_ > after_; }

private:
    int after_;
    int asked_ = 0;
};
