// SPDX-License-Identifier: MIT
#include "service/evidence/kept_files.h"

#include <system_error>

namespace fovea {

namespace {

Evidence kind_of(const std::filesystem::path &file)
{
    if (file.extension() == ".jpg")
        return Evidence::Still;
    return file.extension() == ".json" ? Evidence::Line : Evidence::Clip;
}

} // namespace

std::filesystem::path file_of(const StoredAlarm &alarm, Evidence which)
{
    std::error_code error;
    for (const std::string &evidence : alarm.evidence) {
        std::filesystem::path path = evidence;
        if (kind_of(path) == which && std::filesystem::is_regular_file(path, error))
            return path;
    }
    return {};
}

bool KeptFiles::has(const std::filesystem::path &file)
{
    const auto [folder, is_new] = names_.try_emplace(file.parent_path().string());
    if (is_new) {
        std::error_code error;
        for (const auto &entry : std::filesystem::directory_iterator(folder->first, error))
            if (entry.is_regular_file(error))
                folder->second.insert(entry.path().filename().string());
    }
    return folder->second.count(file.filename().string()) > 0;
}

EvidenceFiles files_of(const StoredAlarm &alarm, KeptFiles *kept)
{
    EvidenceFiles files;
    for (const std::string &evidence : alarm.evidence) {
        const std::filesystem::path path = evidence;
        if (!kept->has(path))
            continue;
        const Evidence kind = kind_of(path);
        std::filesystem::path &file = kind == Evidence::Clip    ? files.clip
                                      : kind == Evidence::Still ? files.still
                                                                : files.line;
        if (file.empty())
            file = path;
    }
    return files;
}

} // namespace fovea
