// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace fovea {

/**
 * \brief The records of a zip archive whose records are stored, not compressed, as PyTorch writes them
 *
 * Read by its central directory, with the fields of zip64. Every range is checked against the archive.
 * Source: PKWARE's APPNOTE 6.3.10, sections 4.3 and 4.5.3
 */
class ZipArchive
{
public:
    /**
     * \param bytes the whole archive; must outlive this object
     * \throw Error Settings that says what is wrong, without the file's name
     */
    explicit ZipArchive(std::string_view bytes);

    /** \brief Names of all records */
    const auto &records() const { return records_; }

    bool has(const std::string &name) const { return records_.count(name) > 0; }

    /** \brief The bytes of a record, its CRC-32 checked. \throw Error Settings when damaged, compressed or missing */
    std::string_view record(const std::string &name) const;

private:
    struct Record {
        std::uint64_t header;
        std::uint64_t stored_size;
        std::uint64_t size;
        std::uint32_t crc;
        std::uint16_t method;
        std::uint16_t flags;
    };

    void read_directory(std::uint64_t at, std::uint64_t size, std::uint64_t count);

    std::string_view bytes_;
    std::map<std::string, Record> records_;
};

} // namespace fovea
