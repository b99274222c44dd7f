// SPDX-License-Identifier: MIT
#include "fovea/bundle/network_cache.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <utility>
#include <vector>

#include <zlib.h>

#include "fovea/bundle/cache_folder.h"
#include "fovea/bundle/sha256.h"
#include "fovea/core/errors.h"
#include "fovea/core/json.h"
#include "fovea/core/mapped_file.h"
#include "fovea/store/atomic_file.h"
#include "fovea/store/byte_reader.h"
#include "graph_sources.h" // FOVEA_GRAPH_SOURCES: a hash of what makes graphs

namespace fovea {

namespace fs = std::filesystem;

namespace {

/*
 * A file: magic, CRC-32 of all behind it, length of the text; a JSON text (the key, the nodes and what else there is,
 * arrays by shape and place); from the next multiple of 64 on the arrays' floats. Read where they lie.
 */
constexpr std::string_view magic("fovea\x01\r\n", 8);
constexpr std::size_t summed_from = magic.size() + sizeof(std::uint32_t);
constexpr std::size_t head_size = summed_from + sizeof(std::uint32_t);
constexpr std::size_t alignment = 64;
constexpr std::size_t most_bytes = std::size_t{64} << 20; ///< of a file; to read more takes as long
constexpr std::size_t most_files = 32;

std::size_t aligned(std::size_t size)
{
    return (size + alignment - 1) / alignment * alignment;
}

fs::path folder()
{
    return cache_folder() / "networks";
}

std::string name_of(const std::string &key)
{
    return sha256_of_text(key).substr(0, 32) + ".network";
}

std::uint32_t checksum(std::string_view bytes)
{
    return static_cast<std::uint32_t>(
        crc32_z(0, reinterpret_cast<const Bytef *>(bytes.data()), bytes.size()));
}

/** \brief Text and floats of a network */
class Writer
{
public:
    Json array(const SharedArray &array)
    {
        if (!array.defined())
            return nullptr;
        const std::size_t at = aligned(values_.size());
        const std::size_t size = static_cast<std::size_t>(array.count()) * sizeof(float);
        values_.resize(at + size, '\0');
        std::memcpy(values_.data() + at, array.data(), size);
        return {{"shape", array.shape()}, {"at", at}};
    }

    Json node(const nn::Node &node)
    {
        Json json = {{"op", static_cast<int>(node.op)},
                     {"name", node.name},
                     {"inputs", node.inputs},
                     {"kernel", node.window.kernel},
                     {"stride", node.window.stride},
                     {"same", node.window.same},
                     {"before", node.window.fixed.before},
                     {"after", node.window.fixed.after},
                     {"weight", array(node.weight)},
                     {"bias", array(node.bias)},
                     {"groups", node.groups},
                     {"slope", node.activation.slope},
                     {"gain", node.gain},
                     {"factor", node.factor},
                     {"upsampling", static_cast<int>(node.upsampling)},
                     {"first_channel", node.first_channel},
                     {"channels", node.channels}};
        if (node.activation.has_limit()) // JSON knows no infinity
            json["limit"] = node.activation.limit;
        return json;
    }

    std::string file(const std::string &key, const KeptNetwork &network)
    {
        Json json = {{"key", key},
                     {"nodes", Json::array()},
                     {"outputs", network.graph.outputs()},
                     {"channels", network.channels},
                     {"flops_per_pixel", network.flops_per_pixel},
                     {"head_channels", network.head.channels},
                     {"head_motion", network.head.motion},
                     {"head", Json::object()}};
        for (const nn::Node &one : network.graph.nodes())
            json["nodes"].push_back(node(one));
        for (const auto &[name, values] : network.head.tensors)
            json["head"][name] = array(values);
        std::string text = json.dump();
        const auto length = static_cast<std::uint32_t>(text.size());
        text.resize(aligned(head_size + text.size()) - head_size, ' ');
        std::string body(reinterpret_cast<const char *>(&length), sizeof length);
        body += text;
        body += values_;
        const std::uint32_t sum = checksum(body);
        std::string file(magic);
        file.append(reinterpret_cast<const char *>(&sum), sizeof sum);
        return file + body;
    }

private:
    std::string values_;
};

/** \brief Likewise, as they lie in a file; what does not fit throws an Error or one of the JSON library's */
class Reader
{
public:
    Reader(std::shared_ptr<const MappedFile> file, std::string_view values)
        : file_(std::move(file)), values_(values)
    {
    }

    SharedArray array(const Json &json) const
    {
        if (json.is_null())
            return {};
        const auto shape = json.at("shape").get<std::vector<std::int64_t>>();
        const auto at = json.at("at").get<std::size_t>();
        std::size_t size = sizeof(float);
        for (const std::int64_t each : shape) {
            if (each < 1 || each > static_cast<std::int64_t>(most_bytes))
                throw damaged();
            size *= static_cast<std::size_t>(each);
            if (size > values_.size())
                throw damaged();
        }
        if (at % alignment != 0 || at > values_.size() - size)
            throw damaged();
        const auto *values = reinterpret_cast<const float *>(values_.data() + at);
        return {shape, std::shared_ptr<const float>(file_, values)};
    }

