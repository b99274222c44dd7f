// SPDX-License-Identifier: MIT
#include "fovea/train/lists/list_values.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <map>

#include "fovea/core/formatted.h"
#include "fovea/core/stated_time.h"
#include "fovea/core/text_file.h"
#include "fovea/video/frame_folder.h"

namespace fovea {

namespace {

constexpr std::array<const char *, 10> video_endings = {".mp4", ".avi", ".mkv",  ".webm", ".mov",
                                                        ".m4v", ".mpg", ".mpeg", ".ts",   ".wmv"};

} // namespace

std::string time_text(const ListedTime &moment)
{
    return moment.is_share ? six_places(100 * moment.value) + "%" : six_places(moment.value);
}

bool is_time(double seconds)
{
    return seconds >= 0 && seconds <= longest_seconds; // NaN is none, too
}

double list_number(const std::string &text)
{
    char *end = nullptr;
    const double value = std::strtod(text.c_str(), &end);
    return !text.empty() && *end == '\0' && is_time(value) ? value : -1;
}

bool read_time(std::string text, ListedTime *moment)
{
    const bool share = !text.empty() && text.back() == '%';
    if (share)
        text.pop_back();
    const double value = list_number(text);
    *moment = {share ? value / 100 : value, share};
    return value >= 0 && (!share || value <= 100);
}

bool is_video_name(const std::filesystem::path &file)
{
    const std::string ending = lowered(file.extension().string());
    return std::count(video_endings.begin(), video_endings.end(), ending) > 0;
}

std::string split_name(const std::string &word)
{
    static const std::map<std::string, std::string> names = {
        {"train", "train"},    {"training", "train"}, {"val", "val"},   {"valid", "val"},
        {"validation", "val"}, {"validate", "val"},   {"test", "test"}, {"testing", "test"}};
    const auto found = names.find(lowered(word));
    return found == names.end() ? "" : found->second;
}

std::filesystem::path find_video(const std::filesystem::path &root,
                                 const std::vector<std::string> &stems)
{
    for (const std::string &stem : stems) {
        if (is_frame_folder(root / stem))
            return root / stem;
        for (const char *ending : video_endings) {
            auto file = root / (stem + ending);
            if (std::filesystem::exists(file))
                return file;
        }
    }
    return root / (stems.front() + ".mp4");
}

} // namespace fovea
