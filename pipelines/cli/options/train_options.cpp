// SPDX-License-Identifier: MIT
#include <algorithm>

#include "commands/train.h"
#include "fovea/nn/names.h"
#include "fovea/train/lists/list_forms.h"
#include "fovea/train/loop/named_recipes.h"
#include "options/choice.h"
#include "options/finite.h"
#include "options/shared_options.h"

namespace fovea {

namespace {

constexpr double bytes_per_gigabyte = 1e9;
constexpr int usual_patience = 1800; // s, as PyTorch's

/** \brief What a recipe that looks twice may see then */
std::vector<std::string> looks()
{
    std::vector<std::string> names = stored_names(focuses);
    names.erase(std::find(names.begin(), names.end(), name_of(focuses, Focus::None)));
    return names;
}

/** \brief How long and how fast */
void add_pace_options(CLI::App *command, RecipeChanges *changes)
{
    command->add_option("--epochs", changes->epochs, "Epochs")
        ->check(CLI::Range(1, 100000))
        ->option_text("N");
    command->add_option("--batch", changes->batch_size, "Samples of a step")
        ->check(CLI::Range(1, 65536))
        ->option_text("N");
    command->add_option("--rate", changes->learning_rate, "Learning rate")
        ->check(finite())
        ->option_text("X");
    command->add_option("--weight-decay", changes->weight_decay, "Weight decay")
        ->check(finite())
        ->option_text("X");
    command
        ->add_option("--seed", changes->seed,
                     "The same seed gives the same split and the same weights")
        ->check(whole())
        ->option_text("N (0)");
}

void add_recipe_options(CLI::App *command, RecipeChanges *changes)
{
    add_pace_options(command, changes);
    add_choice(command, "--optimiser", &changes->optimiser, optimisers, "adam, adamw or sgd")
        ->option_text("NAME");
    command->add_option("--momentum", changes->momentum, "Momentum of sgd")
        ->check(finite())
        ->option_text("X");
    add_choice(command, "--schedule", &changes->schedule, schedules,
               "constant, step, plateau (to 0.1 after more than 10 epochs without a smaller "
               "validation loss), one-cycle or cosine")
        ->option_text("NAME");
    command->add_option("--steps", changes->steps, "Epochs at which a step schedule falls to 0.1")
        ->delimiter(',')
        ->option_text("N,N...");
    command
        ->add_option("--label-smoothing", changes->label_smoothing,
                     "Share of the target spread over all classes")
        ->check(finite())
        ->option_text("X");
    command->add_option("--mixup", changes->mixup, "Alpha of mixup; 0: none")
        ->check(finite())
        ->option_text("X");
    add_choice(
        command, "--mixup-of", &changes->mixup_of, mixups,
        "What it mixes: inputs, or picture-maps, what a network sees in each frame by itself (eco)")
        ->option_text("NAME (inputs)");
    command
        ->add_option("--average", changes->average_decay,
                     "Weights averaged over the steps by this and used; 0: as they are")
        ->check(finite())
        ->option_text("X");
    command->add_option("--clip", changes->clip_norm, "Largest norm of the gradient; 0: any")
        ->check(finite())
        ->option_text("X");
    add_choice(command, "--joint", &changes->joint, joint_losses,
               "Of many labels: joint-mean (as Sydorov's code) or sum-of-means (as the paper)")
        ->option_text("NAME (joint-mean)");
    command
        ->add_option("--patience", changes->patience,
                     "Epochs without a new best that end the training; 0: none do")
        ->check(CLI::Range(0, 100000))
        ->option_text("N");
    command->add_flag("--balance", changes->balance,
                      "Classes count the same, however many clips they have");
    command->add_flag("--keep-last", changes->keep_last,
                      "Keep the last epoch, not the best of validation");
}

std::string recipe_help(NamedRecipe::Trains trains)
{
    std::string help = "How it is trained:";
    for (const NamedRecipe &named : recipes()) {
        if (named.trains == trains)
            help += "\n" + named.name + ": " + named.what;
    }
    return help;
}

/** \brief Where it goes, and on what it runs */
void add_run_options(CLI::App *command, TrainingSettings *settings)
{
    add_bundle_out(command, &settings->out);
    command->add_flag("--resume", settings->resume, "Go on where a stopped training was");
    command->add_option("--threads", settings->threads, "Threads of the network")
        ->check(CLI::Range(1, 1024))
        ->option_text("N (1)");
    command
        ->add_option("--validation", settings->split.validation,
                     "Share of the clips for validation, where the list has no split")
        ->check(CLI::Range(0.01, 0.9))
        ->check(finite())
        ->option_text("X (0.15)");
    command
        ->add_option("--test", settings->split.test,
                     "Share of the clips for the test, where the list has no split")
        ->check(CLI::Range(0.0, 0.9))
        ->check(finite())
        ->option_text("X (0.15)");
    command->add_flag("--validation-is-test", settings->split.validation_is_test,
                      "The list's validation is the test, as of data sets whose test is not "
                      "published; a share of its training validates");
    command->add_option("--device", settings->device, "auto, cpu, cuda or cuda:N")
        ->option_text("DEVICE (auto)");
    add_choice(command, "--precision", &settings->precision, train_precisions,
               "Of the computing, not of the weights: fp32, or bf16 on a GPU or a processor with "
               "avx512_bf16")
        ->option_text("NAME (fp32)");
}

void add_common_options(CLI::App *command, TrainingSettings *settings, int *patience,
                        NamedRecipe::Trains trains)
{
    command->add_option("--recipe", settings->recipe, recipe_help(trains))
        ->option_text("NAME (" + recipe_names(trains).front() + ")");
    CLI::Option *many = command->add_flag(
        "--many-labels", settings->changes.many_labels,
        "Clips have any number of labels, as in a;b: scores are sigmoids, the figure is mAP");
    command
        ->add_option("--normal", settings->normal,
                     "Class that is no event: it raises no alarms, and is what a video shows where "
                     "nothing happens")
        ->excludes(many)
        ->option_text("CLASS (the model's)");
    add_run_options(command, settings);
    command
        ->add_option("--process-timeout", *patience,
                     "Seconds after which another process that does not come ends the training, "
                     "where several train together (torchrun, srun)")
        ->check(CLI::Range(1, 604800))
        ->option_text("S (1800)");
    add_recipe_options(command, &settings->changes);
}

void add_head(CLI::App *train, Command *asked)
{
    const auto head = std::make_shared<HeadTraining>();
    const auto patience = std::make_shared<int>(usual_patience);
    CLI::App *command = train->add_subcommand(
        "head", "A head on features of 'fovea extract': takes seconds (alstm: minutes)");
    command->add_option("--features", head->features, "Folder of feature files")
        ->required()
        ->option_text("DIR (required)");
    command
        ->add_option("--list", head->list,
                     "Labels and splits of the feature files (default: FEATURES/list.csv, "
                     "else the labels in the files)")
        ->option_text("FILE");
    command->add_option("--head", head->head, "One of " + joined(nn::head_names()))
        ->option_text("NAME (ra, or the recipe's)");
    command
        ->add_option("--regions", head->regions,
                     "Of the files' regions only these: some of full, NxN and actor (default: all)")
        ->option_text("LIST");
    command
        ->add_option("--model", head->settings.model,
                     "Model the features are of (default: as the files say)")
        ->option_text("MODEL");
    add_common_options(command, &head->settings, patience.get(), NamedRecipe::Trains::Head);
    command->callback([head, patience, asked] {
        *asked = [head, patience] {
            return run_head_training(*head, std::chrono::seconds(*patience));
        };
    });
}

/** \brief What its weights come from */
void add_first_weights(CLI::App *command, NetworkTraining *network)
{
    command
        ->add_option("--weights", network->weights,
                     "Model whose weights the network begins with where they fit, for eco also one "
                     "of keypoints; none: random "
                     "(default: those of MODEL, or as the recipe says)")
        ->option_text("MODEL");
    command
        ->add_option("--teacher", network->teacher,
                     "Trained model of the same list whose last map is learned (default: as the "
                     "recipe says); with --recipe pictures-first a model of keypoints")
        ->option_text("MODEL");
    command
        ->add_option("--layers", network->layers,
                     "Of the network only these parts learn, by its own names, such as layer4,fc "
                     "(an unknown one lists them); the others keep weights and statistics "
                     "(default: all, or as the recipe says)")
        ->delimiter(',')
        ->option_text("NAME,NAME...");
    add_choice(command, "--map-distance", &network->map_distance, map_distances,
               "To the teacher's map: l2, mse, or mse of its features")
        ->option_text("NAME (l2)");
}

/** \brief Of recipes that look twice */
void add_second_look(CLI::App *command, NetworkTraining *network)
{
    add_choice(command, "--focus", &network->look.focus, focuses,
               "What a recipe that looks twice sees then: saliency (where the first network "
               "looks); for comparison upscaled (there, but without the original's detail), "
               "repeat (all of it), random, centre",
               looks())
        ->option_text("FOCUS (saliency)");
    add_choice(command, "--entropy", &network->look.entropy, entropies,
               "Of focus saliency or upscaled: paper (of the sigmoids), code (of their softmax) or "
               "truth (in its place the loss against the answer; the bundle then goes by entropy)",
               {"paper", "code", "truth"})
        ->option_text("ENTROPY (MODEL's)");
    add_choice(command, "--attribution", &network->look.attribution, attributions,
               "Of focus saliency or upscaled: gradient or input-x-gradient, as for 'fovea "
               "label'",
               stored_names(attributions))
        ->option_text("ATTRIBUTION (MODEL's)");
}

/** \brief Which clips of a video it sees, and how they are varied */
void add_clips(CLI::App *command, NetworkTraining *network)
{
    add_regions(command, &network->regions);
    command
        ->add_option("--train-on", network->train_on,
                     "Of the regions only these while the network is trained, as in full "
                     "(default: one of all at random)")
        ->option_text("LIST");
    command->add_flag("--augment", network->augment,
                      "Vary clips as from scratch: length, crop, flip, brightness, colour");
    command->add_option("--timesteps", network->timesteps, "Timesteps of a clip; 0: the card's")
        ->check(CLI::Range(0, 65536))
        ->option_text("N");
    command->add_option("--frames", network->frames, "Frames of a timestep; 0: the card's")
        ->check(CLI::Range(0, 4096))
        ->option_text("N");
    add_choice(command, "--sampling", &network->sampling, samplings,
               "Plan of the timesteps: card, uniform, equal, shuffled (anew each time), segments, "
               "spread, clips",
               {"card", "uniform", "equal", "shuffled", "segments", "spread", "clips"})
        ->option_text("PLAN (card)");
    add_choice(command, "--modality", &network->modality, modalities,
               "What clips show: rgb, or flow, the optical flow from frame to frame; of a model of "
               "frames its weights are where it begins (default: the card's)")
        ->option_text("NAME");
    add_choice(
        command, "--flow", &network->flow, flow_methods,
        "How the flow that it sees is found, kept in the bundle: dis, by dense inverse search, "
        "or tvl1, as the papers, slow (default: the card's)")
        ->option_text("NAME");
    command
        ->add_option(
            "--flip", network->flip,
            "Chance that left and right are exchanged in a clip (default: as the recipe says; 0 "
            "for fine-tuning, tsm and w3, where they may be classes)")
        ->check(CLI::Range(0.0, 1.0))
        ->check(finite())
        ->option_text("X");
    command
        ->add_option("--shake", network->shake,
                     "Chance that a clip is seen as by a camera held by hand")
        ->check(CLI::Range(0.0, 1.0))
        ->check(finite())
        ->option_text("X (0)");
    command
        ->add_option(
            "--paste", network->paste,
            "Chance that a clip is shown smaller, in front of one without events (of the class "
            "that MODEL's card names normal, or --normal)")
        ->check(CLI::Range(0.0, 1.0))
        ->check(finite())
        ->option_text("X (0)");
}

void add_backbone(CLI::App *train, Command *asked)
{
    struct Asked {
        NetworkTraining training;
        FrameCacheSettings cache;
        double cache_gigabytes = 50;
        int patience = usual_patience;
    };

    const auto options = std::make_shared<Asked>();
    NetworkTraining *network = &options->training;
    network->settings.model = "watch";
    CLI::App *command = train->add_subcommand(
        "backbone", "The network itself, on random regions of videos: takes minutes to days");
    add_list(command, &network->list,
             "Labelled clips, in the first of these forms that they have: " +
                 list_forms_in_words());
    add_frame_options(command, &network->root, &options->cache);
    command
        ->add_option("--cache-limit", options->cache_gigabytes, "Gigabytes of decoded frames kept")
        ->check(CLI::Range(0.0, 1e9))
        ->check(finite())
        ->option_text("GB (50)");
    add_model(command, &network->settings.model, "Model to begin with");
    add_first_weights(command, network);
    add_second_look(command, network);
    add_clips(command, network);
    command
        ->add_option("--head", network->head,
                     "Head that is trained afterwards on the network's features: one of " +
                         joined(nn::head_names()) +
                         "; none: the network's own classifier (default: as the recipe says: ra "
                         "after fine-tuning)")
        ->option_text("NAME");
    command
        ->add_option("--attention", network->attention,
                     "Inside the network: none, sta, w3, cbam or non-local, and what is otherwise "
                     "than usual, as in sta,variant=ta,stages=layer1 or w3,refine=false")
        ->option_text("WORDS (the card's)");
    add_common_options(command, &network->settings, &options->patience,
                       NamedRecipe::Trains::Backbone);
    command->callback([options, asked] {
        options->cache.limit =
            static_cast<std::uint64_t>(options->cache_gigabytes * bytes_per_gigabyte);
        *asked = [options] {
            return run_network_training(options->training, options->cache,
                                        std::chrono::seconds(options->patience));
        };
    });
}

void add_keypoints(CLI::App *train, Command *asked)
{
    const auto training = std::make_shared<KeypointTraining>();
    training->settings.model = "watch"; // whose detector finds the persons
    training->lesson.detector.clear();
    CLI::App *command = train->add_subcommand(
        "keypoints", "A small network for keypoints, taught by another on the persons of videos");
    add_list(command, &training->list,
             "Videos, with labels or without: path[,group,split] as CSV, a path a line, a folder, "
             "or another list as of 'train backbone'");
    add_root(command, &training->root);
    add_detector(command, &training->lesson.detector);
    command->get_option("--detector")
        ->description("Person detector: hog, or a name or folder (default: that of watch, or hog "
                      "where its weights are not there)");
    command
        ->add_option("--teacher", training->lesson.teacher,
                     "Network for keypoints that says where they are")
        ->required()
        ->option_text("MODEL (required), such as movenet-lightning");
    command
        ->add_option("--looks", training->lesson.looks_a_second,
                     "How often a second persons are looked for in a video")
        ->check(CLI::Range(0.1, 60.0))
        ->check(finite())
        ->option_text("X (2)");
    command
        ->add_option("--persons", training->lesson.persons_of_a_video,
                     "How many of a video are learned from at most, spread evenly over those seen")
        ->check(CLI::Range(1, 1'000'000))
        ->option_text("N (24)");
    add_run_options(command, &training->settings);
    add_pace_options(command, &training->settings.changes);
    command->callback(
        [training, asked] { *asked = [training] { return run_keypoint_training(*training); }; });
}

} // namespace

void add_train(CLI::App &app, Command *asked)
{
    CLI::App *train = app.add_subcommand("train", "Train a head or a network on one's own clips");
    train->require_subcommand(1);
    add_head(train, asked);
    add_backbone(train, asked);
    add_keypoints(train, asked);
}

} // namespace fovea
