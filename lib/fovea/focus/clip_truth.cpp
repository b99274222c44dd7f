// SPDX-License-Identifier: MIT
#include "fovea/focus/clip_truth.h"

#include <locale>
#include <sstream>

#include "fovea/core/errors.h"
#include "fovea/core/formatted.h"

namespace fovea {

namespace {

constexpr const char *nothing = "none";

} // namespace

std::vector<ShownClass> shown_classes(const std::string &words)
{
    std::vector<ShownClass> shown;
    if (words == nothing)
        return shown;
    std::istringstream all(words);
    for (std::string one; std::getline(all, one, ';');) {
        std::istringstream parts(one);
        parts.imbue(std::locale::classic());
        ShownClass read;
        if (!(parts >> read.index >> read.start >> read.end) || !(parts >> std::ws).eof() ||
            read.index < 0 || read.end < read.start)
            throw Error(Error::Kind::Settings,
                        "what the video shows: expected 'class start end' of each, such as "
                        "'3 1.5 4;7 0 30', or 'none', got '" +
                            one + "'");
        shown.push_back(read);
    }
    return shown;
}

std::string words_of(const std::vector<ShownClass> &shown)
{
    std::string words;
    for (const ShownClass &one : shown)
        words += (words.empty() ? "" : ";") + std::to_string(one.index) +
                 formatted(" %.6f %.6f", one.start, one.end);
    return shown.empty() ? nothing : words;
}

ClipTruth clip_truth(const std::vector<ShownClass> &shown, int classes,
                     const std::vector<double> &times)
{
    const auto count = static_cast<std::int64_t>(times.size());
    ClipTruth truth{Array({classes, count}), Array({classes})};
    for (const ShownClass &one : shown) {
        if (one.index >= classes)
            throw Error(Error::Kind::Settings,
                        "what the video shows: expected one of " + std::to_string(classes) +
                            " classes from 0, got class " + std::to_string(one.index));
        const auto place = static_cast<std::size_t>(one.index);
        truth.video.values[place] = 1;
        for (std::size_t i = 0; i < times.size(); ++i) {
            if (one.start <= times[i] && times[i] <= one.end)
                truth.frames.values[place * times.size() + i] = 1;
        }
    }
    return truth;
}

} // namespace fovea
