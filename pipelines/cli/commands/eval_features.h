// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "commands/eval.h"
#include "fovea/bundle/open_model.h"
#include "fovea/core/errors.h"
#include "fovea/train/lists/clip_list.h"

namespace fovea {

/** \brief In a folder of features the list of those that were evaluated last: that of `fovea extract` stays */
constexpr const char *evaluated_name = "evaluated.csv";

constexpr const char *feature_ending = ".pt";

/**
 * \brief What every evaluation begins with: where features and figures lie, and the folder of the
 * figures made
 * \throw Error CannotWrite; Settings where two of \a models have one name, as their folders of features would; as
 * load_head() and window_settings() of each
 */
EvaluateOptions with_folders(EvaluateOptions options, const std::vector<WeightedModel> &models);

/** \brief A list of actions or events in videos; what it warns of is told */
ClipList event_list(const EvaluateOptions &options, const Bundle &model);

/** \param what "clip" or "video" \param splits whether the list has any */
Error nothing_in_split(const EvaluateOptions &options, const std::string &what, bool splits = true);

/** \brief Whether clips of the list are of splits */
bool has_splits(const ClipList &list);

/** \brief Whether it is one, as in the list that `fovea train head` leaves, and no video */
bool is_feature_file(const std::filesystem::path &file);

/**
 * \param rows the first feature file
 * \throw Error Settings where there are shares of work, or several models: feature files are not shared out, and are of
 * one; or where they are known to be of another network than the model's
 */
void check_features(const EvaluateOptions &options, const std::vector<WeightedModel> &models,
                    const std::filesystem::path &rows);

/** \brief What clips of a list are extracted for */
enum class EvaluationOf {
    Clips,    ///< each is one video
    Stretches ///< several of a video, which is taken whole and once
};

/** \brief Feature files of a split */
struct EvaluationFeatures {
    std::vector<std::filesystem::path>
        folders;  ///< one of each model, last that of the first stage; fewer after Ctrl-C
    int code = 0; ///< as extract()
    bool are_all =
        true; ///< false: of a share alone, none at all, or Ctrl-C came; that has been told
};

/**
 * \brief Extracts what is asked for of the split, or merges what its shares extracted: rows of one model
 * into the folder of features itself, of several into folders of their names there
 * \param options of with_folders()
 * \param first_stage null: none; its rows go to "proposals" in the folder of the first model's, which are where they
 * are without it
 * \throw Error as extract()
 */
EvaluationFeatures extract_split(const EvaluateOptions &options,
                                 const std::vector<WeightedModel> &models, EvaluationOf what,
                                 const Bundle *first_stage = nullptr);

} // namespace fovea
