// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <zlib.h>

/** \brief A zip archive of stored records, as torch.save writes it. Source: APPNOTE 6.3.10, 4.3 */
inline std::string stored_zip(const std::vector<std::pair<std::string, std::string>> &records)
{
    const auto number = [](std::uint64_t value, std::size_t bytes) {
        std::string text;
        for (std::size_t i = 0; i < bytes; ++i, value >>= 8)
            text += static_cast<char>(value);
        return text;
    };
    std::string archive;
    std::string directory;
    for (const auto &[name, bytes] : records) {
        const auto crc = crc32_z(0, reinterpret_cast<const Bytef *>(bytes.data()), bytes.size());
        const std::string sizes = number(crc, 4) + number(bytes.size(), 4) +
                                  number(bytes.size(), 4) + number(name.size(), 2) + number(0, 2);
        const std::string version_flags_method_date = number(20, 2) + number(0, 8);
        directory += "PK\x01\x02" + number(20, 2) + version_flags_method_date + sizes +
                     number(0, 10) + number(archive.size(), 4) + name;
        archive += "PK\x03\x04" + version_flags_method_date + sizes + name + bytes;
    }
    const std::string count = number(records.size(), 2);
    return archive + directory + "PK\x05\x06" + number(0, 4) + count + count +
           number(directory.size(), 4) + number(archive.size(), 4) + number(0, 2);
}
