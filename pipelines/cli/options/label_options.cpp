// SPDX-License-Identifier: MIT
#include <algorithm>
#include <set>
#include <sstream>

#include "commands/label.h"
#include "crash_guard.h"
#include "fovea/store/results/result_formats.h"
#include "options/finite.h"
#include "options/shared_options.h"

namespace fovea {

namespace {

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
    command
        ->add_option_function<std::string>(
            "--list",
            [options](const std::string &list) {
                if (list != "-")
                    options->share.root = std::filesystem::path(list).parent_path();
                options->list_folder = std::filesystem::absolute(options->share.root / ".");
                for (const auto &video : listed_videos(list)) {
                    options->videos.push_back(video);
                    options->listed.insert(video);
                }
            },
            "Also the videos of this file, a path or address a line, or as find -print0 writes "
            "them; - reads them from stdin")
        ->option_text("FILE");
    command
        ->add_flag("--status", options->status,
                   "Say which videos are done, running and failed, and why, instead of labelling")
        ->needs(command->get_option("--claims"));
    add_views(command, &options->analysis);
    add_pool(command, &options->analysis.pooling);
    add_regions(command, &options->analysis.regions);
    command
        ->add_option("--out,-o", options->out,
                     "Folder of the results (default: beside VIDEO); what a list names keeps its "
                     "folders below the list's")
        ->check(not_empty())
        ->option_text("DIR");
    command->add_flag("--video", options->video, "Also a labelled copy of the video (MP4)");
    CLI::Option *summary =
        command->add_flag("--summary", options->summary,
                          "Also summary.mp4: the salient stretches of the video alone");
    command
        ->add_option("--summary-ratio", options->summary_ratio,
                     "Share of the video that the summary keeps at most")
        ->check(CLI::Range(0.01, 1.0))
        ->check(finite())
        ->needs(summary)
        ->option_text("SHARE (0.25)");
    CLI::Option *segments =
        command->add_flag("--segments", options->segments,
                          "Also find actions from their start to their end, in windows of several "
                          "lengths; adds results.activitynet.json");
    add_proposals(command, segments, &options->proposals);
    command->add_option("--format", *formats, "Of jsonl, vtt, csv; jsonl is always written")
        ->option_text("LIST (jsonl,vtt,csv)");
    command
        ->add_flag("--print-pipeline", options->print_pipeline,
                   "Print the gst-launch-1.0 line instead of running it")
        ->excludes("--proposals"); // no line joins the rows of two models
    command->callback([options, formats, asked] {
        if (options->videos.empty())
            throw CLI::ValidationError("label", "expected VIDEO or --list");
        options->formats = parse_formats(*formats);
        *asked = [options] { return run_guarded([options] { return label(*options); }); };
    });
}

} // namespace fovea
