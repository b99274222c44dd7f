// SPDX-License-Identifier: MIT
#include "fovea/train/network_training.h"

#include <utility>

#include "fovea/bundle/open_model.h"
#include "fovea/core/errors.h"
#include "fovea/core/json.h"
#include "fovea/nn/architecture.h"
#include "fovea/train/head_training.h"
#include "fovea/train/loop/checkpoint.h"
#include "fovea/train/network_recipe.h"
#include "fovea/train/network_stage.h"
#include "fovea/train/picture_lesson.h"

namespace fovea {

namespace {

/** \param with_features a head is trained afterwards */
TrainingOutcome train_one(const NetworkTraining &training, bool with_features,
                          const OpenFrames &open_frames, RunWatcher &watcher)
{
    prepare_process(training.settings.threads);
    NetworkStage run(training, open_frames, watcher);
    const TrainReport report = run.train();
    TrainingOutcome outcome = {run.write(report), report.stopped};
    if (!report.stopped && training.pictures_by.empty())
        outcome.bundle = run.measure(outcome.bundle);
    if (with_features && !report.stopped)
        run.dump(outcome.bundle);
    return outcome;
}

/**
 * \brief What the checkpoint of the head that --resume would go on from was made with in place of \a wanted; empty:
 * nothing, or it begins \throw Error Settings where it is of a network, trained without a head behind it
 */
std::string other_head(const TrainingSettings &settings, const Json &wanted)
{
    const auto file = training_folder(settings.out) / checkpoint_name;
    if (!settings.resume || !std::filesystem::exists(file))
        return "";
    const Json was = made_with(file);
    if (!was.contains("head"))
        throw Error(Error::Kind::Settings,
                    "--resume: expected the checkpoint of a head, got '" + file.string() +
                        "' of a network that was trained with --head none; go on with --head none "
                        "and train a head on 'fovea extract' of its bundle, or start anew without "
                        "--resume");
    const std::string other = made_with_another(was, wanted);
    return other.empty() ? "" : "checkpoint '" + file.string() + "' " + other;
}

/** \brief A head on the features that the training of a network left; one of another network, or another, begins anew */
TrainingOutcome train_head_on(const NetworkTraining &network, const NetworkTraining &asked,
                              const std::string &head, RunWatcher &watcher)
{
    HeadTraining training;
    training.settings = asked.settings;
    training.settings.recipe.clear();
    training.settings.model = network.settings.out;
    training.settings.changes = {};
    training.settings.asked_out.clear();                // the network's training has looked
    training.settings.split.validation_is_test = false; // the features' list has a test already
    training.settings.changes.seed = asked.settings.changes.seed;
    training.settings.changes.many_labels = asked.settings.changes.many_labels;
    training.features = features_folder(network);
    training.head = head;
    const std::string features = Bundle::open(training.settings.model).weights().sha256;
    training.settings.resume &=
        other_head(asked.settings, {{"head", head}, {"features", features}}).empty();
    return train_head(training, watcher);
}

[[noreturn]] void refuse(const NamedRecipe &named, const std::string &expected,
                         const std::string &got, const std::string &remedy)
{
    throw Error(Error::Kind::Settings, "recipe '" + named.name + "': expected " + expected +
                                           ", got " + got + "; " + remedy);
}

void check_sees_pictures(const NetworkTraining &training, const NamedRecipe &named,
                         const std::string &remedy)
{
    const Bundle student = open_model_to_train(training);
    const std::string &architecture = student.activity().architecture;
    if (!nn::architecture_facts(architecture).sees_pictures)
        refuse(named, "a network that begins with single pictures (eco)",
               "model '" + student.name() + "' (" + architecture + ")", remedy);
}

/** \brief A network that begins with single pictures, and one for keypoints that teaches what to see in them */
void check_picture_lesson(const NetworkTraining &training, const NamedRecipe &named)
{
    check_layers(training, open_model_to_train(training).activity());
    check_sees_pictures(training, named, "choose another --model or --recipe");
    if (training.teacher.empty())
        refuse(named, "a network for keypoints as teacher", "none",
               "give one, such as --teacher movenet-lightning");
    picture_teacher(training.teacher, training.settings);
    check(changed(named.recipe, training.settings.changes, /*clips_by_class=*/{}), /*classes=*/2);
}

/** \brief A student of frames, a teacher of flow, alike but for that */
void check_flow_lesson(const NetworkTraining &training, const NamedRecipe &named)
{
    const Bundle student = open_model_to_train(training);
    const ActivityCard &card = student.activity();
    if (training.modality.value_or(card.modality) != Modality::Rgb)
        refuse(named, "a student that sees frames",
               training.modality ? "--modality flow" : "model '" + student.name() + "' of flow",
               "its teacher sees the flow: give the model of frames, and leave --modality out");
    if (nn::architecture_facts(card.architecture).own_head.empty())
        refuse(named, "a student whose classifier reads its features",
               "model '" + student.name() + "' (" + card.architecture + ")",
               "choose another --model, such as resnext101-hmdb51");
    if (training.teacher.empty())
        return;
    const Bundle teacher = open_activity_model(training.teacher);
    if (teacher.activity().modality != Modality::Flow)
        refuse(named, "a teacher that sees flow", "'" + training.teacher + "', which sees frames",
               "train one with --modality flow, or leave --teacher out");
    if (teacher.activity().architecture != card.architecture)
        refuse(named, "a teacher of the student's architecture " + card.architecture,
               "'" + training.teacher + "' of " + teacher.activity().architecture,
               "train one of the same, or leave --teacher out");
}

} // namespace

TrainingOutcome train_network(const NetworkTraining &asked, const OpenFrames &open_frames,
                              RunWatcher &watcher)
{
    training_device(asked.settings);
    const NamedRecipe &named = recipe_of(asked);
    if (named.pictures)
        check_picture_lesson(asked, named);
    if (named.teacher == Modality::Flow)
        check_flow_lesson(asked, named);
    if (asked.settings.changes.mixup_of == MixupOf::PictureMaps) {
        check_sees_pictures(asked, named, "choose another --model, or leave --mixup-of out");
        Recipe recipe = changed(named.recipe, asked.settings.changes, /*clips_by_class=*/{});
        recipe.map_distance = named.student;
        check(recipe, /*classes=*/2);
    }
    if (asked.map_distance != MapDistance::None && named.student == MapDistance::None &&
        (named.pictures || asked.teacher.empty()))
        refuse(named, "a teacher whose last map is learned with --map-distance",
               named.pictures ? "one of what pictures show" : "none",
               std::string(named.pictures ? "" : "give one (--teacher), ") +
                   "choose a recipe such as w3, or leave --map-distance out");
    const std::string head = head_of(asked);
    if (const std::string other =
            head == "none" ? "" : other_head(asked.settings, {{"head", head}});
        !other.empty())
        watcher.warn("--head " + head + ": the network goes on, its head begins anew: " + other);
    NetworkTraining training = asked;
    training.settings.changes.many_labels |= named.recipe.labelling == Labelling::Many;
    if (training.map_distance == MapDistance::None)
        training.map_distance =
            named.student == MapDistance::None ? MapDistance::L2 : named.student;
    if (named.pictures) {
        NetworkTraining lesson = training;
        lesson.settings.out = training_folder(asked.settings.out) / "pictures";
        lesson.pictures_by = std::exchange(lesson.teacher, "");
        TrainingOutcome first = train_one(lesson, /*with_features=*/false, open_frames, watcher);
        if (first.stopped)
            return first;
        training.settings.asked_out.clear(); // the first stage has looked
        training.weights = std::filesystem::absolute(lesson.settings.out).string();
        training.teacher.clear();
    }
    if (named.student != MapDistance::None && training.teacher.empty()) {
        NetworkTraining teacher = asked;
        teacher.settings.out = training_folder(asked.settings.out) / "teacher";
        if (named.teacher != Modality::Rgb)
            teacher.modality = named.teacher;
        TrainingOutcome first = train_one(teacher, /*with_features=*/false, open_frames, watcher);
        if (first.stopped)
            return first;
        training.settings.asked_out.clear(); // the teacher's training has looked
        if (named.teacher == Modality::Flow)
            training.flow.reset(); // it was the teacher's
        training.teacher = std::filesystem::absolute(teacher.settings.out).string();
    }
    if (head == "none") {
        TrainingOutcome outcome =
            train_one(training, /*with_features=*/false, open_frames, watcher);
        if (!named.windows) // they have one: background
            tell_events(outcome.bundle, watcher);
        return outcome;
    }

    NetworkTraining network = training;
    network.settings.out = training_folder(training.settings.out) / "backbone";
    TrainingOutcome outcome = train_one(network, /*with_features=*/true, open_frames, watcher);
    return outcome.stopped ? outcome : train_head_on(network, training, head, watcher);
}

} // namespace fovea
