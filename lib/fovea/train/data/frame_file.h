// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "fovea/core/image.h"
#include "fovea/core/mapped_file.h"
#include "fovea/core/person.h"
#include "fovea/store/atomic_file.h"
#include "fovea/train/data/file_use.h"
#include "fovea/train/data/planned_frames.h"

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
 * The pictures of the frames that are kept, one after the other, then what is known of all frames as
 * JSON, then its length in 8 bytes. Until it is whole its part is locked (flock): one that is not was left by a crash.
 */
class FrameFileWriter
{
public:
    /** \throw Error CannotWrite; Settings when the size is odd or < 2 or fps is not > 0 */
    FrameFileWriter(const std::filesystem::path &file, const FrameFileInfo &info);

    /**
     * \param frame of the file's size and format
     * \param keep its picture; persons are kept of all
     * \throw Error CannotWrite with the cause; Settings for another size or format
     */
    void add(const FrameView &frame, const std::vector<Person> &persons, bool keep = true);

    /** \brief The file gets its name. \param notes what is to be told of the video \throw Error CannotWrite; Settings without a picture */
    void commit(const std::vector<std::string> &notes = {});

    std::int64_t frames() const { return static_cast<std::int64_t>(persons_.size()); }

private:
    std::filesystem::path path_;
    FrameFileInfo info_;
    AtomicFile file_;
    std::vector<std::vector<Person>> persons_;
    std::vector<std::int64_t> kept_; ///< frames whose pictures are in the file
};

/**
 * \brief A frame file, mapped; frames stay valid as long as it lives. Safe to share by threads
 *
 * It holds a shared lock (flock) by which a cache sees that the file is in use.
 */
class FrameFile
{
public:
    /** \throw Error NotFound; Settings when it is truncated or of another version */
    explicit FrameFile(const std::filesystem::path &file);

    ImageSize size() const { return info_.size; }

    double fps() const { return info_.fps; }

    std::int64_t frames() const { return static_cast<std::int64_t>(persons_.size()); }

    double duration() const { return static_cast<double>(frames()) / info_.fps; } ///< s

    const std::filesystem::path &path() const { return path_; }

    /** \brief What was told of the video when it was decoded */
    const std::vector<std::string> &notes() const { return notes_; }

    KeptLength length() const { return {frames(), fps()}; }

    /** \throw Error Settings when its picture was not kept */
    FrameView frame(std::int64_t index) const;

    const std::vector<Person> &persons(std::int64_t index) const
    {
        return persons_.at(static_cast<std::size_t>(index));
    }

private:
    MappedFile mapped_;
    SharedLock lock_;
    FrameFileInfo info_;
    std::vector<std::vector<Person>> persons_;
    std::vector<std::int64_t> kept_; ///< in order; those of one's place
    std::vector<std::string> notes_;
    std::filesystem::path path_;
};

} // namespace fovea
