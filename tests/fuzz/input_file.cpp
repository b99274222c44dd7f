// SPDX-License-Identifier: MIT
#include <filesystem>
#include <fstream>

#include <unistd.h>

#include "targets.h"

namespace {

namespace fs = std::filesystem;

/** \brief A folder in memory where there is one, removed at the end */
struct Folder {
    Folder()
    {
        const fs::path memory = "/dev/shm";
        const fs::path root = fs::exists(memory) ? memory : fs::temp_directory_path();
        path = root / ("fovea-fuzz-" + std::to_string(getpid()));
        fs::create_directories(path);
    }

    ~Folder()
    {
        std::error_code error;
        fs::remove_all(path, error);
    }

    Folder(const Folder &) = delete;
    Folder &operator=(const Folder &) = delete;

    fs::path path;
};

} // namespace

std::string as_file(std::string_view input, const std::string &name)
{
    static const Folder folder;
    const fs::path file = folder.path / name;
    std::ofstream(file, std::ios::binary | std::ios::trunc)
        .write(input.data(), static_cast<std::streamsize>(input.size()));
    return file.string();
}
