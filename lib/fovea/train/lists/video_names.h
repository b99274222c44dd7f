// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <map>
#include <string>

namespace fovea {

/** \brief One name for a video, however often it is listed: by a link too, or once relative and once absolute */
class VideoNames
{
public:
    /** \return the path it was first asked by */
    const std::string &first_of(const std::filesystem::path &video);

private:
    std::map<std::string, std::string> firsts_; ///< by path as it is listed
    std::map<std::string, std::string> files_;  ///< by where it lies
};

} // namespace fovea
