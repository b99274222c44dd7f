// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>

namespace fovea {

/** \brief Paths of evidence as a database keeps them: from its folder on where they lie below it, so that this can be moved */
class EvidencePaths
{
public:
    explicit EvidencePaths(const std::filesystem::path &database)
        : folder_(std::filesystem::absolute(database).parent_path())
    {
    }

    std::string kept(const std::filesystem::path &path) const
    {
        const auto below = path.lexically_relative(folder_); // empty: of one that is no whole path
        return below.empty() || *below.begin() == ".." ? path.string() : below.string();
    }

    /** \brief One that is kept whole stays so */
    std::string whole(const std::string &kept) const { return (folder_ / kept).string(); }

private:
    std::filesystem::path folder_;
};

} // namespace fovea
