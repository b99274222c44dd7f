#include "fovea/engine/plan_builder.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <unordered_map>
#include <utility>

#include "fovea/engine/islands.h"

namespace fovea {

namespace {

using nn::Node;
using nn::Op;
using Place = Plan::Place;

constexpr std::size_t nobody = static_cast<std::size_t>(-1);

class Builder
{
public:
    Builder(const PlanRequest &request, WeightStore &weights)
        : request_(request),
          nodes_(request.graph.nodes()),
          weights_(weights),
          plan_(std::make_unique<Plan>()),
          last_use_(nodes_.size(), 0),
          summed_in_(nodes_.size(), nobody),
          addend_(nodes_.size(), nobody),
          places_(nodes_.size())
    {
    }

    std::unique_ptr<Plan> build();

private:
    const NodeStep &step(std::size_t node) const { return request_.step.nodes[node]; }

    Element element_of(std::size_t node) const;
    std::size_t frame_bytes(std::size_t node) const;
    PartShape part(std::size_t node, std::int64_t frames) const;

    void fuse_sums();
    void find_last_uses();
    bool sum_in_place(std::size_t add, std::size_t other, std::size_t convolution) const;
    void allocate(std::size_t node);
    Place read(std::size_t node, std::size_t input);
    void remember(std::size_t node);

    void emit(std::size_t node);
    void emit_convolution(std::size_t node);
    void emit_pool(std::size_t node);
    void emit_concat(std::size_t node);
    void emit_sum(std::size_t add);
    void emit_difference(std::size_t node);
    void emit_island(std::size_t node, std::size_t target, bool sum, const std::string &why);
    void emit_rows();
    void emit_primitive(const Primitive &primitive, const Node &node, Place from, Place to,
                        std::int64_t fold_before);
    Place fresh(std::size_t node) const;

    const PlanRequest &request_;
    const std::vector<Node> &nodes_;
    WeightStore &weights_;
    std::unique_ptr<Plan> plan_;
    std::vector<std::size_t> last_use_;  ///< by node: the last that reads its value
    std::vector<std::size_t> summed_in_; ///< by convolution: the sum that it is run at
    std::vector<std::size_t> addend_;    ///< by sum: its input that is such a convolution
    std::vector<Place> places_;          ///< by node: held frames (one stream), then the new ones
    std::size_t now_ = 0;                ///< node being compiled
};

Element Builder::element_of(std::size_t node) const
{
    if (node != 0)
        return request_.element;
    // Differences of rounded pixels would be mostly rounding
    const bool differences = std::any_of(nodes_.begin(), nodes_.end(), [](const Node &n) {
        return n.op == Op::Difference && n.inputs.front() == 0;
    });
    return differences ? Element::Float32 : request_.element;
}

std::size_t Builder::frame_bytes(std::size_t node) const
{
    const MapShape &shape = request_.shapes[node];
    return static_cast<std::size_t>(shape.pixels() * shape.channels) * size_of(element_of(node));
}

PartShape Builder::part(std::size_t node, std::int64_t frames) const
{
    const MapShape &shape = request_.shapes[node];
    return {request_.streams, frames, shape.height, shape.width, shape.channels};
}

Place Builder::fresh(std::size_t node) const
{
    Place place = places_[node];
    if (request_.streams == 1)
        place.bytes += static_cast<std::size_t>(step(node).value.held) * frame_bytes(node);
    return place;
}

/** A convolution without ReLU that only a sum reads, all of it, is run at the sum */
void Builder::fuse_sums()
{
    std::vector<int> readers(nodes_.size(), 0);
    for (const Node &node : nodes_) {
        for (const std::size_t input : node.inputs)
            ++readers[input];
    }
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
        if (nodes_[i].op != Op::Add)
            continue;
        for (std::size_t k = 0; k < 2 && addend_[i] == nobody; ++k) {
            const std::size_t input = nodes_[i].inputs[k];
            const ValueStep &value = step(input).value;
            if (nodes_[input].op == Op::Convolution && !nodes_[input].relu && readers[input] == 1 &&
                value.held == 0 && value.keep == 0 && step(i).reads[k].frames == value.fresh) {
                addend_[i] = k;
                summed_in_[input] = i;
            }
        }
    }
}

void Builder::find_last_uses()
{
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
        const std::size_t at = summed_in_[i] == nobody ? i : summed_in_[i];
        for (const std::size_t input : nodes_[i].inputs)
            last_use_[input] = std::max(last_use_[input], at);
    }
    last_use_.back() = nodes_.size(); // the rows are made of it
}

