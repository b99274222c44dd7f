// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include <CLI/CLI.hpp>

#include "batch.h"
#include "fovea/bundle/analysis_settings.h"
#include "fovea/bundle/proposals.h"
#include "fovea/train/data/frame_cache.h"
#include "options/choice.h"
#include "options/video_argument.h"

namespace fovea {

/** \brief What was asked for on the command line, ready to run; gives the exit code */
using Command = std::function<int()>;

/* Each adds a word with its options, and sets \a asked when it was the one. */
void add_label(CLI::App &app, Command *asked);
void add_extract(CLI::App &app, Command *asked);
void add_models(CLI::App &app, Command *asked);
void add_bench(CLI::App &app, Command *asked);
void add_train(CLI::App &app, Command *asked);
void add_eval(CLI::App &app, Command *asked);
void add_adapt(CLI::App &app, Command *asked);

/* Options that several words have: each stands here once. */
void add_model(CLI::App *command, std::string *model,
               const std::string &what = "Activity model: a name or a folder");
void add_detector(CLI::App *command, std::string *detector);
void add_threads(CLI::App *command, int *threads);
void add_regions(CLI::App *command, std::string *regions);
void add_jobs(CLI::App *command, int *jobs);
void add_patience(CLI::App *command, int *patience_s);
void add_list(CLI::App *command, std::filesystem::path *list, const std::string &what);
/** \brief Of a folder that is written to, or a model: an empty name is refused before any work */
CLI::Validator not_empty(const std::string &error = "expected a folder, got ''");

/** \brief --out of words that make a model */
void add_bundle_out(CLI::App *command, std::filesystem::path *out);

/** \brief --timesteps, --size and --mode: how many clips a whole video is judged by, and how */
void add_views(CLI::App *command, AnalysisSettings *settings);

void add_pool(CLI::App *command, Pooling *pooling);

/** \brief --mode, of files: no stream */
template <typename Mode>
CLI::Option *add_mode(CLI::App *command, Mode *mode, const std::string &what)
{
    return add_choice(command, "--mode", mode, feature_modes, what,
                      {name_of(feature_modes, FeatureMode::OneAtATime),
                       name_of(feature_modes, FeatureMode::OneShot)});
}

/** \brief --proposals and --proposal-threshold, of \a segments */
void add_proposals(CLI::App *command, CLI::Option *segments, ProposalSettings *settings);

void add_root(CLI::App *command, std::filesystem::path *root);

/** \brief --root, --detector and --cache of a list whose videos are decoded to frames */
void add_frame_options(CLI::App *command, std::filesystem::path *root, FrameCacheSettings *cache);

/** \brief --model, --detector, --device, --precision, --threads, --gate and those of a focus */
void add_analysis_options(CLI::App *command, AnalysisSettings *settings);

/** \brief --sampling */
void add_sampling(CLI::App *command, AnalysisSettings *settings);

/** \brief --shard, --claims, --retry-failed */
void add_share(CLI::App *command, BatchShare *share);

/** \brief VIDEO, --jobs, --force and the analysis of words that work on videos, one after the other */
template <typename Options>
void add_batch_options(CLI::App *command, Options *options)
{
    command
        ->add_option("VIDEO", options->videos,
                     "Video files, or addresses of some: http://, https://")
        ->transform(video_path)
        ->option_text(" ");
    add_jobs(command, &options->jobs);
    add_patience(command, &options->patience_s);
    add_share(command, &options->share);
    add_analysis_options(command, &options->analysis);
    add_sampling(command, &options->analysis);
    command->add_flag("--force,-f", options->force, "Make anew what is there already");
}

} // namespace fovea
