// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "fovea/core/geometry.h"
#include "fovea/core/image.h"
#include "fovea/core/json.h"
#include "fovea/core/mapped_file.h"
#include "fovea/core/pose.h"
#include "fovea/store/atomic_file.h"

namespace fovea {

/** \brief A person as a network for keypoints is taught to see them */
struct TaughtPose {
    std::string split; ///< train or val
    Box view;          ///< what the teacher saw of the crop, in [0, 1] of it; around it is more
    Pose pose;         ///< in [0, 1] of the crop, or a little beyond
};

/**
 * \brief Crops of persons of one size with a teacher's keypoints, in one file that is mapped
 *
 * Pictures one after the other (RGB), then what is known of them as JSON, then its length in 8 bytes.
 */
class KeypointSetWriter
{
public:
    /** \param side of the crops, pixels. \throw Error CannotWrite */
    KeypointSetWriter(const std::filesystem::path &file, int side);

    /** \throw Error CannotWrite with the cause; Settings for a crop of another size */
    void add(const RgbImage &crop, const TaughtPose &taught);

    /** \brief The file gets its name. \param made_with what decides its content. \throw Error CannotWrite */
    void commit(const Json &made_with);

private:
    std::filesystem::path path_;
    int side_;
    AtomicFile file_;
    std::vector<TaughtPose> taught_;
};

/** \brief Such a file, mapped. Safe to share by threads */
class KeypointSet
{
public:
    /** \throw Error NotFound; Settings when it is truncated or of another version */
    explicit KeypointSet(const std::filesystem::path &file);

    int side() const { return side_; }

    std::size_t size() const { return taught_.size(); }

    /** \brief What it was made with, as the writer was told */
    const Json &made_with() const { return made_with_; }

    /** \brief side x side x 3 bytes; valid as long as this lives */
    const std::uint8_t *crop(std::size_t index) const;

    const TaughtPose &taught(std::size_t index) const { return taught_.at(index); }

private:
    MappedFile mapped_;
    Json made_with_;
    int side_ = 0;
    std::vector<TaughtPose> taught_;
};

} // namespace fovea
