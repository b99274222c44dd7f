// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <vector>

#include "fovea/core/image.h"
#include "fovea/core/mapped_file.h"
#include "fovea/core/person.h"
#include "fovea/store/atomic_file.h"

namespace fovea {

/** \brief What a frame file says of its video */
struct FrameFileInfo {
    ImageSize size; ///< pixels, even
    double fps = 0; ///< frames a second of what is kept
    Colorimetry colorimetry;
    PixelFormat format = PixelFormat::I420; ///< or RGB: pictures of flow
};

/**
 * \brief The frames of one video at training size, with the persons in them: a cache that is mapped,
 * so that a clip reads the frames it needs and no others
 *
 * Frames one after the other, then what is known of them as JSON, then its length in 8 bytes.
 */
class FrameFileWriter
{
public:
    /** \throw Error CannotWrite; Settings when the size is odd or < 2 or fps is not > 0 */
    FrameFileWriter(const std::filesystem::path &file, const FrameFileInfo &info);

    /**
     * \param frame of the file's size and format
     * \throw Error CannotWrite with the cause; Settings for another size or format
     */
    void add(const FrameView &frame, const std::vector<Person> &persons);

    /** \brief The file gets its name. \throw Error CannotWrite; Settings without a frame */
    void commit();

    std::int64_t frames() const { return static_cast<std::int64_t>(persons_.size()); }

private:
    std::filesystem::path path_;
    FrameFileInfo info_;
    AtomicFile file_;
    std::vector<std::vector<Person>> persons_;
};

/** \brief A frame file, mapped; frames stay valid as long as it lives. Safe to share by threads */
class FrameFile
{
public:
    /** \throw Error NotFound; Settings when it is truncated or of another version */
    explicit FrameFile(const std::filesystem::path &file);

    ImageSize size() const { return info_.size; }

    double fps() const { return info_.fps; }

    std::int64_t frames() const { return static_cast<std::int64_t>(persons_.size()); }

    double duration() const { return static_cast<double>(frames()) / info_.fps; } ///< s

    FrameView frame(std::int64_t index) const;

    const std::vector<Person> &persons(std::int64_t index) const
    {
        return persons_.at(static_cast<std::size_t>(index));
    }

private:
    MappedFile mapped_;
    FrameFileInfo info_;
    std::vector<std::vector<Person>> persons_;
};

} // namespace fovea
