// SPDX-License-Identifier: MIT
#include <string>

#include <zlib.h>

#include "fovea/bundle/network_file.h"
#include "targets.h"

/* The checksum would stop whatever is changed: the input is what stands behind it. */
void fuzz_network(std::string_view input)
{
    const auto sum = static_cast<std::uint32_t>(
        crc32_z(0, reinterpret_cast<const Bytef *>(input.data()), input.size()));
    std::string file("fovea\x02\r\n", 8);
    file.append(reinterpret_cast<const char *>(&sum), sizeof sum);
    file += input;
    expect_read_or_refused([&] { fovea::parse_network(file, "a"); });
    expect_read_or_refused([&] { fovea::parse_head(file, "a"); });
}
