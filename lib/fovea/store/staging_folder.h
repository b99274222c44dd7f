// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "fovea/core/errors.h"
#include "fovea/store/lock_file.h"

namespace fovea {

/** \brief Another process writes in a folder, for now */
class FolderInUse : public Error
{
public:
    using Error::Error;
};

/**
 * \brief A folder that results are written to: each stands aside until it is whole, and nothing else is left
 *
 * When it goes, temporary files are removed, and the folder too if it was made here, or is exclusive, and is empty.
 */
class StagingFolder
{
public:
    enum class Use {
        Shared, ///< others may write other files in it
        Exclusive ///< of all processes and threads one writes in it at a time; parts of killed ones go
    };

    /** \throw Error CannotWrite with the cause; FolderInUse of Use::Exclusive, with who writes in it already */
    explicit StagingFolder(const std::filesystem::path &folder, Use use = Use::Shared);
    ~StagingFolder();
    StagingFolder(const StagingFolder &) = delete;
    StagingFolder &operator=(const StagingFolder &) = delete;

    /** \brief What killed processes left in a folder of Use::Exclusive goes, and an empty one, unless one writes in it; no error is told */
    static void remove_left(const std::filesystem::path &folder);

    /** \brief Whether a path is, by its name, one that killed processes leave in such a folder, or living ones write yet */
    static bool is_part(const std::filesystem::path &path);

    std::filesystem::path file(const std::string &name) const { return folder_ / name; }

    /**
     * \brief Where \a name is written until it is whole, removed in the end unless it was kept
     *
     * In a folder of random name that nobody else may open: no link can lie there beforehand.
     * \throw Error CannotWrite
     */
    std::filesystem::path temporary(const std::string &name);

    /** \brief The temporary file of \a name is whole: it gets its name. \throw Error CannotWrite */
    void keep(const std::string &name);

    /**
     * \brief A folder of Use::Exclusive gets another name, on the same disk, and is written no more
     * \throw Error CannotWrite, also where a folder of that name holds something
     */
    void move_to(const std::filesystem::path &place) const;

private:
    void lock();
    void remove_parts() const;

    std::filesystem::path folder_;
    std::filesystem::path made_;  ///< topmost folder that was not there before; empty: none
    std::filesystem::path parts_; ///< holds the temporary files; empty: none was asked for
    std::optional<LockFile> lock_;
};

} // namespace fovea
