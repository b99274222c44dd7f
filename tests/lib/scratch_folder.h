#pragma once

#include <filesystem>
#include <fstream>
#include <string>

#include <unistd.h>

/** \brief A folder of a test's own, gone when the test ends */
class ScratchFolder
{
public:
    ScratchFolder()
    {
        std::string name = (std::filesystem::temp_directory_path() / "fovea-test-XXXXXX").string();
        path_ = mkdtemp(name.data());
    }

    ~ScratchFolder() { std::filesystem::remove_all(path_); }

    ScratchFolder(const ScratchFolder &) = delete;
    ScratchFolder &operator=(const ScratchFolder &) = delete;

    const std::filesystem::path &path() const { return path_; }

    /** \brief A file with that text; folders on the way are made */
    std::filesystem::path write(const std::string &name, const std::string &text = "video") const
    {
        const auto file = path_ / name;
        std::filesystem::create_directories(file.parent_path());
        std::ofstream(file) << text;
        return file;
    }

private:
    std::filesystem::path path_;
};
