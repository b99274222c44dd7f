// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>

#include "media/media_info.h"

namespace fovea {

struct DownloadOptions {
    std::chrono::seconds patience; ///< what fails is tried again until so long nothing came
    std::function<void(const std::string &)> told; ///< what failed and is tried again
};

/**
 * \brief Brings a video of a web server (web_video()) into a file, whole
 *
 * What fails midway, stalls or is answered 408, 425, 429 or 5xx is tried again after growing pauses, or that which
 * Retry-After asks for, from the byte where it ended if the server takes ranges and tells (ETag, Last-Modified) that
 * the file is still the same, else from its beginning. What another try would not mend is refused at once: a camera's
 * endless stream, a length beyond the free space, a certificate or a redirect that is wrong.
 * \throw Error NotFound in one line without the query: the server refuses it, or patience is over; CannotWrite;
 * Init where this build has no HTTP. Interrupted
 */
void download(const std::filesystem::path &video, const std::filesystem::path &to,
              const DownloadOptions &options);

/**
 * \brief media_info() of a video of a web server, of its copy, which is made first
 *
 * A copy, since a video is read two to four times (survey, features, labelled video, summary), a stream that breaks
 * off midway cannot be told from one that ends, and a demuxer asks for ranges that not every server has.
 * \throw as download(), media_info()
 */
inline MediaInfo downloaded(const std::filesystem::path &video, const std::filesystem::path &copy,
                            const DownloadOptions &options)
{
    download(video, copy, options);
    MediaInfo media = media_info(copy);
    media.name = video;
    return media;
}

} // namespace fovea
