// SPDX-License-Identifier: MIT
#include "service/evidence/evidence_file.h"

#include <algorithm>

#include "fovea/core/printable.h"
#include "fovea/core/utc.h"

namespace fovea {

namespace {

constexpr std::size_t longest_label = 100; // bytes, of 255 that a file's name may have

std::string name_part(const std::string &label)
{
    std::string part;
    for (std::size_t at = 0; at < label.size();) {
        const std::size_t bytes = std::max<std::size_t>(utf8_character(label, at).bytes, 1);
        if (part.size() + bytes > longest_label)
            break;
        part += label.substr(at, bytes);
        at += bytes;
    }
    std::replace(part.begin(), part.end(), '/', '_');
    return part;
}

} // namespace

std::filesystem::path evidence_file(const std::filesystem::path &folder, const std::string &camera,
                                    Nanoseconds begin_utc, const std::string &label)
{
    std::string time = to_utc_text(begin_utc);
    std::replace(time.begin(), time.end(), ':', '-'); // no file name elsewhere may hold it
    return folder / camera / time.substr(0, 10) / (time + "-" + name_part(label));
}

} // namespace fovea
