// SPDX-License-Identifier: MIT
#include "commands/eval.h"
#include "commands/eval_alarms.h"
#include "commands/eval_segments.h"
#include "crash_guard.h"
#include "options/finite.h"
#include "options/shared_options.h"

namespace fovea {

namespace {

/** \brief What is judged in place of clips: actions, or alarms */
void add_events(CLI::App *command, EvaluateOptions *options)
{
    CLI::Option *segments =
        command->add_flag("--segments", options->segments,
                          "How well actions are found in untrimmed videos: mAP by overlap with the "
                          "list's stretches (label Ambiguous: neither right nor wrong)");
    command
        ->add_option("--protocol", options->protocol,
                     "Of segments: thumos14 (0.1 to 0.5) or activitynet (0.5 to 0.95)")
        ->check(CLI::IsMember({"thumos14", "activitynet"}))
        ->needs(segments)
        ->option_text("NAME (thumos14)");
    add_proposals(command, segments, &options->proposals);
    CLI::Option *alarms = command->add_flag(
        "--alarms", options->alarms,
        "What alarms find, how soon, and how many are false an hour, at each threshold");
    command
        ->add_option("--alarms-per-hour", options->alarms_per_hour,
                     "Also the threshold of each class that makes no more false alarms")
        ->check(CLI::Range(0.0, 10'000.0))
        ->check(finite())
        ->needs(alarms)
        ->option_text("X");
    alarms->excludes("--segments");
}

} // namespace

void add_eval(CLI::App &app, Command *asked)
{
    const auto options = std::make_shared<EvaluateOptions>();
    CLI::App *command =
        app.add_subcommand("eval", "How often a model is right on labelled clips, and where not");
    add_list(command, &options->list, "Labelled clips, in any form of 'train backbone'");
    add_root(command, &options->root);
    command->add_option("--split", options->split, "train, val, test or all")
        ->check(CLI::IsMember({"train", "val", "test", "all"}))
        ->option_text("SPLIT (test)");
    command->add_option("--out,-o", options->out, "Folder of figures and predictions")
        ->check(not_empty())
        ->option_text("DIR (MODEL.eval)");
    CLI::Option *features =
        command
            ->add_option("--features", options->features,
                         "Folder of feature files, kept for the next time (default: OUT/features)")
            ->option_text("DIR");
    add_events(command, options.get());
    add_analysis_options(command, &options->analysis);
    add_sampling(command, &options->analysis);
    add_views(command, &options->analysis);
    add_pool(command, &options->analysis.pooling);
    add_regions(command, &options->analysis.regions);
    add_jobs(command, &options->jobs);
    add_patience(command, &options->patience_s);
    add_share(command, &options->share);
    CLI::Option *merge =
        command
            ->add_option("--merge", options->parts,
                         "The --out folders of all runs with --shard, of this list and options: "
                         "the figures of the whole, without the videos")
            ->option_text("DIR...");
    for (CLI::Option *shared : {command->get_option("--shard"), command->get_option("--claims")})
        merge->excludes(shared);
    command->get_option("--shard")->excludes(features);
    command->callback([options, asked] {
        if (options->split == "all")
            options->split.clear();
        *asked = [options] {
            return run_guarded([options] {
                if (options->alarms)
                    return evaluate_alarms(*options);
                return options->segments ? evaluate_segments(*options) : evaluate_model(*options);
            });
        };
    });
}

} // namespace fovea
