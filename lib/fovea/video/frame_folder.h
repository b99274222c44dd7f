// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace fovea {

/** \brief The frames of a video that is a folder of pictures, as data sets are published */
struct FrameFolder {
    std::string pattern;      ///< of the names, for printf: "%06d.jpg" or "img_%05d.jpg"
    int first = 0;            ///< number of the first frame
    std::int64_t frames = 0;  ///< numbered without a gap
    std::size_t left_out = 0; ///< pictures that do not follow those, behind a gap or of other names
    double fps = 0; ///< as the file `fps` in the folder, or in the one above it, says; else 25
};

/** \return none where \a folder is no folder with JPEG files whose names end in a number */
std::optional<FrameFolder> frame_folder(const std::filesystem::path &folder);

inline bool is_frame_folder(const std::filesystem::path &folder)
{
    return frame_folder(folder).has_value();
}

} // namespace fovea
