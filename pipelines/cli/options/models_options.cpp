// SPDX-License-Identifier: MIT
#include "commands/models.h"
#include "crash_guard.h"
#include "options/shared_options.h"

namespace fovea {

namespace {

void add_calibrate(CLI::App *models, Command *asked)
{
    const auto options = std::make_shared<CalibrateOptions>();
    CLI::App *command = models->add_subcommand(
        "calibrate", "Measure what precision=int8 needs; kept if it says the same as fp32");
    add_model(command, &options->model);
    add_list(command, &options->calibration.list,
             "Labelled clips, in any form of 'train backbone'");
    add_frame_options(command, &options->calibration.root, &options->cache);
    add_threads(command, &options->calibration.threads);
    command
        ->add_option("--split", options->calibration.split,
                     "Clips to measure on; those of val check")
        ->check(CLI::IsMember({"train", "test"}))
        ->option_text("SPLIT (train)");
    command
        ->add_option("--clips", options->calibration.clips,
                     "Clips to measure on, spread over the split")
        ->check(CLI::Range(1, 100000))
        ->option_text("N (64)");
    command->callback([options, asked] {
        *asked = [options] {
            return run_guarded([options] { return calibrate_model(*options); },
                               RunsAnew::BehindOneOfWork);
        };
    });
}

void add_convert(CLI::App *models, Command *asked)
{
    struct Asked {
        std::string pictures;
        std::string model;
        std::filesystem::path out;
    };

    const auto options = std::make_shared<Asked>();
    CLI::App *command = models->add_subcommand(
        "convert", "Begin from ImageNet: weights of a network of pictures, inflated in time");
    command
        ->add_option("FILE", options->pictures,
                     "Weights as torchvision publishes them: ResNet, GoogLeNet or VGG-19 (.pth)")
        ->required()
        ->option_text(" ");
    command
        ->add_option("--model", options->model,
                     "Model whose network takes them; its own weights need not be there")
        ->required()
        ->option_text("MODEL (required)");
    add_bundle_out(command, &options->out);
    command->callback([options, asked] {
        *asked = [options] {
            return convert_model(options->pictures, options->model, options->out);
        };
    });
}

void add_join(CLI::App *models, Command *asked)
{
    struct Asked {
        StreamsToJoin streams;
        std::filesystem::path out;
    };

    const auto options = std::make_shared<Asked>();
    CLI::App *command = models->add_subcommand(
        "join", "Networks as one, two-stream or three-stream: the weighted mean of their logits");
    command
        ->add_option("--motion", options->streams.motion,
                     "Model of the architecture watch: sampling and windows are the first's. Given "
                     "again, with another: an ensemble of networks that began elsewhere")
        ->allow_extra_args(false)
        ->required()
        ->option_text("MODEL (required)");
    command
        ->add_option(
            "--flow", options->streams.flow,
            "As many models of the architecture watch-flow, of the same labels and size as "
            "--motion: both have the same part of the logits")
        ->allow_extra_args(false)
        ->option_text("MODEL");
    command
        ->add_option(
            "--pictures", options->streams.pictures,
            "As many models of the architecture eco, of the same labels, on pictures twice as "
            "wide and high and a frame less")
        ->allow_extra_args(false)
        ->required()
        ->option_text("MODEL (required)");
    command->add_option("--share", options->streams.share, "Of the logits those of --pictures")
        ->check(CLI::Range(0.0, 1.0))
        ->check(finite())
        ->option_text("X (0.5)");
    command
        ->add_option("--like", options->streams.like,
                     "Model of the same labels: regions, actor, needs of persons and alarms' "
                     "thresholds are as in its card (default: regions and actor of --motion, and "
                     "none of the others)")
        ->option_text("MODEL");
    add_bundle_out(command, &options->out);
    command->callback([options, asked] {
        *asked = [options] { return join_models(options->streams, options->out); };
    });
}

void add_anchors(CLI::App *models, Command *asked)
{
    struct Asked {
        std::string model;
        AnchorOptions anchors;
    };

    const auto options = std::make_shared<Asked>();
    CLI::App *command = models->add_subcommand(
        "anchors", "Keep windows of the training beside the weights: 'fovea adapt' needs them");
    command->add_option("MODEL", options->model, "Model, a name or a folder")
        ->required()
        ->option_text(" ");
    command
        ->add_option("--features", options->anchors.features,
                     "Feature files of 'fovea extract --list', of its training clips")
        ->required()
        ->option_text("DIR (required)");
    command
        ->add_option("--list", options->anchors.list,
                     "Labels and splits of the feature files (default: FEATURES/list.csv)")
        ->option_text("FILE");
    command->callback([options, asked] {
        *asked = [options] { return make_anchors(options->model, options->anchors); };
    });
}

} // namespace

void add_models(CLI::App &app, Command *asked)
{
    CLI::App *models = app.add_subcommand(
        "models", "Models: list, verify, fetch, convert, join, calibrate, anchors");
    models->require_subcommand(1);
    models->add_subcommand("list", "What there is, how good, and whether the weights are there")
        ->callback([asked] { *asked = list_models; });

    const auto names = std::make_shared<std::vector<std::string>>();
    CLI::App *verify = models->add_subcommand(
        "verify", "Check the SHA-256 of every file, and what is kept of it from run to run");
    verify->add_option("NAME", *names, "Models (default: all)")->option_text(" ");
    verify->callback([names, asked] { *asked = [names] { return verify_models(*names); }; });

    struct Fetched {
        std::string name;
        std::string from;
    };

    const auto fetched = std::make_shared<Fetched>();
    CLI::App *fetch = models->add_subcommand("fetch", "Download the weights of a model");
    fetch->add_option("NAME", fetched->name, "Model")->required()->option_text(" ");
    fetch->add_option("--from", fetched->from, "Folder to copy them from instead")
        ->option_text("DIR");
    fetch->callback([fetched, asked] {
        *asked = [fetched] {
            fetch_model(fetched->name, fetched->from);
            return 0;
        };
    });
    add_calibrate(models, asked);
    add_anchors(models, asked);
    add_convert(models, asked);
    add_join(models, asked);
}

} // namespace fovea
