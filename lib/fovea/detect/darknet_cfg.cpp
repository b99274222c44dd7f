// SPDX-License-Identifier: MIT
#include "fovea/detect/darknet_cfg.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <map>
#include <vector>

#include "fovea/core/errors.h"

namespace fovea {

namespace {

constexpr std::int64_t most_filters = 1 << 16;
constexpr std::int64_t most_of_a_kernel = 64;               ///< size, stride and padding
constexpr std::int64_t most_values = std::int64_t{1} << 28; ///< of one map; 1 GB as floats
constexpr std::size_t most_layers = 4096;

struct Entry {
    std::string value;
    std::size_t line;
};

/** \brief `[type]` and the `key=value` lines under it */
struct Section {
    std::string type;
    std::size_t line = 0;
    std::map<std::string, Entry> entries;
};

/** \brief The map that a layer gives */
struct Map {
    std::int64_t channels;
    std::int64_t height;
    std::int64_t width;
};

Error wrong(std::size_t line, const std::string &what)
{
    return {Error::Kind::Settings, "line " + std::to_string(line) + ": " + what};
}

std::string without_blanks(std::string_view text)
{
    std::string kept;
    std::copy_if(text.begin(), text.end(), std::back_inserter(kept),
                 [](char byte) { return byte != ' ' && byte != '\t' && byte != '\r'; });
    return kept;
}

std::vector<Section> sections_of(std::string_view text)
{
    std::vector<Section> sections;
    std::size_t number = 0;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        const std::string line = without_blanks(text.substr(at, end - at));
        at = end + 1;
        ++number;
        if (line.empty() || line[0] == '#' || line[0] == ';')
            continue;
        if (line[0] == '[') {
            if (line.back() != ']')
                throw wrong(number, "expected [section], got '" + line.substr(0, 80) + "'");
            sections.push_back({line.substr(1, line.size() - 2), number, {}});
            continue;
        }
        const std::size_t equals = line.find('=');
        if (sections.empty() || equals == std::string::npos || equals == 0)
            throw wrong(number,
                        "expected key=value under a [section], got '" + line.substr(0, 80) + "'");
        const bool is_new =
            sections.back()
                .entries.emplace(line.substr(0, equals), Entry{line.substr(equals + 1), number})
                .second;
        if (!is_new)
            throw wrong(number, "'" + line.substr(0, equals) + "' stands twice in its section");
    }
    return sections;
}

std::int64_t integer(const std::string &key, const Entry &entry, const std::string &word,
                     std::int64_t least, std::int64_t most)
{
    std::int64_t value = 0;
    const char *end = word.data() + word.size();
    const auto [read, error] = std::from_chars(word.data(), end, value);
    if (error != std::errc() || read != end || value < least || value > most)
        throw wrong(entry.line, "'" + key + "' is '" + word.substr(0, 80) +
                                    "', expected a whole number from " + std::to_string(least) +
                                    " to " + std::to_string(most));
    return value;
}

std::int64_t integer(const Section &section, const std::string &key, std::int64_t least,
                     std::int64_t most, std::int64_t fallback)
{
    const auto found = section.entries.find(key);
    return found == section.entries.end()
               ? fallback
               : integer(key, found->second, found->second.value, least, most);
}

/** \brief Words between commas */
std::vector<std::string> words_of(const std::string &text)
{
    std::vector<std::string> words;
    for (std::size_t at = 0; at <= text.size();) {
        const std::size_t end = std::min(text.find(',', at), text.size());
        words.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return words;
}

/** \brief Walks the layers and keeps the map that each gives */
class Layers
{
public:
    explicit Layers(Map input) : last_(input) {}

    void add(const Section &section)
    {
        if (maps_.size() == most_layers)
            throw wrong(section.line,
                        "expected at most " + std::to_string(most_layers) + " layers");
        last_ = map_of(section);
        if (last_.height < 1 || last_.width < 1 ||
            last_.channels > most_values / last_.height / last_.width)
            throw wrong(section.line,
                        "[" + section.type + "] would give " + std::to_string(last_.channels) +
                            " channels of " + std::to_string(last_.width) + "x" +
                            std::to_string(last_.height) + ", expected a map of 1 to " +
                            std::to_string(most_values) + " values");
        maps_.push_back(last_);
    }

    DarknetSize size() const { return size_; }

private:
    Map map_of(const Section &section)
    {
        if (section.type == "convolutional")
            return convolution(section);
        if (section.type == "maxpool")
            return pool(section);
        if (section.type == "route")
            return route(section);
        if (section.type == "upsample") {
            const std::int64_t stride = integer(section, "stride", 1, most_of_a_kernel, 2);
            return {last_.channels, last_.height * stride, last_.width * stride};
        }
        if (section.type == "yolo")
            return yolo(section);
        if (section.type == "shortcut" || section.type == "scale_channels") {
            const std::vector<Map> from = referred(section, "from");
            return section.type == "shortcut" ? last_ : from.front();
        }
        if (section.type == "dropout")
            return last_;
        throw wrong(section.line,
                    "[" + section.type.substr(0, 80) +
                        "] is not known, expected net, convolutional, maxpool, route, shortcut, "
                        "scale_channels, upsample, dropout or yolo");
    }

    Map convolution(const Section &section)
    {
        const std::int64_t filters = integer(section, "filters", 1, most_filters, 1);
        const std::int64_t size = integer(section, "size", 1, most_of_a_kernel, 1);
        const std::int64_t stride = integer(section, "stride", 1, most_of_a_kernel, 1);
        const std::int64_t groups = integer(section, "groups", 1, most_filters, 1);
        const bool padded = integer(section, "pad", 0, 1, 0) != 0;
        const std::int64_t padding =
            padded ? size / 2 : integer(section, "padding", 0, most_of_a_kernel, 0);
        if (filters % groups != 0 || last_.channels % groups != 0)
            throw wrong(section.line, "'groups' is " + std::to_string(groups) +
                                          ", expected a divisor of the layer's " +
                                          std::to_string(last_.channels) + " channels and " +
                                          std::to_string(filters) + " filters");
        const bool normalised = integer(section, "batch_normalize", 0, 1, 0) != 0;
        size_.parameters += filters * (last_.channels / groups) * size * size +
                            filters * (normalised ? 4 : 1); // bias; scale, mean, variance
        return {filters, (last_.height + 2 * padding - size) / stride + 1,
                (last_.width + 2 * padding - size) / stride + 1};
    }

    Map pool(const Section &section) const
    {
        const std::int64_t stride = integer(section, "stride", 1, most_of_a_kernel, 1);
        const std::int64_t size = integer(section, "size", 1, most_of_a_kernel, stride);
        const std::int64_t padding = integer(section, "padding", 0, most_of_a_kernel, size - 1);
        return {last_.channels, (last_.height + padding - size) / stride + 1,
                (last_.width + padding - size) / stride + 1};
    }

    Map route(const Section &section) const
    {
        const std::vector<Map> from = referred(section, "layers");
        Map joined = from.front();
        for (std::size_t i = 1; i < from.size(); ++i) {
            if (from[i].height != joined.height || from[i].width != joined.width)
                throw wrong(section.line, "[route] joins maps of different sizes");
            joined.channels += from[i].channels;
        }
        const std::int64_t groups = integer(section, "groups", 1, most_filters, 1);
        integer(section, "group_id", 0, groups - 1, 0);
        if (joined.channels % groups != 0)
            throw wrong(section.line, "'groups' is " + std::to_string(groups) +
                                          ", expected a divisor of " +
                                          std::to_string(joined.channels) + " channels");
        joined.channels /= groups;
        return joined;
    }

    Map yolo(const Section &section) const
    {
        const std::int64_t boxes = integer(section, "num", 1, 1000, 1);
        const std::int64_t classes = integer(section, "classes", 1, most_filters, 20);
        std::int64_t used = boxes;
        if (const auto mask = section.entries.find("mask"); mask != section.entries.end()) {
            const std::vector<std::string> words = words_of(mask->second.value);
            for (const std::string &word : words)
                integer("mask", mask->second, word, 0, boxes - 1);
            used = static_cast<std::int64_t>(words.size());
        }
        if (last_.channels != used * (classes + 5))
            throw wrong(section.line,
                        "[yolo] reads " + std::to_string(last_.channels) + " channels, expected " +
                            std::to_string(used * (classes + 5)) + ": " + std::to_string(used) +
                            " boxes of 5 numbers and " + std::to_string(classes) + " classes");
        const auto anchors = section.entries.find("anchors");
        const std::size_t count =
            anchors == section.entries.end() ? 0 : words_of(anchors->second.value).size();
        if (static_cast<std::int64_t>(count) != 2 * boxes)
            throw wrong(section.line, "'anchors' are " + std::to_string(count) +
                                          " numbers, expected " + std::to_string(2 * boxes) +
                                          ", two for each of num=" + std::to_string(boxes));
        for (const std::string &word : words_of(anchors->second.value)) {
            double side = 0;
            const char *end = word.data() + word.size();
            const auto [read, error] = std::from_chars(word.data(), end, side);
            if (error != std::errc() || read != end || !(side > 0 && side < 1e6))
                throw wrong(anchors->second.line,
                            "'anchors' hold '" + word.substr(0, 80) + "', expected sizes above 0");
        }
        return last_;
    }

    /** \brief Maps of the layers that \a key lists: from the first, or negative: back from this one */
    std::vector<Map> referred(const Section &section, const std::string &key) const
    {
        const auto found = section.entries.find(key);
        if (found == section.entries.end())
            throw wrong(section.line, "[" + section.type + "] lacks '" + key + "'");
        std::vector<Map> maps;
        const auto count = static_cast<std::int64_t>(maps_.size());
        for (const std::string &word : words_of(found->second.value)) {
            const std::int64_t layer = integer(key, found->second, word, -count, count - 1);
            maps.push_back(maps_[static_cast<std::size_t>(layer < 0 ? count + layer : layer)]);
        }
        return maps;
    }

    Map last_;
    std::vector<Map> maps_;
    DarknetSize size_;
};

} // namespace

DarknetSize check_darknet_cfg(std::string_view text, ImageSize input)
{
    const std::vector<Section> sections = sections_of(text);
    if (sections.empty() || (sections[0].type != "net" && sections[0].type != "network"))
        throw Error(Error::Kind::Settings, "expected a darknet cfg that begins with [net]");
    constexpr std::int64_t longest_side = 1 << 14;
    integer(sections[0], "width", 1, longest_side, 1);
    integer(sections[0], "height", 1, longest_side, 1);
    Layers layers({integer(sections[0], "channels", 3, 3, 3), input.height, input.width});
    for (std::size_t i = 1; i < sections.size(); ++i)
        layers.add(sections[i]);
    if (sections.back().type != "yolo")
        throw wrong(sections.back().line, "the last layer is [" +
                                              sections.back().type.substr(0, 80) +
                                              "], expected [yolo]");
    return layers.size();
}

} // namespace fovea
