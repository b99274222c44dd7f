#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <gst/gst.h>

#include <CLI/CLI.hpp>
#include <unistd.h>

#include "commands/bench.h"
#include "commands/calibrate.h"
#include "commands/doctor.h"
#include "commands/extract.h"
#include "commands/label.h"
#include "commands/models.h"
#include "fovea/store/result_formats.h"
#include "interrupt.h"
#include "options/choice.h"
#include "options/focus_options.h"
#include "options/train_options.h"

namespace {

using fovea::AnalysisSettings;

constexpr int usage_exit_code = 2;

/*
 * Both libraries read this when they are loaded, before main(): threads that wait must sleep, not
 * burn the core that decodes. OpenBLAS's would for a tenth of a second after each product (2^26
 * cycles), and take a core from the network that runs next.
 */
void settle_environment(char **argv)
{
    bool settled = true;
    for (const auto &[name, value] :
         {std::pair("OMP_WAIT_POLICY", "PASSIVE"), std::pair("OPENBLAS_THREAD_TIMEOUT", "4")}) {
        settled = settled && std::getenv(name) != nullptr;
        setenv(name, value, /*overwrite=*/0);
    }
    if (!settled)
        execv("/proc/self/exe", argv); // returns only when it fails: then slower, not wrong
}

void add_analysis_options(CLI::App *command, AnalysisSettings *settings)
{
    command->add_option("--model", settings->model, "Activity model: a name or a folder")
        ->option_text("MODEL (watch)");
    command
        ->add_option("--detector", settings->detector,
                     "Person detector: hog, or a name or folder (default: the model's, or hog "
                     "where its weights are not there)")
        ->option_text("DETECTOR");
    command->add_option("--device", settings->device, "auto, cpu, cuda or cuda:N")
        ->option_text("(auto)");
    command
        ->add_option("--precision", settings->precision, "auto, fp32, bf16, int8, or fp16 on a GPU")
        ->check(CLI::IsMember({"auto", "fp32", "bf16", "int8", "fp16"}))
        ->option_text("(auto)");
    command->add_option("--threads", settings->threads, "Threads of a network; 0: a good choice")
        ->check(CLI::Range(0, 256))
        ->option_text("N");
    fovea::add_focus_options(command, settings);
    command
        ->add_option("--gate", settings->gate,
                     "Look less often at regions that get less than this share of an equal part "
                     "of the attention; 0: at all, always")
        ->check(CLI::Range(0.0, 1.0))
        ->option_text("X (0)");
    fovea::add_choice(command, "--sampling", &settings->sampling, fovea::samplings,
                      "Which frames are looked at: card (as the model was measured), uniform, "
                      "equal, shuffled, sliding, windows, every")
        ->option_text("PLAN (card)");
}

template <typename Options>
void add_batch_options(CLI::App *command, Options *options)
{
    command->add_option("VIDEO", options->videos, "Video files")->required()->option_text(" ");
    command->add_option("--jobs,-j", options->jobs, "Videos worked on at once")
        ->check(CLI::Range(1, 256))
        ->option_text("N (1)");
    command->add_flag("--force,-f", options->force, "Make anew what is there already");
}

void add_label(CLI::App &app, fovea::LabelOptions *options, std::string *formats)
{
    CLI::App *command = app.add_subcommand(
        "label", "Say what happens in videos, and when: VIDEO.fovea/results.jsonl, .vtt, .csv");
    add_batch_options(command, options);
    add_analysis_options(command, &options->analysis);
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
}

void add_extract(CLI::App &app, fovea::ExtractOptions *options)
{
    CLI::App *command =
        app.add_subcommand("extract", "Write feature rows of videos to OUT/NAME.pt, to train on");
    add_batch_options(command, options);
    add_analysis_options(command, &options->analysis);
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
    command
        ->add_option("--regions", options->analysis.regions,
                     "What is looked at: card, or some of full, NxN (a grid) and actor, as in "
                     "full,3x3,actor")
        ->option_text("LIST (card)");
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
}

struct ModelsCommand {
    std::vector<std::string> verify;
    std::string fetch;
    std::string from;
    fovea::CalibrateOptions calibrate;
};

void add_calibrate(CLI::App *models, fovea::CalibrateOptions *options)
{
    CLI::App *command = models->add_subcommand(
        "calibrate", "Measure what precision=int8 needs; kept if it says the same as fp32");
    command->add_option("--model", options->model, "Activity model: a name or a folder")
        ->option_text("MODEL (watch)");
    command->add_option("--list", options->list, "Labelled clips, in any form of 'train backbone'")
        ->required()
        ->option_text("FILE (required)");
    command->add_option("--root", options->root, "Folder of the videos (default: the list's)")
        ->option_text("DIR");
    command->add_option("--split", options->split, "Clips to measure on; those of val check")
        ->check(CLI::IsMember({"train", "test"}))
        ->option_text("SPLIT (train)");
    command->add_option("--clips", options->clips, "Clips to measure on, spread over the split")
        ->check(CLI::Range(1, 100000))
        ->option_text("N (64)");
    command
        ->add_option("--detector", options->detector,
                     "Person detector: hog, or a name or folder (default: the model's)")
        ->option_text("DETECTOR");
    command->add_option("--cache", options->cache, "Folder of decoded frames")->option_text("DIR");
    command->add_option("--threads", options->threads, "Threads of a network; 0: a good choice")
        ->check(CLI::Range(0, 256))
        ->option_text("N");
}

CLI::App *add_models(CLI::App &app, ModelsCommand *options)
{
    CLI::App *models = app.add_subcommand("models", "Models: list, verify, fetch, calibrate");
    models->require_subcommand(1);
    models->add_subcommand("list", "What there is, how good, and whether the weights are there");
    models->add_subcommand("verify", "Check the SHA-256 of every file")
        ->add_option("NAME", options->verify, "Models (default: all)");
    CLI::App *fetch = models->add_subcommand("fetch", "Download the weights of a model");
    fetch->add_option("NAME", options->fetch, "Model")->required();
    fetch->add_option("--from", options->from, "Folder to copy them from instead");
    add_calibrate(models, &options->calibrate);
    return models;
}

void add_bench(CLI::App &app, fovea::BenchOptions *options)
{
    CLI::App *command =
        app.add_subcommand("bench", "Measure the speed of this machine; JSON on stdout");
    command->add_option("WHAT", options->what, "i3d, network, stream, pipeline, detect or train")
        ->required()
        ->check(CLI::IsMember({"i3d", "network", "stream", "pipeline", "detect", "train"}))
        ->option_text(" ");
    command->add_option("--rounds", options->rounds, "Timed runs")
        ->check(CLI::Range(1, 1000))
        ->option_text("N (5)");
    command->add_option("--size", options->size, "i3d, network, stream: pixels")
        ->check(CLI::Range(32, 1024))
        ->option_text("N (224)");
    command->add_option("--threads", options->threads, "Threads of a network; 0: all cores")
        ->check(CLI::Range(0, 256))
        ->option_text("N");
    command->add_flag("!--no-libtorch", options->torch, "i3d, network: leave LibTorch out");
    command->add_option("--architecture", options->architecture, "network: which")
        ->option_text("NAME (i3d)");
    command->add_option("--video", options->video, "pipeline: the file")->option_text("FILE");
    command->add_option("--model", options->model, "pipeline: activity model")
        ->option_text("MODEL (watch)");
    command->add_option("--mode", options->mode, "pipeline: one-at-a-time or one-shot")
        ->check(CLI::IsMember({"one-at-a-time", "one-shot"}))
        ->option_text("MODE");
    command->add_option("--precision", options->precision, "pipeline: auto, fp32, bf16 or int8")
        ->option_text("(auto)");
    command->add_option("--timesteps", options->timesteps, "pipeline: clips, or pieces of one")
        ->check(CLI::Range(1, 65536))
        ->option_text("N (64)");
    command->add_option("--detector", options->detector, "detect: hog or a bundle")
        ->option_text("DETECTOR (hog)");
}

/** \brief The forms of results that may be asked for */
std::string format_list()
{
    std::string list;
    for (const auto &format : fovea::result_formats()) {
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
            std::any_of(fovea::result_formats().begin(), fovea::result_formats().end(),
                        [&](const auto &one) { return !one.of_segments && one.name == format; });
        if (!known)
            throw CLI::ValidationError(
                "--format", "'" + format + "' is unknown; expected some of " + format_list());
        formats.insert(format);
    }
    return formats;
}

int run_models(const CLI::App &models, const ModelsCommand &options)
{
    if (models.got_subcommand("list"))
        return fovea::list_models();
    if (models.got_subcommand("verify"))
        return fovea::verify_models(options.verify);
    if (models.got_subcommand("calibrate"))
        return fovea::calibrate_model(options.calibrate);
    fovea::fetch_model(options.fetch, options.from);
    return 0;
}

bool is_subcommand(const CLI::App &app, const std::string &word)
{
    const auto all = app.get_subcommands([](const CLI::App *) { return true; });
    return std::any_of(all.begin(), all.end(),
                       [&](const CLI::App *one) { return one->get_name() == word; });
}

int run(int argc, char **argv)
{
    CLI::App app("Fovea: what people do in video, where and when", "fovea");
    app.set_version_flag("--version", "fovea " FOVEA_VERSION);
    app.require_subcommand(1);
    app.get_formatter()->column_width(26);

    fovea::LabelOptions label;
    std::string formats = format_list();
    add_label(app, &label, &formats);
    fovea::ExtractOptions extract;
    add_extract(app, &extract);
    ModelsCommand model_options;
    const CLI::App *models = add_models(app, &model_options);
    fovea::BenchOptions bench;
    add_bench(app, &bench);
    fovea::TrainCommands training;
    add_training_commands(app, &training);
    app.add_subcommand("doctor", "Versions, what loads, and how to install what is missing");

    const std::string first = argc > 1 ? argv[1] : "";
    const bool known = is_subcommand(app, first);
    try {
        if (!first.empty() && first.front() != '-' && !known)
            throw CLI::ParseError("there is no command '" + first + "'", usage_exit_code);
        app.parse(argc, argv);
        label.formats = parse_formats(formats);
        if (app.got_subcommand("extract") && extract.videos.empty() == extract.list.empty())
            throw CLI::ValidationError("extract", "expected either VIDEO or --list");
    } catch (const CLI::Success &asked) { // --help, --version
        return app.exit(asked);
    } catch (const CLI::ParseError &error) {
        std::fprintf(stderr, "fovea: %s (see fovea%s --help)\n", error.what(),
                     known ? (" " + first).c_str() : "");
        return usage_exit_code;
    }

    fovea::catch_interrupts();
    if (app.got_subcommand("label"))
        return fovea::label(label);
    if (app.got_subcommand("extract"))
        return fovea::extract(extract);
    if (app.got_subcommand("models"))
        return run_models(*models, model_options);
    if (app.got_subcommand("bench"))
        return fovea::bench(bench);
    if (const int code = run_training_command(app, &training); code >= 0)
        return code;
    return fovea::doctor();
}

} // namespace

int main(int argc, char **argv)
{
    settle_environment(argv);
    gst_init(nullptr, nullptr); // its own options come through the environment
    try {
        return run(argc, argv);
    } catch (const std::exception &error) {
        std::fprintf(stderr, "fovea: %s\n", error.what());
        return 1;
    }
}
