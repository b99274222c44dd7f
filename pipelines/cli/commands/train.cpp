// SPDX-License-Identifier: MIT
#include "commands/train.h"

#include "interrupt.h"
#include "media/pipeline_reader.h"
#include "options/detector_option.h"
#include "run_printer.h"

namespace fovea {

int run_head_training(const HeadTraining &training)
{
    RunPrinter printer;
    return train_head(training, printer).stopped ? interrupted_exit_code : 0;
}

int run_network_training(const NetworkTraining &training, FrameCacheSettings cache)
{
    cache.threads = training.settings.threads;
    const auto open_frames = [&](const ActivityCard &card) { return decoding_cache(card, cache); };
    RunPrinter printer;
    return train_network(training, open_frames, printer).stopped ? interrupted_exit_code : 0;
}

int run_keypoint_training(KeypointTraining training)
{
    training.lesson.detector =
        detector_for(training.lesson.detector, Bundle::open(training.settings.model).activity());
    training.lesson.threads = training.settings.threads;
    RunPrinter printer;
    return train_keypoints(training, PipelineReader(), printer).stopped ? interrupted_exit_code : 0;
}

} // namespace fovea