bool Builder::sum_in_place(std::size_t add, std::size_t other, std::size_t convolution) const
{
    const std::size_t value = nodes_[add].inputs[other];
    const ReadStep &read = step(add).reads[other];
    return value != 0 && last_use_[value] == add && nodes_[convolution].inputs.front() != value &&
           read.begin == step(value).value.held && read.frames == step(value).value.fresh &&
           step(add).value.held == 0;
}

void Builder::allocate(std::size_t node)
{
    const ValueStep &value = step(node).value;
    const std::int64_t frames = value.fresh + (request_.streams == 1 ? value.held : 0);
    const std::size_t bytes =
        static_cast<std::size_t>(frames * request_.streams) * frame_bytes(node);
    places_[node] = {plan_->arena.add(bytes, now_, std::max(now_, last_use_[node])), 0};
}

/** \brief Dense frames [N, frames, ...] that the node reads of its input */
Place Builder::read(std::size_t node, std::size_t input)
{
    const std::size_t value = nodes_[node].inputs[input];
    const ReadStep &read = step(node).reads[input];
    const ValueStep &from = step(value).value;
    const std::size_t bytes = frame_bytes(value);
    if (request_.streams == 1) {
        Place place = places_[value];
        place.bytes += static_cast<std::size_t>(read.begin) * bytes;
        return place;
    }
    if (read.begin == from.held && read.frames == from.fresh)
        return places_[value];
    const Place dense = {
        plan_->arena.add(static_cast<std::size_t>(read.frames * request_.streams) * bytes, now_,
                         now_),
        0};
    const Splice splice = {from.held, from.fresh, read.begin, read.frames, request_.streams, bytes};
    plan_->works.emplace_back(
        [=, plan = plan_.get(), fresh_at = places_[value]](const PlanMemory &memory) {
            const std::byte *held = memory.state ? memory.state->held[value].data() : nullptr;
            splice.run(plan->at(memory, dense), held, plan->at(memory, fresh_at));
        });
    return dense;
}

/** \brief Frames kept from before are put before the new ones; those to keep are put aside */
void Builder::remember(std::size_t node)
{
    const ValueStep &value = step(node).value;
    const std::size_t bytes = frame_bytes(node);
    plan_->kept_bytes[node] = static_cast<std::size_t>(value.keep * request_.streams) * bytes;
    if (request_.streams == 1 && value.held > 0) {
        const auto all = static_cast<std::size_t>(value.held) * bytes;
        plan_->works.emplace_back(
            [=, plan = plan_.get(), to = places_[node]](const PlanMemory &memory) {
                std::memcpy(plan->at(memory, to), memory.state->held[node].data(), all);
            });
    }
    if (value.keep == 0)
        return;
    const Splice splice = {value.held, value.fresh,      value.held + value.fresh - value.keep,
                           value.keep, request_.streams, bytes};
    plan_->works.emplace_back(
        [=, plan = plan_.get(), from = fresh(node)](const PlanMemory &memory) {
            splice.run(memory.state->kept[node].data(), memory.state->held[node].data(),
                       plan->at(memory, from));
        });
}

void Builder::emit_primitive(const Primitive &primitive, const Node &node, Place from, Place to,
                             std::int64_t fold_before)
{
    const Place scratch = {plan_->arena.add(primitive.scratch, now_, now_), 0};
    const dnnl::engine &cpu = onednn_cpu();
    dnnl::memory::desc scratch_desc({static_cast<std::int64_t>(primitive.scratch)},
                                    dnnl::memory::data_type::u8, dnnl::memory::format_tag::a);
    std::unordered_map<int, dnnl::memory> args = {
        {DNNL_ARG_SRC, {primitive.source, cpu, nullptr}},
        {DNNL_ARG_DST, {primitive.target, cpu, nullptr}},
        {DNNL_ARG_SCRATCHPAD, {scratch_desc, cpu, nullptr}}};
    std::shared_ptr<dnnl::memory> weights;
    at::Tensor bias;
    if (node.op == Op::Convolution) {
        weights = weights_.get(node, primitive, fold_before);
        bias = node.bias;
        args.insert({DNNL_ARG_WEIGHTS, *weights});
        const dnnl::memory::desc bias_desc({bias.size(0)}, dnnl::memory::data_type::f32,
                                           dnnl::memory::format_tag::a);
        args.insert({DNNL_ARG_BIAS, {bias_desc, cpu, bias.data_ptr()}});
    }
    plan_->works.emplace_back([=, plan = plan_.get(), run = primitive.run,
                               stream = dnnl::stream(cpu)](const PlanMemory &memory) {
        const auto put = [&](int arg, const Place &place) {
            args.at(arg).set_data_handle(plan->at(memory, place));
        };
        put(DNNL_ARG_SRC, from);
        put(DNNL_ARG_DST, to);
        put(DNNL_ARG_SCRATCHPAD, scratch);
        run.execute(stream, args); // on the CPU it returns when it is done
    });
}

