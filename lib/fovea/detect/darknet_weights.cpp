// SPDX-License-Identifier: MIT
#include "fovea/detect/darknet_weights.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>
#include <string_view>

#include "fovea/core/errors.h"
#include "fovea/core/mapped_file.h"

namespace fovea {

std::vector<float> read_darknet_weights(const std::filesystem::path &file, std::int64_t parameters,
                                        const std::filesystem::path &network)
{
    const MappedFile mapped(file, "detector weights");
    const std::string_view bytes = mapped.bytes();
    const std::string name = "detector weights '" + file.string() + "': ";
    std::int32_t version[2] = {};
    if (bytes.size() >= sizeof version)
        std::memcpy(version, bytes.data(), sizeof version);
    // Its header counts the images it saw: in 4 bytes, from version 0.2 on in 8
    const std::size_t header = version[0] > 0 || version[1] >= 2 ? 20 : 16;
    std::vector<float> numbers(static_cast<std::size_t>(parameters));
    const std::size_t expected = header + numbers.size() * sizeof(float);
    if (bytes.size() != expected)
        throw Error(Error::Kind::Init, name + "expected " + std::to_string(expected) +
                                           " bytes for '" + network.string() + "', got " +
                                           std::to_string(bytes.size()) + "; fetch the file again");
    std::memcpy(numbers.data(), bytes.data() + header, expected - header);
    const auto wrong = std::find_if_not(numbers.begin(), numbers.end(),
                                        [](float number) { return std::isfinite(number); });
    if (wrong != numbers.end())
        throw Error(
            Error::Kind::Init,
            name + "the number at byte " +
                std::to_string(header + static_cast<std::size_t>(wrong - numbers.begin()) * 4) +
                " is NaN or infinite; fetch the file again");
    return numbers;
}

} // namespace fovea
