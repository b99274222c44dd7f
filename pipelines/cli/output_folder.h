#pragma once

#include <filesystem>
#include <vector>

namespace fovea {

/**
 * \brief A folder that results are written to, and what must not be left in it
 *
 * When it goes, temporary files are removed, and the folder too if it was made here and is empty.
 */
class OutputFolder
{
public:
    /** \throw Error CannotWrite with the cause */
    explicit OutputFolder(const std::filesystem::path &folder);
    ~OutputFolder();
    OutputFolder(const OutputFolder &) = delete;
    OutputFolder &operator=(const OutputFolder &) = delete;

    std::filesystem::path file(const std::string &name) const { return folder_ / name; }

    /** \brief The path `NAME.part`, removed in the end unless it was kept */
    std::filesystem::path temporary(const std::string &name);

    /** \brief The temporary file of \a name is whole: it gets its name. \throw Error CannotWrite */
    void keep(const std::string &name);

private:
    std::filesystem::path folder_;
    std::filesystem::path made_; ///< topmost folder that was not there before; empty: none
    std::vector<std::filesystem::path> temporaries_;
};

} // namespace fovea
