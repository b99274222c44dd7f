#include "fovea/bundle/weights.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <sstream>

#include <torch/csrc/jit/serialization/pickle.h>
#include <torch/nn/module.h>

#include "fovea/core/errors.h"

namespace fovea {

namespace {

constexpr const char *how_to_save =
    "fetch it again, or write it with torch.save(dict(state_dict), 'FILE') in PyTorch 1.6 or newer";

Error unfit(const std::filesystem::path &file, const std::string &what)
{
    return {Error::Kind::Settings, "weights '" + file.string() + "': " + what};
}

std::vector<char> bytes_of(const std::filesystem::path &file)
{
    std::ifstream stream(file, std::ios::binary);
    if (!stream)
        throw Error(Error::Kind::NotFound, "weights '" + file.string() + "' cannot be read");
    return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

bool is_zip(const std::vector<char> &bytes)
{
    return bytes.size() >= 4 && bytes[0] == 'P' && bytes[1] == 'K' && bytes[2] == 3 &&
           bytes[3] == 4;
}

/** \brief Before PyTorch 1.6 torch.save wrote a bare pickle that begins with this number */
bool is_old_pytorch(const std::vector<char> &bytes)
{
    const std::string magic = "\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19";
    return bytes.size() >= magic.size() && std::equal(magic.begin(), magic.end(), bytes.begin());
}

c10::IValue unpickled(const std::filesystem::path &file)
{
    const std::vector<char> bytes = bytes_of(file);
    if (is_old_pytorch(bytes))
        throw unfit(file,
                    "has the form of PyTorch before 1.6; convert it once: python3 -c \"import "
                    "torch; f = '" +
                        file.string() +
                        "'; torch.save(dict(torch.load(f, map_location='cpu')), f)\"");
    if (!is_zip(bytes))
        throw unfit(file, std::string("is not a PyTorch file (") + std::to_string(bytes.size()) +
                              " bytes); expected a zip archive: " + how_to_save);
    try {
        return torch::jit::pickle_load(bytes);
    } catch (const std::exception &) { // LibTorch's text is a stack of its own internals
        throw unfit(file, std::string("is truncated or holds more than a plain dict of tensors (") +
                              std::to_string(bytes.size()) + " bytes): " + how_to_save);
    }
}

std::string shape_of(const at::Tensor &tensor)
{
    std::ostringstream text;
    text << tensor.sizes();
    return text.str();
}

bool is_counter(const std::string &name)
{
    const std::string counter = "num_batches_tracked";
    return name.size() >= counter.size() &&
           name.compare(name.size() - counter.size(), counter.size(), counter) == 0;
}

bool begins_with(const std::string &name, const std::string &prefix)
{
    return name.compare(0, prefix.size(), prefix) == 0;
}

} // namespace

Weights read_weights(const std::filesystem::path &file)
{
    c10::IValue value = unpickled(file);
    if (value.isGenericDict()) {
        const auto dict = value.toGenericDict();
        if (dict.contains("state_dict")) {
            const c10::IValue inner = dict.at("state_dict");
            value = inner;
        }
    }
    if (!value.isGenericDict())
        throw unfit(file,
                    "holds a " + value.tagKind() + ", expected a dict of tensors: " + how_to_save);

    Weights weights;
    for (const auto &item : value.toGenericDict()) {
        if (!item.key().isString() || !item.value().isTensor())
            throw unfit(file, "holds a " + item.key().tagKind() + " with a " +
                                  item.value().tagKind() +
                                  ", expected names (strings) with tensors only: " + how_to_save);
        weights.emplace(item.key().toStringRef(), item.value().toTensor());
    }
    return weights;
}

Weights with_prefix(const Weights &weights, const std::string &prefix)
{
    Weights some;
    for (const auto &[name, tensor] : weights) {
        if (begins_with(name, prefix))
            some.emplace(name.substr(prefix.size()), tensor);
    }
    return some;
}

Weights without_prefixes(const Weights &weights, const std::vector<std::string> &prefixes)
{
    Weights rest = weights;
    for (const std::string &prefix : prefixes) {
        for (const auto &[name, tensor] : with_prefix(weights, prefix))
            rest.erase(prefix + name);
    }
    return rest;
}

void load_weights(torch::nn::Module &module, const Weights &weights,
                  const std::filesystem::path &where)
{
    const at::NoGradGuard no_grad;
    auto targets = module.named_parameters();
    targets.update(module.named_buffers());
    for (const auto &[name, tensor] : weights) {
        if (!targets.contains(name) && !is_counter(name))
            throw unfit(where, "holds '" + name + "' " + shape_of(tensor) +
                                   ", which the network does not have");
    }
    for (auto &target : targets) {
        if (is_counter(target.key()))
            continue;
        const auto found = weights.find(target.key());
        const std::string expected = "'" + target.key() + "' " + shape_of(target.value());
        if (found == weights.end())
            throw unfit(where, "lacks " + expected + ", which the network needs");
        if (found->second.sizes() != target.value().sizes())
            throw unfit(where, "expected " + expected + ", got " + shape_of(found->second));
        target.value().copy_(found->second);
    }
}

} // namespace fovea
