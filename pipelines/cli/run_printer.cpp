// SPDX-License-Identifier: MIT
#include "run_printer.h"

#include <algorithm>
#include <cstdio>

#include "fovea/core/formatted.h"
#include "fovea/core/printable.h"
#include "fovea/eval/evaluation_files.h"
#include "fovea/eval/report.h"
#include "interrupt.h"

namespace fovea {

namespace {

constexpr int told_epochs = 20; // lines of a training, besides new bests

std::string figures(double loss, const char *name, double figure)
{
    return formatted("%.4f, %s %.1f %%", loss, name, 100 * figure);
}

/** \brief Figures of one evaluation; those by group, often one for each clip, are left to the files */
void print_evaluation(const std::string &name, Evaluation evaluation)
{
    evaluation.groups.clear();
    std::fputs(printable_lines("\n" + name + "\n" + to_text(evaluation)).c_str(), stdout);
}

} // namespace

bool RunPrinter::stops()
{
    return interrupted();
}

void RunPrinter::progress(double share)
{
    const std::lock_guard lock(mutex_);
    if (share < share_) // the next part
        progress_ = std::make_unique<Progress>(1);
    share_ = share;
    progress_->set(0, 1, share);
}

void RunPrinter::note(const std::string &line)
{
    const std::lock_guard lock(mutex_);
    progress_->say(line);
}

void RunPrinter::warn(const std::string &line)
{
    const std::lock_guard lock(mutex_);
    progress_->warn("fovea: warning: " + line);
}

void RunPrinter::epoch(const EpochRecord &record, int epochs)
{
    const int every = std::max(1, epochs / told_epochs);
    const bool told =
        record.epoch % every == 0 || record.epoch == epochs || (record.best && record.validated);
    if (!told)
        return;
    std::string line = "epoch " + std::to_string(record.epoch) + "/" + std::to_string(epochs) +
                       "  loss " + figures(record.train_loss, "accuracy", record.train_accuracy);
    if (record.validated)
        line += "; validation " +
                figures(record.validation_loss, record.many_labels ? "mAP" : "accuracy",
                        record.validation_accuracy) +
                (record.best ? "  best" : "");
    const std::lock_guard lock(mutex_);
    progress_->say(line);
}

void RunPrinter::stopped(int epochs_done, int epochs)
{
    const std::lock_guard lock(mutex_);
    progress_->warn("fovea: stopped after " + std::to_string(epochs_done) + " of " +
                    std::to_string(epochs) +
                    " epochs; the same command with --resume goes on from here");
}

void RunPrinter::evaluated(const std::string &name, const Evaluation &evaluation)
{
    const std::lock_guard lock(mutex_);
    progress_ = std::make_unique<Progress>(1); // the bar makes way
    print_evaluation(name, evaluation);
}

void RunPrinter::written(const Bundle &bundle)
{
    const std::lock_guard lock(mutex_);
    progress_->say("written: '" + bundle.folder().string() + "'");
}

void report_evaluation(const std::filesystem::path &folder, const std::string &name,
                       const std::vector<Prediction> &predictions,
                       const std::vector<std::string> &labels)
{
    print_evaluation(name, write_evaluation(folder, name, predictions, labels));
}

} // namespace fovea
