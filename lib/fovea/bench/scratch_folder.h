// SPDX-License-Identifier: MIT
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

#include "fovea/core/errors.h"

namespace fovea {

/** \brief A folder that goes with its owner */
class ScratchFolder
{
public:
    /** \throw Error CannotWrite */
    ScratchFolder()
    {
        std::string pattern = (std::filesystem::temp_directory_path() / "fovea-XXXXXX").string();
        if (mkdtemp(pattern.data()) == nullptr)
            throw Error(Error::Kind::CannotWrite, "'" + pattern + "': no folder can be made there");
        path_ = pattern;
    }

    ~ScratchFolder()
    {
        std::error_code ignored; // nothing is lost with what stays behind
        std::filesystem::remove_all(path_, ignored);
    }

    ScratchFolder(const ScratchFolder &) = delete;
    ScratchFolder &operator=(const ScratchFolder &) = delete;

    const std::filesystem::path &path() const { return path_; }

private:
    std::filesystem::path path_;
};

} // namespace fovea
