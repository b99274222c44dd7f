// SPDX-License-Identifier: MIT
#include "fovea/core/errors.h"
#include "media/download.h"

namespace fovea {

void download(const std::filesystem::path &video, const std::filesystem::path &,
              const DownloadOptions &)
{
    throw Error(Error::Kind::Init, "'" + video.string() +
                                       "': this build reads no addresses; build with "
                                       "libsoup-3.0-dev, or fetch it first");
}

} // namespace fovea
