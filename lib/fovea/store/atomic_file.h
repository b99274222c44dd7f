#pragma once

#include <filesystem>
#include <string>

namespace fovea {

/**
 * \brief A file that appears under its name only when it is whole
 *
 * Written as NAME.part beside it; commit() syncs and renames; without it the destructor removes the part.
 */
class AtomicFile
{
public:
    /** \throw Error CannotWrite with the cause */
    explicit AtomicFile(std::filesystem::path file);
    ~AtomicFile();
    AtomicFile(const AtomicFile &) = delete;
    AtomicFile &operator=(const AtomicFile &) = delete;

    /** \throw Error CannotWrite with the cause, "No space left on device" for example */
    void write(const std::string &bytes);
    void commit();

private:
    std::filesystem::path file_;
    std::filesystem::path part_;
    int descriptor_ = -1;
};

} // namespace fovea
