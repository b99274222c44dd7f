#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "fovea/eval/metrics.h"
#include "fovea/train/data/clip_list.h"
#include "fovea/train/loop/trainer.h"

namespace fovea {

/** \brief What a user sets otherwise than the recipe says */
struct RecipeChanges {
    std::optional<std::string> optimiser; ///< adam, adamw, sgd
    std::optional<std::string> schedule;  ///< constant, step, one-cycle, cosine
    std::optional<std::string> joint;     ///< joint-mean, sum-of-means
    std::optional<int> patience;
    std::optional<double> learning_rate;
    std::optional<double> momentum;
    std::optional<double> weight_decay;
    std::optional<double> label_smoothing;
    std::optional<double> clip_norm;
    std::optional<double> mixup;
    std::optional<double> average_decay;
    std::optional<int> epochs;
    std::optional<int> batch_size;
    std::vector<int> steps;
    bool many_labels = false; ///< any number of labels a clip
    bool balance = false;     ///< classes count the same, however many clips they have
    bool keep_last = false;   ///< the last epoch instead of the best
    std::uint64_t seed = 0;
};

/** \param clips_by_class for RecipeChanges::balance */
Recipe changed(Recipe recipe, const RecipeChanges &changes,
               const std::vector<std::int64_t> &clips_by_class);

/** \brief What `fovea train head` and `fovea train backbone` have in common */
struct TrainingSettings {
    std::string model;         ///< bundle to begin with
    std::filesystem::path out; ///< folder of the bundle that is made
    std::string recipe;        ///< by name; empty: the usual one
    RecipeChanges changes;
    SplitOptions split;
    bool resume = false;
    int threads = 1; ///< of LibTorch; the same number gives the same weights
};

/**
 * \brief Before training: LibTorch's threads, and memory that is kept for the next step
 *
 * glibc gives large blocks back at once: the kernel then clears the same pages again in every step.
 * \param threads 0: all cores
 */
void settle_training(int threads);

/** \brief OUT/training: what is kept of the training beside the bundle */
std::filesystem::path training_folder(const std::filesystem::path &out);

/**
 * \brief Splits the list where it has no split, writes it to OUT/training/list.csv, tells warnings
 * \throw Error as make_split and check_classes; CannotWrite
 */
void settle_list(ClipList *list, const TrainingSettings &settings);

std::vector<std::int64_t> targets_of(const ClipList &list, const std::vector<ListedClip> &clips);

/** \brief Of many labels: 0 or 1, [classes, 1], of each clip */
std::vector<at::Tensor> labels_of(const ClipList &list, const std::vector<ListedClip> &clips);

/** \brief Clips of each class in a split */
std::vector<std::int64_t> count_classes(const ClipList &list, const std::string &split);

/**
 * \brief Trains with progress on stderr and a line for epochs worth one; Ctrl-C ends it early
 * \param trained_on what else decides the outcome, compared on resuming
 * \throw Error as train()
 */
TrainReport run_training(Classifier &classifier, const SampleSource &training,
                         const SampleSource *validation, const Recipe &recipe,
                         const TrainingSettings &settings, const Json &trained_on,
                         Classifier *teacher = nullptr);

/** \brief Scores of a split. \param clips those of \a source, one for each sample */
std::vector<Prediction> predict(Classifier &classifier, const SampleSource &source,
                                const std::vector<ListedClip> &clips);

/**
 * \brief Tells the figures and writes NAME.txt, .json, .svg and -predictions.csv into \a folder
 * \return the figures in one plain sentence: "Top-1 86.9 % ..."
 * \throw Error CannotWrite
 */
std::string report_evaluation(const std::filesystem::path &folder, const std::string &name,
                              const std::vector<Prediction> &predictions,
                              const std::vector<std::string> &labels);

} // namespace fovea
