// SPDX-License-Identifier: MIT
#include "fovea/engine/onednn/plan_builder.h"

#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "fovea/engine/onednn/bf16x3.h"
#include "fovea/engine/onednn/onednn_versions.h"
#include "fovea/engine/onednn/row_chain.h"
#include "fovea/engine/onednn/torch_layer.h"

namespace fovea {

namespace {

using nn::Node;
using nn::Op;
using Place = Plan::Place;

class Builder
{
public:
    Builder(const PlanRequest &request, WeightStore &weights)
        : plan_(std::make_unique<Plan>()), layout_(request, *plan_), weights_(weights)
    {
    }

    std::unique_ptr<Plan> build();

private:
    void emit(std::size_t index);
    void emit_convolution(std::size_t index);
    void emit_resampling(std::size_t index);
    void emit_concat(std::size_t index);
    void emit_slice(std::size_t index);
    void emit_sum(std::size_t index);
    void emit_fused_sum(std::size_t index);
    void emit_motion(std::size_t index);
    void emit_torch_layer(std::size_t index, const std::string &why);
    void emit_rows();
    void emit_outputs();
    bool emit_convolution_of(std::size_t index, const ValueFormat &read, std::string &why);
    void emit_primitive(const Primitive &primitive, std::size_t index, const Place &to,
                        const Place &from, const WeightForm &form);

    /** \brief The node whose value a node writes: of a convolution run at a sum, the sum */
    std::size_t target_of(std::size_t index) const
    {
        return layout_.sum_of(index) == no_node ? index : layout_.sum_of(index);
    }

    /** \brief What the target of a convolution run at a sum holds: the sum's other input */
    ValueFormat addend_format(std::size_t index) const
    {
        const std::size_t sum = target_of(index);
        return sum == index ? ValueFormat()
                            : layout_.format(layout_.node(sum).inputs[1 - layout_.addend_of(sum)]);
    }

