// SPDX-License-Identifier: MIT
#include <algorithm>
#include <set>
#include <sstream>

#include "commands/extract.h"
#include "commands/label.h"
#include "fovea/store/result_formats.h"
#include "options/choice.h"
#include "options/shared_options.h"

namespace fovea {

namespace {

void add_sampling(CLI::App *command, AnalysisSettings *settings)
{
    add_choice(command, "--sampling", &settings->sampling, samplings,
               "Which frames are looked at: card (as the model was measured), uniform, equal, "
               "shuffled, sliding, windows, every")
        ->option_text("PLAN (card)");
}

/** \brief Of words that work on videos, one after the other */
template <typename Options>
void add_batch_options(CLI::App *command, Options *options)
{
    command->add_option("VIDEO", options->videos, "Video files")->required()->option_text(" ");
    add_jobs(command, &options->jobs);
    add_analysis_options(command, &options->analysis);
    add_sampling(command, &options->analysis);
    command->add_flag("--force,-f", options->force, "Make anew what is there already");
}

/** \brief The forms of results that may be asked for */
std::string format_list()
{
    std::string list;
    for (const auto &format : result_formats()) {
        if (!format.of_segments)
            list += (list.empty() ? "" : ",") + format.name;
    }
    return list;
}

std::set<std::string> parse_formats(const std::string &list)
{
    std::set<std::string> formats;
    std::stringstream stream(list);
    for (std::string format; std::getline(stream, format, ',');) {
        const bool known =
            std::any_of(result_formats().begin(), result_formats().end(),
                        [&](const auto &one) { return !one.of_segments && one.name == format; });
        if (!known)
            throw CLI::ValidationError(
                "--format", "'" + format + "' is unknown; expected some of " + format_list());
        formats.insert(format);
    }
    return formats;
}

} // namespace

void add_label(CLI::App &app, Command *asked)
{
    const auto options = std::make_shared<LabelOptions>();
    const auto formats = std::make_shared<std::string>(format_list());
    CLI::App *command = app.add_subcommand(
        "label", "Say what happens in videos, and when: VIDEO.fovea/results.jsonl, .vtt, .csv");
    add_batch_options(command, options.get());
    command->add_option("--out,-o", options->out, "Folder of the results (default: beside VIDEO)")
        ->option_text("DIR");
    command->add_flag("--video", options->video, "Also a labelled copy of the video (MP4)");
    CLI::Option *summary =
        command->add_flag("--summary", options->summary,
                          "Also summary.mp4: the salient stretches of the video alone");
    command
        ->add_option("--summary-ratio", options->summary_ratio,
                     "Share of the video that the summary keeps at most")
        ->check(CLI::Range(0.01, 1.0))
        ->needs(summary)
        ->option_text("SHARE (0.25)");
    command->add_flag("--segments", options->segments,
                      "Also find actions from their start to their end, in windows of several "
                      "lengths; adds results.activitynet.json");
    command->add_option("--format", *formats, "Of jsonl, vtt, csv; jsonl is always written")
        ->option_text("LIST (jsonl,vtt,csv)");
    command->add_flag("--print-pipeline", options->print_pipeline,
                      "Print the gst-launch-1.0 line instead of running it");
    command->callback([options, formats, asked] {
        options->formats = parse_formats(*formats);
        *asked = [options] { return label(*options); };
    });
}

void add_extract(CLI::App &app, Command *asked)
{
    const auto options = std::make_shared<ExtractOptions>();
    CLI::App *command =
        app.add_subcommand("extract", "Write feature rows of videos to OUT/NAME.pt, to train on");
    add_batch_options(command, options.get());
    command->add_option("--out,-o", options->out, "Folder of the feature files")
        ->required()
        ->option_text("DIR (required)");
    command
        ->add_option("--mode", options->analysis.mode,
                     "one-at-a-time: each timestep is a clip; "
                     "one-shot: all are one clip")
        ->check(CLI::IsMember({"one-at-a-time", "one-shot"}))
        ->option_text("MODE (one-at-a-time)");
    command->add_option("--timesteps", options->analysis.timesteps, "Timesteps; 0: the card's")
        ->check(CLI::Range(0, 65536))
        ->option_text("N");
    add_regions(command, &options->analysis.regions);
    command
        ->add_option("--attended", options->analysis.attended,
                     "A second model, whose features of the same regions stand behind the first's: "
                     "head alstm attends to them; of a detector with a card (not hog) its "
                     "classes' scores in each frame")
        ->option_text("MODEL");
    command->add_flag(
        "--mirrored", options->mirrored,
        "Also rows of each video with left and right exchanged: training draws them at "
        "even odds, and an alstm head is scored by both");
    command->add_option("--label", options->label, "Label written into each file")
        ->option_text("LABEL");
    command->get_option("VIDEO")->required(false);
    command
        ->add_option("--list", options->list,
                     "Labelled clips instead of VIDEO, in any form of 'train backbone'")
        ->option_text("FILE");
    command->add_flag("--many-labels", options->many_labels,
                      "Of the list: videos have any number of labels, as in a;b");
    command->add_option("--split", options->split, "Of the list only train, val or test")
        ->check(CLI::IsMember({"train", "val", "test"}))
        ->option_text("SPLIT (all)");
    command->callback([options, asked] {
        if (options->videos.empty() == options->list.empty())
            throw CLI::ValidationError("extract", "expected either VIDEO or --list");
        *asked = [options] { return extract(*options); };
    });
}

} // namespace fovea