void Builder::emit_convolution(std::size_t node)
{
    const bool sum = summed_in_[node] != nobody;
    const std::size_t target = sum ? summed_in_[node] : node;
    const std::size_t source = nodes_[node].inputs.front();
    const MapShape &in = request_.shapes[source];

    ConvolutionPlan options;
    options.padding = nodes_[node].window.padding({1, in.height, in.width});
    options.padding.before[0] = step(node).before;
    options.padding.after[0] = step(node).after;
    options.sum = sum;
    options.relu = nodes_[target].relu;
    options.fold_width = folds_width(nodes_[node], in, request_.shapes[node]);
    options.element = request_.element;
    std::string why;
    const auto primitive =
        make_convolution(nodes_[node], options, part(source, step(node).reads[0].frames),
                         part(node, step(node).value.fresh), why);
    if (!primitive) {
        emit_island(node, target, sum, why);
        return;
    }
    const Place from = read(node, 0);
    emit_primitive(*primitive, nodes_[node], from, fresh(target),
                   options.fold_width ? options.padding.before[2] : -1);
}

void Builder::emit_pool(std::size_t node)
{
    const std::size_t source = nodes_[node].inputs.front();
    const MapShape &in = request_.shapes[source];
    nn::Padding padding = nodes_[node].window.padding({1, in.height, in.width});
    padding.before[0] = step(node).before;
    padding.after[0] = step(node).after;
    std::string why;
    const auto primitive =
        make_pool(nodes_[node], padding, request_.element, part(source, step(node).reads[0].frames),
                  part(node, step(node).value.fresh), why);
    if (primitive)
        emit_primitive(*primitive, nodes_[node], read(node, 0), fresh(node), -1);
    else
        emit_island(node, node, /*sum=*/false, why);
}

void Builder::emit_concat(std::size_t node)
{
    const std::size_t pixel =
        frame_bytes(node) / static_cast<std::size_t>(request_.shapes[node].pixels());
    const std::int64_t pixels =
        request_.shapes[node].pixels() * step(node).value.fresh * request_.streams;
    std::size_t done = 0;
    for (std::size_t i = 0; i < nodes_[node].inputs.size(); ++i) {
        const auto bytes =
            static_cast<std::size_t>(request_.shapes[nodes_[node].inputs[i]].channels) *
            size_of(request_.element);
        Place to = fresh(node);
        to.bytes += done;
        done += bytes;
        plan_->works.emplace_back(
            [=, plan = plan_.get(), from = read(node, i)](const PlanMemory &memory) {
                copy_channels(plan->at(memory, to), pixel, plan->at(memory, from), bytes, pixels);
            });
    }
}

/** A sum whose convolution is run here, on top of the other input */
void Builder::emit_sum(std::size_t add)
{
    const std::size_t convolution = nodes_[add].inputs[addend_[add]];
    const std::size_t other = 1 - addend_[add];
    const std::size_t value = nodes_[add].inputs[other];
    if (sum_in_place(add, other, convolution)) {
        places_[add] = fresh(value);
        plan_->arena.extend(places_[add].slot, std::max(add, last_use_[add]));
    } else {
        allocate(add);
        const auto bytes =
            static_cast<std::size_t>(step(add).value.fresh * request_.streams) * frame_bytes(add);
        plan_->works.emplace_back([=, plan = plan_.get(), from = read(add, other),
                                   to = fresh(add)](const PlanMemory &memory) {
            Splice{0, 1, 0, 1, 1, bytes}.run(plan->at(memory, to), nullptr, plan->at(memory, from));
        });
    }
    emit_convolution(convolution);
}

