// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "fovea/train/training_steps.h"
#include "progress.h"

namespace fovea {

/** \brief Tells on the terminal what a training run says of itself; Ctrl-C ends it early */
class RunPrinter : public RunWatcher
{
public:
    bool stops() override;
    void progress(double share) override;
    void note(const std::string &line) override;
    void warn(const std::string &line) override;
    void epoch(const EpochRecord &record, int epochs) override;
    void stopped(int epochs_done, int epochs) override;
    void evaluated(const std::string &name, const Evaluation &evaluation) override;
    void written(const Bundle &bundle) override;

private:
    std::mutex mutex_; ///< guards what follows: threads that decode warn as well
    std::unique_ptr<Progress> progress_ = std::make_unique<Progress>(1); ///< of the part in hand
    double share_ = 0;
};

/** \brief Tells the figures and writes them, see write_evaluation() \throw as that */
void report_evaluation(const std::filesystem::path &folder, const std::string &name,
                       const std::vector<Prediction> &predictions,
                       const std::vector<std::string> &labels);

} // namespace fovea
