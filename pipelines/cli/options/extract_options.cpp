// SPDX-License-Identifier: MIT
#include "commands/extract.h"
#include "crash_guard.h"
#include "options/shared_options.h"

namespace fovea {

void add_extract(CLI::App &app, Command *asked)
{
    const auto options = std::make_shared<ExtractOptions>();
    CLI::App *command =
        app.add_subcommand("extract", "Write feature rows of videos to OUT/NAME.pt, to train on");
    add_batch_options(command, options.get());
    command->add_option("--out,-o", options->out, "Folder of the feature files")
        ->required()
        ->check(not_empty())
        ->option_text("DIR (required)");
    add_views(command, &options->analysis);
    add_regions(command, &options->analysis.regions);
    command
        ->add_option("--attended", options->analysis.attended,
                     "A second model, whose features of the same regions stand behind the first's: "
                     "head alstm attends to them; of a detector with a card (not hog) its "
                     "classes' scores in each frame; or persons: how those move who are found")
        ->option_text("MODEL|persons");
    command->add_flag(
        "--mirrored", options->mirrored,
        "Also rows of each video with left and right exchanged: training draws them at "
        "even odds, and an alstm head is scored by both");
    CLI::Option *list =
        command
            ->add_option("--list", options->list,
                         "Labelled clips instead of VIDEO, in any form of 'train backbone'")
            ->option_text("FILE");
    command->add_option("--label", options->label, "Label written into each file")
        ->excludes(list)
        ->option_text("LABEL");
    add_root(command, &options->root);
    command->get_option("--root")->needs(list);
    command
        ->add_flag("--many-labels", options->many_labels,
                   "Of the list: videos have any number of labels, as in a;b")
        ->needs(list);
    command
        ->add_flag("--stretches", options->stretches,
                   "Of the list: rows of whole videos where it lists stretches of them; "
                   "'train head' takes windows inside each")
        ->needs(list);
    command->add_option("--split", options->split, "Of the list only train, val or test")
        ->check(CLI::IsMember({"train", "val", "test"}))
        ->needs(list)
        ->option_text("SPLIT (all)");
    command->callback([options, asked] {
        if (options->videos.empty() == options->list.empty())
            throw CLI::ValidationError("extract", "expected either VIDEO or --list");
        *asked = [options] { return run_guarded([options] { return extract(*options); }); };
    });
}

} // namespace fovea
