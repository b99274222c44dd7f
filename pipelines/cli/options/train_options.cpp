#include "options/train_options.h"

#include <algorithm>

#include "commands/evaluate_segments.h"
#include "fovea/train/loop/recipes.h"
#include "options/choice.h"
#include "options/focus_options.h"

namespace fovea {

namespace {

constexpr double bytes_per_gigabyte = 1e9;

/** \brief What a recipe that looks twice may see then */
std::vector<std::string> looks()
{
    std::vector<std::string> names = stored_names(focuses);
    names.erase(std::find(names.begin(), names.end(), name_of(focuses, Focus::None)));
    return names;
}

void add_recipe_options(CLI::App *command, TrainingSettings *settings)
{
    RecipeChanges *changes = &settings->changes;
    command->add_option("--epochs", changes->epochs, "Epochs")
        ->check(CLI::Range(1, 100000))
        ->option_text("N");
    command->add_option("--batch", changes->batch_size, "Samples of a step")
        ->check(CLI::Range(1, 65536))
        ->option_text("N");
    command->add_option("--optimiser", changes->optimiser, "adam, adamw or sgd")
        ->check(CLI::IsMember({"adam", "adamw", "sgd"}))
        ->option_text("NAME");
    command->add_option("--rate", changes->learning_rate, "Learning rate")->option_text("X");
    command->add_option("--momentum", changes->momentum, "Momentum of sgd")->option_text("X");
    command->add_option("--weight-decay", changes->weight_decay, "Weight decay")->option_text("X");
    command->add_option("--schedule", changes->schedule, "constant, step, one-cycle or cosine")
        ->check(CLI::IsMember({"constant", "step", "one-cycle", "cosine"}))
        ->option_text("NAME");
    command->add_option("--steps", changes->steps, "Epochs at which a step schedule falls to 0.1")
        ->delimiter(',')
        ->option_text("N,N...");
    command
        ->add_option("--label-smoothing", changes->label_smoothing,
                     "Share of the target spread over all classes")
        ->option_text("X");
    command->add_option("--mixup", changes->mixup, "Alpha of mixup; 0: none")->option_text("X");
    command
        ->add_option("--average", changes->average_decay,
                     "Weights averaged over the steps by this and used; 0: as they are")
        ->option_text("X");
    command->add_option("--clip", changes->clip_norm, "Largest norm of the gradient; 0: any")
        ->option_text("X");
    command
        ->add_option(
            "--joint", changes->joint,
            "Of many labels: joint-mean (as Sydorov's code) or sum-of-means (as the paper)")
        ->check(CLI::IsMember({"joint-mean", "sum-of-means"}))
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
    command
        ->add_option("--seed", changes->seed,
                     "The same seed gives the same split and the same weights")
        ->option_text("N (0)");
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

void add_common_options(CLI::App *command, TrainingSettings *settings, NamedRecipe::Trains trains)
{
    command->add_option("--recipe", settings->recipe, recipe_help(trains))
        ->option_text("NAME (" + recipe_names(trains).front() + ")");
    command->add_flag("--many-labels", settings->changes.many_labels,
                      "Clips have any number of labels, as in a;b: scores are sigmoids, the figure "
                      "is mAP");
    command->add_option("--out,-o", settings->out, "Folder of the bundle; its name is the model's")
        ->required()
        ->option_text("DIR (required)");
    command->add_flag("--resume", settings->resume, "Go on where a stopped training was");
    command->add_option("--threads", settings->threads, "Threads of the network")
        ->check(CLI::Range(1, 1024))
        ->option_text("N (1)");
    command
        ->add_option("--validation", settings->split.validation,
                     "Share of the clips for validation, where the list has no split")
        ->check(CLI::Range(0.01, 0.9))
        ->option_text("X (0.15)");
    command
        ->add_option("--test", settings->split.test,
                     "Share of the clips for the test, where the list has no split")
        ->check(CLI::Range(0.0, 0.9))
        ->option_text("X (0.15)");
    add_recipe_options(command, settings);
}

void add_head(CLI::App *train, HeadTraining *head)
{
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
    command->add_option("--head", head->head, "region-mean, ra, ta, tra or another by name")
        ->option_text("NAME (ra, or the recipe's)");
    command
        ->add_option("--regions", head->regions,
                     "Of the files' regions only these: some of full, NxN and actor (default: all)")
        ->option_text("LIST");
    command
        ->add_option("--model", head->settings.model,
                     "Model the features are of (default: as the files say)")
        ->option_text("MODEL");
    add_common_options(command, &head->settings, NamedRecipe::Trains::Head);
}

void add_backbone(CLI::App *train, TrainCommands *commands)
{
    BackboneTraining *backbone = &commands->backbone;
    backbone->settings.model = "watch";
    CLI::App *command = train->add_subcommand(
        "backbone", "The network itself, on random regions of videos: takes minutes to days");
    command
        ->add_option("--list", backbone->list,
                     "Labelled clips: path,label[,group,split] as CSV, a folder for each class, or "
                     "the lists of Kinetics, ActivityNet, Charades, Breakfast")
        ->required()
        ->option_text("FILE (required)");
    command->add_option("--root", backbone->root, "Folder of the videos (default: the list's)")
        ->option_text("DIR");
    command->add_option("--model", backbone->settings.model, "Model to begin with")
        ->option_text("MODEL (watch)");
    command
        ->add_option("--weights", backbone->weights,
                     "Model whose weights the network begins with where they fit; none: random "
                     "(default: those of MODEL, or as the recipe says)")
        ->option_text("MODEL");
    command
        ->add_option("--teacher", backbone->teacher,
                     "Trained model of the same list whose last map is learned (default: as the "
                     "recipe says)")
        ->option_text("MODEL");
    command->add_option("--map-distance", backbone->map_distance, "To the teacher's map: l2 or mse")
        ->check(CLI::IsMember({"l2", "mse"}))
        ->option_text("NAME (l2)");
    add_choice(command, "--focus", &backbone->look.focus, focuses,
               "What a recipe that looks twice sees then: saliency (where the first network "
               "looks); for comparison upscaled (there, but without the original's detail), "
               "repeat (all of it), random, centre",
               looks())
        ->option_text("FOCUS (saliency)");
    add_choice(command, "--entropy", &backbone->look.entropy, entropies,
               "Of focus saliency or upscaled: paper (of the sigmoids) or code (of their "
               "softmax)",
               stored_names(entropies))
        ->option_text("ENTROPY (MODEL's)");
    add_choice(command, "--attribution", &backbone->look.attribution, attributions,
               "Of focus saliency or upscaled: gradient or input-x-gradient, as for 'fovea "
               "label'",
               stored_names(attributions))
        ->option_text("ATTRIBUTION (MODEL's)");
    command
        ->add_option("--regions", backbone->regions,
                     "What is looked at: card, or some of full, NxN (a grid) and actor, as in "
                     "full,3x3,actor")
        ->option_text("LIST (card)");
    command
        ->add_option("--train-on", backbone->train_on,
                     "Of the regions only these while the network is trained, as in full "
                     "(default: one of all at random)")
        ->option_text("LIST");
    command->add_flag("--augment", backbone->augment,
                      "Vary clips as from scratch: length, crop, flip, brightness, colour");
    command
        ->add_option("--head", backbone->head,
                     "Head that is trained afterwards on the network's features: region-mean, ra, "
                     "ta, tra or another by name; none: the network's own classifier (default: as "
                     "the recipe says: ra after fine-tuning)")
        ->option_text("NAME");
    command->add_option("--timesteps", backbone->timesteps, "Timesteps of a clip; 0: the card's")
        ->check(CLI::Range(0, 65536))
        ->option_text("N");
    command
        ->add_option("--detector", backbone->detector,
                     "Person detector: hog, or a name or folder (default: the model's)")
        ->option_text("DETECTOR");
    command->add_option("--cache", backbone->cache, "Folder of decoded frames")->option_text("DIR");
    command
        ->add_option("--cache-limit", commands->cache_gigabytes, "Gigabytes of decoded frames kept")
        ->option_text("GB (50)");
    add_common_options(command, &backbone->settings, NamedRecipe::Trains::Backbone);
}

void add_eval(CLI::App &app, EvaluateOptions *options)
{
    CLI::App *command =
        app.add_subcommand("eval", "How often a model is right on labelled clips, and where not");
    command->add_option("--model", options->analysis.model, "Model: a name or a folder")
        ->option_text("MODEL (watch)");
    command->add_option("--list", options->list, "Labelled clips, in any form of 'train backbone'")
        ->required()
        ->option_text("FILE (required)");
    command->add_option("--split", options->split, "train, val, test or all")
        ->check(CLI::IsMember({"train", "val", "test", "all"}))
        ->option_text("SPLIT (test)");
    command->add_option("--out,-o", options->out, "Folder of figures and predictions")
        ->option_text("DIR (MODEL.eval)");
    command
        ->add_option("--features", options->features,
                     "Folder of feature files, kept for the next time (default: OUT/features)")
        ->option_text("DIR");
    command
        ->add_option("--detector", options->analysis.detector,
                     "Person detector: hog, or a name or folder (default: the model's)")
        ->option_text("DETECTOR");
    command->add_option("--device", options->analysis.device, "auto, cpu or cuda")
        ->option_text("DEVICE (auto)");
    command->add_option("--precision", options->analysis.precision, "auto, fp32, bf16 or int8")
        ->option_text("(auto)");
    command
        ->add_option("--regions", options->analysis.regions,
                     "What is looked at: card, or some of full, NxN (a grid) and actor")
        ->option_text("LIST (card)");
    add_focus_options(command, &options->analysis);
    command
        ->add_option("--gate", options->analysis.gate,
                     "Look less often at regions that get less than this share of an equal part "
                     "of the attention; 0: at all, always")
        ->check(CLI::Range(0.0, 1.0))
        ->option_text("X (0)");
    command->add_option("--threads", options->analysis.threads, "Threads of a network; 0: a choice")
        ->check(CLI::Range(0, 256))
        ->option_text("N");
    command->add_flag("--segments", options->segments,
                      "How well actions are found in untrimmed videos: mAP by overlap with the "
                      "list's stretches (label Ambiguous: neither right nor wrong)");
    command
        ->add_option("--protocol", options->protocol,
                     "Of segments: thumos14 (0.1 to 0.5) or activitynet (0.5 to 0.95)")
        ->check(CLI::IsMember({"thumos14", "activitynet"}))
        ->option_text("NAME (thumos14)");
    command->add_option("--jobs,-j", options->jobs, "Videos worked on at once")
        ->check(CLI::Range(1, 256))
        ->option_text("N (1)");
}

} // namespace

void add_training_commands(CLI::App &app, TrainCommands *commands)
{
    CLI::App *train = app.add_subcommand("train", "Train a head or a network on one's own clips");
    train->require_subcommand(1);
    add_head(train, &commands->head);
    add_backbone(train, commands);
    add_eval(app, &commands->evaluation);
}

int run_training_command(const CLI::App &app, TrainCommands *commands)
{
    if (app.got_subcommand("eval")) {
        EvaluateOptions &options = commands->evaluation;
        if (options.split == "all")
            options.split.clear();
        return options.segments ? evaluate_segments(options) : evaluate_model(options);
    }
    if (!app.got_subcommand("train"))
        return -1;
    if (app.get_subcommand("train")->got_subcommand("head"))
        return train_head(commands->head);
    commands->backbone.cache_limit =
        static_cast<std::uint64_t>(commands->cache_gigabytes * bytes_per_gigabyte);
    return train_backbone(commands->backbone);
}

} // namespace fovea