    std::unique_ptr<Plan> plan_;
    PlanLayout layout_;
    WeightStore &weights_;
};

void Builder::emit_primitive(const Primitive &primitive, std::size_t index, const Place &to,
                             const Place &from, const WeightForm &form)
{
    using dnnl::memory;
    const Node &node = layout_.node(index);
    const dnnl::engine &cpu = onednn_cpu();
    const Place scratch = layout_.scratch(primitive.scratch);
    const memory::desc scratch_desc({static_cast<std::int64_t>(primitive.scratch)},
                                    memory::data_type::u8, memory::format_tag::a);
    std::unordered_map<int, memory> args;
    args.emplace(DNNL_ARG_SRC, memory(primitive.source, cpu, nullptr));
    args.emplace(DNNL_ARG_DST, memory(primitive.target, cpu, nullptr));
    args.emplace(DNNL_ARG_SCRATCHPAD, memory(scratch_desc, cpu, nullptr));
    std::shared_ptr<memory> weights;
    SharedArray bias;
    if (node.op == Op::Convolution) {
        weights = weights_.get(node, primitive, form);
        bias = scaled_bias(node, primitive, layout_.format(node.inputs.front()).scale);
        if (!primitive.weight_scales.empty())
            add_output_scales(args, cpu, primitive.output_scales);
        args.emplace(DNNL_ARG_WEIGHTS, *weights);
        const memory::desc bias_desc({bias.size(0)}, memory::data_type::f32, memory::format_tag::a);
        args.emplace(DNNL_ARG_BIAS, memory(bias_desc, cpu, const_cast<float *>(bias.data())));
    }
    std::vector<dnnl_exec_arg_t> list; // as execute() would make of args at each call
    for (const auto &[name, value] : args)
        list.push_back({name, value.get()});
    // args, weights and bias: held as long as the work, which has their addresses
    plan_->works.emplace_back([=, plan = plan_.get(), run = primitive.run,
                               stream = dnnl::stream(cpu)](const PlanMemory &memory) {
        args.at(DNNL_ARG_SRC).set_data_handle(plan->at(memory, from));
        args.at(DNNL_ARG_DST).set_data_handle(plan->at(memory, to));
        args.at(DNNL_ARG_SCRATCHPAD).set_data_handle(plan->at(memory, scratch));
        dnnl::error::wrap_c_api( // on the CPU it returns when it is done
            dnnl_primitive_execute(run.get(), stream.get(), static_cast<int>(list.size()),
                                   list.data()),
            "a primitive failed");
        static_cast<void>(weights);
        static_cast<void>(bias);
    });
}

/**
 * \param read as what the map is read: as it is, or in bf16 where it is float: see bf16x3.h
 * \param why set when oneDNN has nothing for it \return false then
 */
bool Builder::emit_convolution_of(std::size_t index, const ValueFormat &read, std::string &why)
{
    const Node &node = layout_.node(index);
    const std::size_t source = node.inputs.front();
    const bool bf16x3 = !(read == layout_.format(source));
    ConvolutionPlan options;
    options.source = read;
    options.target = layout_.format(target_of(index));
    options.addend = addend_format(index);
    options.padding = layout_.padding(index);
    options.sum = target_of(index) != index;
    options.activation = layout_.node(target_of(index)).activation;
    options.fold_width = options.source.element != Element::Float32 && // there it costs more
                         folds_width(node, layout_.shape(source), layout_.shape(index));
    PartShape in = layout_.part(source, layout_.step(index).reads[0].frames);
    if (bf16x3)
        in.channels *= 3;
    const auto primitive = make_convolution(
        node, options, in, layout_.part(index, layout_.step(index).value.fresh), why);
    if (!primitive)
        return false;
    emit_primitive(*primitive, index, layout_.fresh(target_of(index)),
                   bf16x3 ? layout_.read_split(index, 0) : layout_.read(index, 0),
                   {options.fold_width ? options.padding.before[2] : -1, bf16x3});
    return true;
}

void Builder::emit_convolution(std::size_t index)
{
    const Node &node = layout_.node(index);
    const std::size_t input = node.inputs.front();
    const ValueFormat &source = layout_.format(input);
    std::string why;
    if (layout_.bf16x3() && source.element == Element::Float32 && node.groups == 1 &&
        layout_.format(target_of(index)).element == Element::Float32 &&
        is_worth_splitting(node, layout_.shape(input), layout_.shape(index)) &&
        emit_convolution_of(index, {Element::BFloat16, 1}, why))
        return;
    if (!emit_convolution_of(index, source, why))
        emit_torch_layer(index, why);
}

/** Of pixels that become fewer, or more */
void Builder::emit_resampling(std::size_t index)
{
    const Node &node = layout_.node(index);
    const Element element = layout_.format(index).element;
    const PartShape in = layout_.part(node.inputs.front(), layout_.step(index).reads[0].frames);
    const PartShape out = layout_.part(index, layout_.step(index).value.fresh);
    std::string why;
    const auto primitive = node.op == Op::Upsample
                               ? make_upsampling(node, element, in, out, why)
                               : make_pool(node, layout_.padding(index), element, in, out, why);
    if (primitive)
        emit_primitive(*primitive, index, layout_.fresh(index), layout_.read(index, 0), {});
    else
        emit_torch_layer(index, why);
}

void Builder::emit_concat(std::size_t index)
{
    const auto pixel_bytes = [this, index](std::size_t i) {
        return static_cast<std::size_t>(layout_.shape(i).channels) *
               size_of(layout_.format(index).element);
    };
    const std::size_t pixel = pixel_bytes(index);
    const std::int64_t pixels =
        layout_.shape(index).pixels() * layout_.step(index).value.fresh * layout_.streams();
    Place to = layout_.fresh(index);
    for (std::size_t i = 0; i < layout_.node(index).inputs.size(); ++i) {
        const std::size_t bytes = pixel_bytes(layout_.node(index).inputs[i]);
        plan_->works.emplace_back(
            [=, plan = plan_.get(), from = layout_.read(index, i)](const PlanMemory &memory) {
                copy_channels(plan->at(memory, to), pixel, plan->at(memory, from), bytes, bytes,
                              pixels);
            });
        to.bytes += bytes;
    }
}

void Builder::emit_slice(std::size_t index)
{
    const std::size_t source = layout_.node(index).inputs.front();
    const std::size_t value = size_of(layout_.format(index).element);
    const auto from_pixel = static_cast<std::size_t>(layout_.shape(source).channels) * value;
    const auto bytes = static_cast<std::size_t>(layout_.shape(index).channels) * value;
    const std::int64_t pixels =
        layout_.shape(index).pixels() * layout_.step(index).value.fresh * layout_.streams();
    Place from = layout_.read(index, 0);
    from.bytes += static_cast<std::size_t>(layout_.node(index).first_channel) * value;
    plan_->works.emplace_back(
        [=, plan = plan_.get(), to = layout_.fresh(index)](const PlanMemory &memory) {
            copy_channels(plan->at(memory, to), bytes, plan->at(memory, from), from_pixel, bytes,
                          pixels);
        });
}

/** Of two values that no convolution makes for it alone */
void Builder::emit_sum(std::size_t index)
{
    const std::int64_t count = layout_.step(index).value.fresh * layout_.streams() *
                               layout_.shape(index).pixels() * layout_.shape(index).channels;
    const std::vector<std::size_t> &inputs = layout_.node(index).inputs;
    plan_->works.emplace_back([=, plan = plan_.get(), activation = layout_.node(index).activation,
                               format = layout_.format(index), a = layout_.read(index, 0),
                               b = layout_.read(index, 1), format_a = layout_.format(inputs[0]),
                               format_b = layout_.format(inputs[1]),
                               to = layout_.fresh(index)](const PlanMemory &memory) {
        add(plan->at(memory, to), format, {plan->at(memory, a), format_a},
            {plan->at(memory, b), format_b}, count, activation);
    });
}

/** A sum whose convolution is run here, on top of the other input */
void Builder::emit_fused_sum(std::size_t index)
{
    if (!layout_.allocate_in_place(index)) {
        layout_.allocate(index);
        const auto frames = layout_.step(index).value.fresh * layout_.streams();
        const Splice copy = {0, frames, 0, frames, 1, layout_.frame_bytes(index)};
        plan_->works.emplace_back([=, plan = plan_.get(),
                                   from = layout_.read(index, 1 - layout_.addend_of(index)),
                                   to = layout_.fresh(index)](const PlanMemory &memory) {
            copy.run(plan->at(memory, to), nullptr, plan->at(memory, from));
        });
    }
    emit_convolution(layout_.node(index).inputs[layout_.addend_of(index)]);
}

/** Of each frame and the next */
void Builder::emit_motion(std::size_t index)
{
    const std::size_t source = layout_.node(index).inputs.front();
    const bool is_flow = layout_.node(index).op == Op::Flow;
    if (!is_flow && layout_.format(source).element != Element::Float32) {
        emit_torch_layer(index, "differences of numbers that are rounded already");
        return;
    }
    const std::int64_t steps = layout_.step(index).value.fresh;
    const MapShape shape = layout_.shape(source);
    const auto gain = static_cast<float>(layout_.node(index).gain);
    const std::size_t to_bytes = static_cast<std::size_t>(steps) * layout_.frame_bytes(index);
    const std::size_t from_bytes =
        static_cast<std::size_t>(steps + 1) * layout_.frame_bytes(source);
    const auto streams = static_cast<std::size_t>(layout_.streams());
    plan_->works.emplace_back([=, plan = plan_.get(), format = layout_.format(index),
                               read_as = layout_.format(source), read = layout_.read(index, 0),
                               fresh = layout_.fresh(index)](const PlanMemory &memory) {
        for (std::size_t n = 0; n < streams; ++n) {
            std::byte *to = plan->at(memory, fresh) + n * to_bytes;
            const std::byte *from = plan->at(memory, read) + n * from_bytes;
            if (is_flow)
                flow(to, format, from, read_as, steps, shape);
            else
                difference(to, format, reinterpret_cast<const float *>(from), steps,
                           shape.pixels() * shape.channels, gain);
        }
    });
}

void Builder::emit_torch_layer(std::size_t index, const std::string &why)
{
    const std::size_t target = target_of(index);
    TorchLayer torch_layer;
    torch_layer.node = layout_.node(index);
    torch_layer.sum = target != index;
    if (torch_layer.sum)
        torch_layer.sum_activation = layout_.node(target).activation;
    torch_layer.padding = layout_.padding(index);
    std::vector<Place> from;
    for (std::size_t i = 0; i < torch_layer.node.inputs.size(); ++i) {
        const std::size_t input = torch_layer.node.inputs[i];
        torch_layer.sources.push_back(
            {layout_.part(input, layout_.step(index).reads[i].frames), layout_.format(input)});
        from.push_back(layout_.read(index, i));
    }
    torch_layer.target = {layout_.part(index, layout_.step(index).value.fresh),
                          layout_.format(target)};
    torch_layer.addend = addend_format(index);
    if (!why.empty())
        plan_->torch_layers.push_back("layer '" + torch_layer.node.name +
                                      "' runs in LibTorch: " + why);
    plan_->works.emplace_back(
        [=, plan = plan_.get(), to = layout_.fresh(target)](const PlanMemory &memory) {
            std::vector<std::byte *> at;
            at.reserve(from.size());
            for (const Place &place : from)
                at.push_back(plan->at(memory, place));
            run_torch_layer(torch_layer, at, plan->at(memory, to));
        });
}

void Builder::emit(std::size_t index)
{
    switch (layout_.node(index).op) {
    case Op::Input:
        break;
    case Op::Convolution:
        emit_convolution(index);
        break;
    case Op::MaxPool:
    case Op::AveragePool:
    case Op::Upsample:
        emit_resampling(index);
        break;
    case Op::Concat:
        emit_concat(index);
        break;
    case Op::Slice:
        emit_slice(index);
        break;
    case Op::Difference:
    case Op::Flow:
        emit_motion(index);
        break;
    case Op::Add:
        emit_sum(index);
        break;
    case Op::TorchLayer:
        emit_torch_layer(index, "it does not describe itself");
        break;
    }
}

void Builder::emit_rows()
{
    const std::size_t last = layout_.size() - 1;
    const MapShape shape = layout_.shape(last);
    plan_->rows = layout_.step(last).value.fresh;
    const std::int64_t frames = plan_->rows * layout_.streams();
    plan_->works.emplace_back([=, plan = plan_.get(), from = layout_.fresh(last),
                               format = layout_.format(last)](const PlanMemory &memory) {
        pixel_mean(memory.rows, plan->at(memory, from), format, frames, shape.pixels(),
                   shape.channels);
    });
}

/** Maps that are asked for stay where they lie */
void Builder::emit_outputs()
{
    for (const std::size_t output : layout_.outputs()) {
        const MapShape &shape = layout_.shape(output);
        plan_->outputs.push_back({layout_.fresh(output),
                                  layout_.format(output),
                                  {layout_.streams(), shape.height, shape.width, shape.channels}});
    }
}

std::unique_ptr<Plan> Builder::build()
{
    layout_.allocate(0);
    layout_.remember(0);
    for (std::size_t i = emit_row_chain(layout_, *plan_); i < layout_.size(); ++i) {
        if (layout_.sum_of(i) != no_node)
            continue; // run at its sum
        layout_.begin(i);
        if (layout_.addend_of(i) != no_node) {
            emit_fused_sum(i);
        } else {
            layout_.allocate(i);
            if (layout_.step(i).value.fresh > 0)
                emit(i);
        }
        layout_.remember(i);
    }
    layout_.begin(layout_.size());
    if (layout_.outputs().empty())
        emit_rows();
    else
        emit_outputs();
    plan_->input = layout_.fresh(0);
    plan_->input_format = layout_.format(0);
    plan_->arena.place();
    return std::move(plan_);
}

} // namespace

std::unique_ptr<Plan> build_plan(const PlanRequest &request, WeightStore &weights)
{
    return Builder(request, weights).build();
}

} // namespace fovea