    nn::Node node(const Json &json, std::size_t index) const
    {
        nn::Node node;
        const auto op = json.at("op").get<int>();
        if (op < static_cast<int>(index == 0 ? nn::Op::Input : nn::Op::Convolution) ||
            op >= static_cast<int>(index == 0 ? nn::Op::Convolution : nn::Op::TorchLayer))
            throw damaged();
        node.op = static_cast<nn::Op>(op);
        json.at("name").get_to(node.name);
        json.at("inputs").get_to(node.inputs);
        for (const std::size_t input : node.inputs) {
            if (input >= index)
                throw damaged();
        }
        json.at("kernel").get_to(node.window.kernel);
        json.at("stride").get_to(node.window.stride);
        json.at("same").get_to(node.window.same);
        json.at("before").get_to(node.window.fixed.before);
        json.at("after").get_to(node.window.fixed.after);
        node.weight = array(json.at("weight"));
        node.bias = array(json.at("bias"));
        if (node.op == nn::Op::Convolution &&
            (node.weight.shape().size() != 5 || node.bias.count() != node.weight.size(0)))
            throw damaged();
        json.at("groups").get_to(node.groups);
        json.at("slope").get_to(node.activation.slope);
        if (json.contains("limit"))
            json.at("limit").get_to(node.activation.limit);
        json.at("gain").get_to(node.gain);
        json.at("factor").get_to(node.factor);
        node.upsampling = static_cast<nn::Upsampling>(json.at("upsampling").get<int>());
        json.at("first_channel").get_to(node.first_channel);
        json.at("channels").get_to(node.channels);
        return node;
    }

    KeptNetwork network(const Json &json) const
    {
        KeptNetwork network;
        const Json &nodes = json.at("nodes");
        for (std::size_t i = 0; i < nodes.size(); ++i) {
            const nn::Node made = node(nodes[i], i);
            if (i > 0) // the input is there
                network.graph.append(made);
        }
        for (const auto &output : json.at("outputs").get<std::vector<std::size_t>>()) {
            if (output >= nodes.size())
                throw damaged();
            network.graph.add_output(output);
        }
        json.at("channels").get_to(network.channels);
        json.at("flops_per_pixel").get_to(network.flops_per_pixel);
        json.at("head_channels").get_to(network.head.channels);
        json.at("head_motion").get_to(network.head.motion);
        for (const auto &[name, values] : json.at("head").items())
            network.head.tensors.emplace(name, array(values));
        return network;
    }

    static Error damaged() { return {Error::Kind::Settings, "is damaged"}; }

private:
    std::shared_ptr<const MappedFile> file_; ///< in which the values lie
    std::string_view values_;
};

std::optional<KeptNetwork> read(const fs::path &path, const std::string &key)
{
    const auto file = std::make_shared<const MappedFile>(path, "network");
    ByteReader head(file->bytes().substr(0, most_bytes));
    if (head.take(magic.size()) != magic)
        return std::nullopt;
    const auto sum = head.number<std::uint32_t>();
    if (checksum(file->bytes().substr(summed_from)) != sum)
        return std::nullopt;
    const auto length = head.number<std::uint32_t>();
    const Json json = Json::parse(head.take(length));
    if (json.at("key") != key)
        return std::nullopt;
    return Reader(file,
                  file->bytes().substr(std::min(aligned(head_size + length), file->bytes().size())))
        .network(json);
}

/** \brief The oldest go */
void make_room()
{
    std::vector<std::pair<fs::file_time_type, fs::path>> files;
    std::error_code error;
    for (const auto &entry : fs::directory_iterator(folder(), error))
        if (entry.path().extension() == ".network")
            files.emplace_back(entry.last_write_time(error), entry.path());
    std::sort(files.begin(), files.end());
    for (std::size_t i = 0; i + most_files < files.size(); ++i)
        fs::remove(files[i].second, error);
}

} // namespace

std::string network_key(const Bundle &bundle, const fs::path &weights, const std::string &what)
{
    std::string sha256;
    for (const CardFile &file : bundle.files()) {
        if (weights.filename() == fs::path(file.name).filename())
            sha256 = file.sha256; // checked by Bundle::file
    }
    if (sha256.empty())
        sha256 = sha256_of(weights);
    return what + "; weights " + sha256 + "; card " + sha256_of(bundle.folder() / "card.json") +
           "; made by " FOVEA_GRAPH_SOURCES;
}

std::optional<KeptNetwork> find_kept(const std::string &key)
{
    for (const fs::path &place : {fs::path(FOVEA_NETWORK_DIR), folder()}) {
        try {
            if (auto kept = read(place / name_of(key), key))
                return kept;
        } catch (const std::exception &) { // is not there, or is damaged: it is made anew
        }
    }
    return std::nullopt;
}

void keep(const std::string &key, const KeptNetwork &network)
{
    const auto &nodes = network.graph.nodes();
    std::size_t bytes = 0;
    for (const nn::Node &node : nodes) {
        if (node.op == nn::Op::TorchLayer)
            return;
        bytes += static_cast<std::size_t>(node.weight.count() + node.bias.count()) * sizeof(float);
    }
    for (const auto &[name, values] : network.head.tensors)
        bytes += static_cast<std::size_t>(values.count()) * sizeof(float);
    if (bytes > most_bytes - (most_bytes >> 4)) // the text and gaps have room
        return;
    try {
        std::error_code error;
        fs::create_directories(folder(), error);
        write_whole(folder() / name_of(key), Writer().file(key, network));
        make_room();
    } catch (const std::exception &) { // the disk is full, or the folder is not ours
    }
}

} // namespace fovea