void Builder::emit_difference(std::size_t node)
{
    const std::size_t source = nodes_[node].inputs.front();
    if (element_of(source) != Element::Float32) {
        emit_island(node, node, /*sum=*/false, "differences inside a bf16 network");
        return;
    }
    const std::int64_t values = request_.shapes[node].pixels() * request_.shapes[node].channels;
    const std::int64_t frames = step(node).value.fresh;
    const std::int64_t streams = request_.streams;
    const auto gain = static_cast<float>(nodes_[node].gain);
    const std::size_t to_bytes = static_cast<std::size_t>(frames) * frame_bytes(node);
    const std::size_t from_bytes = static_cast<std::size_t>(frames + 1) * frame_bytes(source);
    plan_->works.emplace_back([=, plan = plan_.get(), element = request_.element,
                               from = read(node, 0), to = fresh(node)](const PlanMemory &memory) {
        for (std::int64_t n = 0; n < streams; ++n) {
            const auto i = static_cast<std::size_t>(n);
            difference(plan->at(memory, to) + i * to_bytes, element,
                       reinterpret_cast<const float *>(plan->at(memory, from) + i * from_bytes),
                       frames, values, gain);
        }
    });
}

/** \param target where the result goes: the node's own value, or with \a sum the sum's */
void Builder::emit_island(std::size_t node, std::size_t target, bool sum, const std::string &why)
{
    Island island;
    island.node = nodes_[node];
    island.node.relu = nodes_[target].relu && !sum;
    island.sum = sum;
    island.sum_relu = sum && nodes_[target].relu;
    const MapShape &in = request_.shapes[nodes_[node].inputs.front()];
    island.padding = nodes_[node].window.padding({1, in.height, in.width});
    island.padding.before[0] = step(node).before;
    island.padding.after[0] = step(node).after;
    std::vector<Place> from;
    for (std::size_t i = 0; i < nodes_[node].inputs.size(); ++i) {
        const std::size_t input = nodes_[node].inputs[i];
        island.sources.push_back({part(input, step(node).reads[i].frames), element_of(input)});
        from.push_back(read(node, i));
    }
    island.target = {part(node, step(node).value.fresh), request_.element};
    if (nodes_[node].op != Op::Add)
        plan_->islands.push_back("layer '" + nodes_[node].name + "' runs in LibTorch: " + why);
    plan_->works.emplace_back([island = std::move(island), plan = plan_.get(),
                               from = std::move(from),
                               to = fresh(target)](const PlanMemory &memory) {
        std::vector<std::byte *> at;
        at.reserve(from.size());
        for (const Place &place : from)
            at.push_back(plan->at(memory, place));
        island.run(at, plan->at(memory, to));
    });
}

void Builder::emit(std::size_t node)
{
    switch (nodes_[node].op) {
    case Op::Input:
        break;
    case Op::Convolution:
        emit_convolution(node);
        break;
    case Op::MaxPool:
    case Op::AveragePool:
        emit_pool(node);
        break;
    case Op::Concat:
        emit_concat(node);
        break;
    case Op::Difference:
        emit_difference(node);
        break;
    case Op::Add:
    case Op::Island:
        emit_island(node, node, /*sum=*/false, "oneDNN does not know it");
        break;
    }
}

void Builder::emit_rows()
{
    const std::size_t last = nodes_.size() - 1;
    const MapShape &shape = request_.shapes[last];
    const std::int64_t frames = step(last).value.fresh * request_.streams;
    plan_->rows = step(last).value.fresh;
    plan_->works.emplace_back([=, plan = plan_.get(), from = fresh(last),
                               element = request_.element](const PlanMemory &memory) {
        pixel_mean(memory.rows, plan->at(memory, from), element, frames, shape.pixels(),
                   shape.channels);
    });
}

std::unique_ptr<Plan> Builder::build()
{
    fuse_sums();
    find_last_uses();
    plan_->kept_bytes.resize(nodes_.size(), 0);
    for (now_ = 0; now_ < nodes_.size(); ++now_) {
        if (summed_in_[now_] != nobody)
            continue; // run at its sum
        if (addend_[now_] != nobody && step(now_).value.fresh > 0) {
            emit_sum(now_);
        } else {
            allocate(now_);
            if (step(now_).value.fresh > 0)
                emit(now_);
        }
        remember(now_);
    }
    emit_rows();
    plan_->input = fresh(0);
    plan_->input_element = element_of(0);
    plan_->arena.place();
    return std::move(plan_);
}

} // namespace

std::unique_ptr<Plan> build_plan(const PlanRequest &request, WeightStore &weights)
{
    return Builder(request, weights).build();
}

} // namespace fovea
