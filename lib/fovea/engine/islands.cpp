#include "fovea/engine/islands.h"

#include <sstream>

#include <ATen/ATen.h>

#include "fovea/core/errors.h"

namespace fovea {

namespace {

/** \brief The map in place, as LibTorch orders dimensions: [N, C, T, H, W] */
at::Tensor view(std::byte *at, const Island::Map &map)
{
    const PartShape &shape = map.shape;
    const auto type = map.element == Element::Float32 ? at::kFloat : at::kBFloat16;
    return at::from_blob(
               at, {shape.streams, shape.frames, shape.height, shape.width, shape.channels}, type)
        .permute({0, 4, 1, 2, 3});
}

} // namespace

void Island::run(const std::vector<std::byte *> &from, std::byte *to) const
{
    std::vector<at::Tensor> inputs;
    for (std::size_t i = 0; i < from.size(); ++i)
        inputs.push_back(view(from[i], sources[i]).to(at::kFloat).contiguous());
    at::Tensor made = nn::evaluate(node, inputs, padding);
    at::Tensor out = view(to, target);
    if (made.sizes() != out.sizes()) {
        std::ostringstream text;
        text << "layer '" << node.name << "': expected " << out.sizes() << ", got " << made.sizes();
        throw Error(Error::Kind::Settings, text.str());
    }
    if (sum)
        made = made + out;
    out.copy_(sum_relu ? made.relu() : made);
}

} // namespace fovea
