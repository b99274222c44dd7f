// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

namespace fovea {

/** \brief Of an MP4: 4 bytes of size, 4 of type, what it holds (ISO 14496-12) */
struct Mp4Box {
    std::string type;
    std::uint64_t start = 0; ///< bytes from the begin of the file
    std::uint64_t end = 0;
};

constexpr std::uint64_t to_the_end = std::uint64_t{1} << 62U; // size of a box that goes there

std::uint64_t big_endian(const char *bytes, std::size_t count);

/** \return none where the file ends, or no box that says where it ends is there */
std::optional<Mp4Box> box_at(std::ifstream *stream, std::uint64_t start);

/** \brief The index, `moov`: what the file holds and where. \return none where it has none */
std::optional<Mp4Box> mp4_index(std::ifstream *stream);

/**
 * \brief Those of a type in another; what goes beyond that one is none, or the boxes of a file could be looked through once
 * for each of them
 */
std::vector<Mp4Box> boxes_in(std::ifstream *stream, const Mp4Box &outer, const std::string &type);

} // namespace fovea
