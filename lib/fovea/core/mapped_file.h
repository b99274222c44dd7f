// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string_view>

namespace fovea {

/**
 * \brief The bytes of a regular file, read-only, in memory only as far as they are looked at
 *
 * Anything else (a folder, a FIFO, a device) is refused: reading one may never end.
 */
class MappedFile
{
public:
    /**
     * \param what the file's role for the error, for example `weights`
     * \throw Error NotFound when it is not there or may not be read, Settings when it is no file
     */
    MappedFile(const std::filesystem::path &file, const std::string &what);
    ~MappedFile();
    MappedFile(const MappedFile &) = delete;
    MappedFile &operator=(const MappedFile &) = delete;

    /** \brief Valid as long as this object */
    std::string_view bytes() const { return bytes_; }

private:
    std::string_view bytes_;
};

} // namespace fovea
