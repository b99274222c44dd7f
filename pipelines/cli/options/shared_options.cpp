// SPDX-License-Identifier: MIT
#include "options/shared_options.h"

#include "fovea/core/errors.h"
#include "options/choice.h"
#include "options/finite.h"

namespace fovea {

namespace {

/** \brief The options of a closer look */
void add_focus_options(CLI::App *command, AnalysisSettings *settings)
{
    add_choice(command, "--focus", &settings->look.focus, focuses,
               "What is cut from the original frames and seen a second time: card (as the "
               "model was trained), none, saliency (where the model looks, but for the optical "
               "flow that it sees beside frames); for comparison "
               "upscaled (there, but without the original's detail), repeat (all of it), "
               "random, centre")
        ->option_text("FOCUS (card)");
    add_choice(command, "--fusion", &settings->look.fusion, fusions,
               "Of the focus: card, late (one more region) or temporal (behind the first "
               "look, both one clip)")
        ->option_text("FUSION (card)");
    add_choice(
        command, "--entropy", &settings->look.entropy, entropies,
        "Of focus saliency or upscaled: card, paper (of the sigmoids), code (of their softmax) "
        "or truth (in its place the loss against the labels of the list, for reference)")
        ->option_text("ENTROPY (card)");
    add_choice(command, "--attribution", &settings->look.attribution, attributions,
               "Of focus saliency or upscaled: card, gradient (how much a change at a place "
               "would change what the model says) or input-x-gradient (how much what is "
               "there contributes: for models that see motion alone, such as watch)")
        ->option_text("ATTRIBUTION (card)");
}

} // namespace

void add_model(CLI::App *command, std::string *model, const std::string &what)
{
    command->add_option("--model", *model, what)->option_text("MODEL (" + *model + ")");
}

void add_detector(CLI::App *command, std::string *detector)
{
    command
        ->add_option("--detector", *detector,
                     "Person detector: hog, or a name or folder (default: the model's, or hog "
                     "where its weights are not there)")
        ->option_text("DETECTOR");
}

void add_threads(CLI::App *command, int *threads)
{
    command->add_option("--threads", *threads, "Threads of a network; 0: a good choice")
        ->check(CLI::Range(0, 256))
        ->option_text("N");
}

void add_regions(CLI::App *command, std::string *regions)
{
    command
        ->add_option("--regions", *regions,
                     "What is looked at: card, or some of full, crops (three full views, in the "
                     "middle and at the ends of the long side), NxN (a grid) and actor, as in "
                     "full,3x3,actor")
        ->option_text("LIST (card)");
}

void add_share(CLI::App *command, BatchShare *share)
{
    command
        ->add_option_function<std::string>(
            "--shard",
            [share](const std::string &text) {
                try {
                    share->shard = parse_shard(text);
                } catch (const Error &error) {
                    throw CLI::ValidationError("--shard", error.what());
                }
            },
            "Of the videos only this share, by their names: several machines do one list")
        ->option_text("INDEX/COUNT (0/1)");
    CLI::Option *claims =
        command
            ->add_option("--claims", share->claims,
                         "A folder that all runs of the same command see: each takes what no other "
                         "has, and what a dead one left")
            ->check(not_empty())
            ->option_text("DIR");
    command
        ->add_option("--lease", share->lease_s,
                     "Of --claims: seconds without a sign of life after which a run is dead")
        ->check(CLI::Range(2, 86400))
        ->needs(claims)
        ->option_text("SECONDS (60)");
    command
        ->add_flag("--retry-failed", share->retries_failed,
                   "Take again what --claims knows as failed")
        ->needs(claims);
}

void add_jobs(CLI::App *command, int *jobs)
{
    command->add_option("--jobs,-j", *jobs, "Videos worked on at once")
        ->check(CLI::Range(1, 256))
        ->option_text("N (1)");
}

void add_patience(CLI::App *command, int *patience_s)
{
    command
        ->add_option("--patience", *patience_s,
                     "Of videos on a web server: seconds without anything new for which what "
                     "fails is tried again")
        ->check(CLI::Range(0, 86400))
        ->option_text("SECONDS (300)");
}

void add_views(CLI::App *command, AnalysisSettings *settings)
{
    command
        ->add_option(
            "--timesteps", settings->timesteps,
            "Of a whole video: clips that it is judged by, or timesteps of the plan; 0: the "
            "card's")
        ->check(CLI::Range(0, 65536))
        ->option_text("N");
    command
        ->add_option("--size", settings->size,
                     "Side of the network's input, pixels; where the card cuts from the middle of "
                     "the frame, more of it is seen then, not the same larger; 0: the card's")
        ->check(CLI::Range(0, 1024))
        ->option_text("N");
    add_mode(command, &settings->mode,
             "one-at-a-time: each timestep is a clip; one-shot: all are one clip")
        ->option_text("MODE (the card's)");
}

void add_pool(CLI::App *command, Pooling *pooling)
{
    add_choice(command, "--pool", pooling, poolings,
               "What a video's scores are of those of its windows: card, mean, max, both (half of "
               "each)")
        ->option_text("POOL (card)");
}

void add_proposals(CLI::App *command, CLI::Option *segments, ProposalSettings *settings)
{
    CLI::Option *model =
        command
            ->add_option("--proposals", settings->model,
                         "Of segments a first stage: only windows that this model (train backbone "
                         "--recipe sta-proposal) takes for an action are classified")
            ->check(not_empty("is empty; expected a model's name or folder"))
            ->needs(segments)
            ->option_text("MODEL");
    command
        ->add_option("--proposal-threshold", settings->threshold,
                     "Its score from which a window is classified")
        ->check(CLI::Range(0.0, 1.0))
        ->check(finite())
        ->needs(model)
        ->option_text("X (0.7)");
}

void add_list(CLI::App *command, std::filesystem::path *list, const std::string &what)
{
    command->add_option("--list", *list, what)->required()->option_text("FILE (required)");
}

CLI::Validator not_empty(const std::string &error)
{
    return CLI::Validator(
        [error](const std::string &text) { return text.empty() ? error : std::string(); }, "");
}

void add_bundle_out(CLI::App *command, std::filesystem::path *out)
{
    command->add_option("--out,-o", *out, "Folder of the bundle; its name is the model's")
        ->required()
        ->check(not_empty())
        ->option_text("DIR (required)");
}

void add_root(CLI::App *command, std::filesystem::path *root)
{
    command->add_option("--root", *root, "Folder of the videos (default: the list's)")
        ->option_text("DIR");
}

void add_frame_options(CLI::App *command, std::filesystem::path *root, FrameCacheSettings *cache)
{
    cache->detector.clear(); // the model's
    add_root(command, root);
    add_detector(command, &cache->detector);
    command->add_option("--cache", cache->folder, "Folder of decoded frames")->option_text("DIR");
}

void add_analysis_options(CLI::App *command, AnalysisSettings *settings)
{
    add_model(command, &settings->model);
    add_detector(command, &settings->detector);
    command->add_option("--device", settings->device, "auto, cpu, cuda or cuda:N")
        ->option_text("(auto)");
    command
        ->add_option("--precision", settings->precision, "auto, fp32, bf16, int8, or fp16 on a GPU")
        ->check(CLI::IsMember({"auto", "fp32", "bf16", "int8", "fp16"}))
        ->option_text("(auto)");
    add_threads(command, &settings->threads);
    add_focus_options(command, settings);
    command
        ->add_option("--gate", settings->gate,
                     "Look less often at regions that get less than this share of an equal part "
                     "of the attention; 0: at all, always")
        ->check(CLI::Range(0.0, 1.0))
        ->check(finite())
        ->option_text("X (0)");
    command
        ->add_option("--motion-gate", settings->motion_gate,
                     "Look for persons only where brightness changed by so many of 255 levels (6 "
                     "does); 0: always")
        ->check(CLI::Range(0.0, 255.0))
        ->check(finite())
        ->option_text("X (0)");
}

void add_sampling(CLI::App *command, AnalysisSettings *settings)
{
    add_choice(command, "--sampling", &settings->sampling, samplings,
               "Which frames are looked at: card (as the model was measured), uniform, equal, "
               "shuffled, segments, spread, clips, sliding, windows, every")
        ->option_text("PLAN (card)");
}

} // namespace fovea
