// SPDX-License-Identifier: MIT
#include "fovea/store/tensors/zip_archive.h"

#include <algorithm>
#include <limits>

#include <zlib.h>

#include "fovea/core/errors.h"
#include "fovea/store/byte_reader.h"

namespace fovea {

namespace {

constexpr std::uint32_t record_signature = 0x04034b50;
constexpr std::uint32_t directory_signature = 0x02014b50;
constexpr std::uint32_t end_signature = 0x06054b50;
constexpr std::uint32_t zip64_end_signature = 0x06064b50;
constexpr std::uint32_t zip64_locator_signature = 0x07064b50;
constexpr std::uint16_t zip64_extra = 1;
constexpr std::size_t end_size = 22;
constexpr std::size_t zip64_locator_size = 20;
constexpr std::size_t longest_comment = 65535;
constexpr std::uint32_t in_zip64 = std::numeric_limits<std::uint32_t>::max();
constexpr std::uint16_t is_encrypted = 1;

Error damaged(const std::string &what)
{
    return {Error::Kind::Settings, "is truncated or damaged: " + what};
}

void expect_signature(ByteReader &reader, std::uint32_t signature, const char *what)
{
    const std::uint64_t at = reader.at();
    if (reader.number<std::uint32_t>() != signature)
        throw damaged(std::string(what) + " is not at byte " + std::to_string(at));
}

/** \brief Where the record that ends the archive begins: before a comment, so it is looked for */
std::size_t find_end(std::string_view bytes)
{
    const std::string_view signature("PK\x05\x06", 4);
    const std::size_t tail = std::min(bytes.size(), end_size + longest_comment);
    const std::size_t at = bytes.substr(bytes.size() - tail).rfind(signature);
    if (at == std::string_view::npos)
        throw damaged("the zip archive's directory is missing from its " +
                      std::to_string(bytes.size()) + " bytes");
    return bytes.size() - tail + at;
}

/** \brief Those of \a fields that say "in zip64", from the extra field of an entry */
void read_zip64(std::string_view extra, std::initializer_list<std::uint64_t *> fields)
{
    ByteReader reader(extra);
    while (reader.left() >= 4) {
        const auto kind = reader.number<std::uint16_t>();
        const std::string_view data = reader.take(reader.number<std::uint16_t>());
        if (kind != zip64_extra)
            continue;
        ByteReader numbers(data);
        for (std::uint64_t *field : fields) {
            if (*field == in_zip64)
                *field = numbers.number<std::uint64_t>();
        }
        return;
    }
}

std::uint32_t crc_of(std::string_view bytes)
{
    return static_cast<std::uint32_t>(
        crc32_z(0, reinterpret_cast<const Bytef *>(bytes.data()), bytes.size()));
}

} // namespace

ZipArchive::ZipArchive(std::string_view bytes) : bytes_(bytes)
{
    const std::size_t end = find_end(bytes);
    ByteReader reader(bytes, end);
    expect_signature(reader, end_signature, "the end of the zip archive");
    reader.take(6); // numbers of disks
    std::uint64_t count = reader.number<std::uint16_t>();
    std::uint64_t size = reader.number<std::uint32_t>();
    std::uint64_t at = reader.number<std::uint32_t>();
    const bool has_locator = end >= zip64_locator_size &&
                             ByteReader(bytes, end - zip64_locator_size).number<std::uint32_t>() ==
                                 zip64_locator_signature;
    if (has_locator) {
        ByteReader locator(bytes, end - zip64_locator_size + 8);
        ByteReader zip64(bytes, locator.number<std::uint64_t>());
        expect_signature(zip64, zip64_end_signature, "the zip64 end of the archive");
        zip64.take(28); // sizes and versions, numbers of disks, entries on this disk
        count = zip64.number<std::uint64_t>();
        size = zip64.number<std::uint64_t>();
        at = zip64.number<std::uint64_t>();
    }
    read_directory(at, size, count);
}

void ZipArchive::read_directory(std::uint64_t at, std::uint64_t size, std::uint64_t count)
{
    ByteReader reader(bytes_, at);
    reader = ByteReader(reader.take(size));
    for (std::uint64_t i = 0; i < count; ++i) {
        expect_signature(reader, directory_signature, "an entry of the zip archive's directory");
        Record record = {};
        reader.take(4); // versions
        record.flags = reader.number<std::uint16_t>();
        record.method = reader.number<std::uint16_t>();
        reader.take(4); // time and date
        record.crc = reader.number<std::uint32_t>();
        record.stored_size = reader.number<std::uint32_t>();
        record.size = reader.number<std::uint32_t>();
        const auto name_size = reader.number<std::uint16_t>();
        const auto extra_size = reader.number<std::uint16_t>();
        const auto comment_size = reader.number<std::uint16_t>();
        reader.take(8); // disk and attributes
        record.header = reader.number<std::uint32_t>();
        const std::string name(reader.take(name_size));
        read_zip64(reader.take(extra_size), {&record.size, &record.stored_size, &record.header});
        reader.take(comment_size);
        if (!records_.emplace(name, record).second)
            throw damaged("the zip archive holds '" + name + "' twice");
    }
}

std::string_view ZipArchive::record(const std::string &name) const
{
    const auto found = records_.find(name);
    if (found == records_.end())
        throw damaged("the zip archive lacks '" + name + "'");
    const Record &record = found->second;
    if (record.method != 0 || (record.flags & is_encrypted) != 0 ||
        record.stored_size != record.size)
        throw Error(Error::Kind::Settings,
                    "holds '" + name +
                        "' compressed or encrypted, expected stored as torch.save writes it");
    ByteReader reader(bytes_, record.header);
    expect_signature(reader, record_signature, "a record of the zip archive");
    reader.take(22); // as in the directory, where sizes stand that may be missing here
    const auto name_size = reader.number<std::uint16_t>();
    const auto extra_size = reader.number<std::uint16_t>();
    reader.take(name_size);
    reader.take(extra_size);
    const std::string_view bytes = reader.take(record.size);
    if (crc_of(bytes) != record.crc)
        throw damaged("the CRC-32 of '" + name + "' is not the one written down");
    return bytes;
}

} // namespace fovea
