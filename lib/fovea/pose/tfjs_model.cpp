// SPDX-License-Identifier: MIT
#include "fovea/pose/tfjs_model.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include <glib.h>

#include "fovea/core/errors.h"
#include "fovea/core/json.h"
#include "fovea/core/mapped_file.h"

namespace fovea {

namespace {

constexpr std::size_t most_values = std::size_t{1} << 28; ///< of one tensor
constexpr std::int64_t most_of_a_stride = 64;

/** Byte strings stand in JSON as base64 */
std::string decoded(const std::string &text)
{
    gsize length = 0;
    guchar *bytes = g_base64_decode(text.c_str(), &length);
    std::string value(reinterpret_cast<const char *>(bytes), length);
    g_free(bytes);
    return value;
}

/** IEEE 754 binary16 */
float from_half(std::uint16_t half)
{
    const int exponent = (half >> 10) & 0x1F;
    const auto mantissa = static_cast<float>(half & 0x3FF);
    const float sign = (half & 0x8000) != 0 ? -1.0F : 1.0F;
    if (exponent == 0)
        return sign * std::ldexp(mantissa, -24);
    if (exponent == 0x1F)
        return mantissa == 0 ? sign * INFINITY : NAN;
    return sign * std::ldexp(1024 + mantissa, exponent - 25);
}

std::int64_t stride_of(const Json &attributes)
{
    if (!attributes.contains("strides"))
        return 1;
    std::vector<std::int64_t> strides; // of N, H, W, C; 64-bit numbers stand as texts
    for (const Json &stride : attributes.at("strides").at("list").at("i"))
        strides.push_back(std::stoll(stride.get<std::string>()));
    if (strides.size() != 4 || strides[1] != strides[2] || strides[1] < 1 ||
        strides[1] > most_of_a_stride)
        throw Error(Error::Kind::Settings, "expected one stride for height and width");
    return strides[1];
}

TfjsNode node_of(const Json &json)
{
    TfjsNode node;
    node.name = json.at("name").get<std::string>();
    node.op = json.at("op").get<std::string>();
    if (json.contains("input"))
        node.inputs = json.at("input").get<std::vector<std::string>>();
    const Json attributes = json.value("attr", Json::object());
    const auto flag = [&](const char *key) {
        return attributes.contains(key) && attributes.at(key).value("b", false);
    };
    node.half_pixel_centers = flag("half_pixel_centers");
    node.align_corners = flag("align_corners");
    node.stride = stride_of(attributes);
    if (attributes.contains("padding") && attributes.at("padding").contains("s"))
        node.same = decoded(attributes.at("padding").at("s").get<std::string>()) == "SAME";
    if (attributes.contains("fused_ops")) {
        for (const Json &fused : attributes.at("fused_ops").at("list").value("s", Json::array()))
            node.fused.push_back(decoded(fused.get<std::string>()));
    }
    return node;
}

/** The bytes of the shards of a group, one behind the other */
std::string bytes_of(const Json &group, const std::filesystem::path &folder)
{
    std::string bytes;
    for (const Json &path : group.at("paths")) {
        const auto name = path.get<std::string>();
        if (name.empty() || name.find('/') != std::string::npos || name == "..")
            throw Error(Error::Kind::Settings,
                        "expected shards beside it, got the path '" + name + "'");
        bytes += MappedFile(folder / name, "weights").bytes();
    }
    return bytes;
}

class Shards
{
public:
    explicit Shards(std::string bytes) : bytes_(std::move(bytes)) {}

    /** \brief The next tensor of them; its values none where they are whole numbers */
    TfjsTensor take(const Json &weight)
    {
        const auto name = weight.at("name").get<std::string>();
        TfjsTensor tensor;
        tensor.shape = weight.at("shape").get<std::vector<std::int64_t>>();
        std::size_t count = 1;
        for (const std::int64_t size : tensor.shape) {
            if (size < 1 || static_cast<std::size_t>(size) > most_values / count)
                throw Error(Error::Kind::Settings, "weights '" + name + "' have a wrong shape");
            count *= static_cast<std::size_t>(size);
        }
        const auto type = weight.at("dtype").get<std::string>();
        const std::string stored = weight.contains("quantization")
                                       ? weight.at("quantization").at("dtype").get<std::string>()
                                       : type;
        if (stored == "int32") {
            take(name, 4 * count);
        } else if (type == "float32" && stored == "float16") {
            const char *from = take(name, 2 * count);
            for (std::size_t i = 0; i < count; ++i) {
                std::uint16_t half = 0;
                std::memcpy(&half, from + 2 * i, sizeof half);
                tensor.values.push_back(from_half(half));
            }
        } else if (stored == "float32") {
            tensor.values.resize(count);
            std::memcpy(tensor.values.data(), take(name, 4 * count), 4 * count);
        } else {
            throw Error(Error::Kind::Settings, "weights '" + name + "' are of " + stored +
                                                   ", expected float32, float16 or int32");
        }
        if (!std::all_of(tensor.values.begin(), tensor.values.end(),
                         [](float value) { return std::isfinite(value); }))
            throw Error(Error::Kind::Init, "weights '" + name + "' hold NaN or infinite numbers");
        return tensor;
    }

    void expect_end() const
    {
        if (at_ != bytes_.size())
            throw Error(Error::Kind::Init, "expected " + std::to_string(at_) +
                                               " bytes of weights, got " +
                                               std::to_string(bytes_.size()));
    }

private:
    const char *take(const std::string &name, std::size_t size)
    {
        if (bytes_.size() - at_ < size)
            throw Error(Error::Kind::Init, "the shards end before weights '" + name +
                                               "' do: " + std::to_string(bytes_.size()) + " bytes");
        at_ += size;
        return bytes_.data() + at_ - size;
    }

    std::string bytes_;
    std::size_t at_ = 0;
};

} // namespace

TfjsModel read_tfjs_model(const std::filesystem::path &json)
{
    const MappedFile file(json, "network");
    const auto wrong = [&](Error::Kind kind, const std::string &why) {
        return Error(kind, "network '" + json.string() + "': " + why + "; fetch its files again");
    };
    try {
        const Json model = Json::parse(file.bytes());
        TfjsModel read;
        for (const Json &node : model.at("modelTopology").at("node"))
            read.nodes.push_back(node_of(node));
        for (const Json &group : model.at("weightsManifest")) {
            Shards shards(bytes_of(group, json.parent_path()));
            for (const Json &weight : group.at("weights")) {
                TfjsTensor tensor = shards.take(weight);
                if (!tensor.values.empty())
                    read.weights.emplace(weight.at("name").get<std::string>(), std::move(tensor));
            }
            shards.expect_end();
        }
        return read;
    } catch (const Error &error) {
        throw wrong(error.kind(), error.what());
    } catch (const std::exception &error) { // of JSON that has another form
        throw wrong(Error::Kind::Settings,
                    std::string("expected a graph model of TensorFlow.js: ") + error.what());
    }
}

} // namespace fovea
