// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "fovea/detect/person_motion.h"
#include "fovea/detect/person_paths.h"

namespace fovea {

/** \brief 1 / seconds from frame t - 1 to t; 0 where the frame is repeated or its stamp as good as */
float rate_at(const std::vector<MotionFrame> &clip, std::size_t t);

/**
 * \brief What a person's keypoints tell, TorsoAcross to Posed of PersonFeature; nothing is written where
 * they are not known
 * \param out [steps, of_person]
 */
void write_keypoints(const std::vector<MotionFrame> &clip, const PersonPath &path, float *out);

/**
 * \brief What those of two tell, FirstReaches to BothPosed of PairFeature; nothing is written where
 * one's are not known
 * \param size heights of the frame: the mean of theirs \param out [steps, of_pair]
 */
void write_reaches(const std::vector<MotionFrame> &clip, const PersonPath &first,
                   const PersonPath &second, float size, float *out);

} // namespace fovea
