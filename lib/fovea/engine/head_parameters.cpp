// SPDX-License-Identifier: MIT
#include "fovea/engine/head_parameters.h"

#include "fovea/core/errors.h"

namespace fovea {

namespace {

std::string sizes_text(const std::vector<std::int64_t> &shape)
{
    std::string text;
    for (const std::int64_t size : shape)
        text += (text.empty() ? "" : ", ") + (size == any_size ? "any" : std::to_string(size));
    return "[" + text + "]";
}

} // namespace

SharedArray checked_tensor(const HeadParameters &parameters, const std::string &name,
                           const std::vector<std::int64_t> &shape)
{
    const auto found = parameters.tensors.find(name);
    if (found == parameters.tensors.end())
        throw Error(Error::Kind::Settings, "head: lacks '" + name + "' " + sizes_text(shape));
    const SharedArray &array = found->second;
    bool fits = array.shape().size() == shape.size();
    for (std::size_t i = 0; fits && i < shape.size(); ++i)
        fits = shape[i] == any_size || shape[i] == array.size(i);
    if (!fits)
        throw Error(Error::Kind::Settings, "head: expected '" + name + "' " + sizes_text(shape) +
                                               ", got " + sizes_text(array.shape()));
    return array;
}

} // namespace fovea
