// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "fovea/core/array.h"

namespace fovea {

/** \brief A class that a video shows, and when */
struct ShownClass {
    int index = 0;    ///< of the class, from 0
    double start = 0; ///< s from the video's first frame
    double end = 0;   ///< s
};

/**
 * \brief "3 1.5 4;7 0 30": class, start and end of each; "none": it shows none of them
 * \throw Error Settings for what is not that
 */
std::vector<ShownClass> shown_classes(const std::string &words);

/** \brief The words that shown_classes() reads */
std::string words_of(const std::vector<ShownClass> &shown);

/** \brief What a clip shows, 0 or 1: the labels that a training's loss compares with */
struct ClipTruth {
    Array frames; ///< [classes, T]
    Array video;  ///< of the whole video, [classes]
};

/**
 * \param times of the clip's frames, s from the video's first
 * \throw Error Settings for a class that is not one of so many
 */
ClipTruth clip_truth(const std::vector<ShownClass> &shown, int classes,
                     const std::vector<double> &times);

} // namespace fovea
