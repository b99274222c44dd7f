#include "fovea/nn/work_count.h"

#include <map>
#include <memory>
#include <string>

#include <ATen/ATen.h>
#include <ATen/record_function.h>

namespace fovea::nn {

namespace {

using Arguments = c10::ArrayRef<const c10::IValue>;

thread_local Work *counting = nullptr; ///< null: nothing is counted
thread_local int depth = 0;            ///< > 0: inside an operation that was counted as a whole

std::int64_t volume(const std::vector<std::int64_t> &sizes)
{
    return c10::multiply_integers(sizes);
}

/** convolution(input, weight, bias, stride, padding, dilation, transposed, output padding, groups) */
void count_convolution(Arguments arguments, Work &work)
{
    const at::Tensor input = arguments[0].toTensor();
    const at::Tensor weight = arguments[1].toTensor();
    const std::int64_t per_position = weight.numel() / weight.size(0);
    if (arguments[6].toBool()) {
        work.transposed += input.numel() * per_position;
        return;
    }
    const auto stride = arguments[3].toIntVector();
    const auto padding = arguments[4].toIntVector();
    std::int64_t outputs = input.size(0) * weight.size(0);
    for (std::size_t i = 0; i < stride.size(); ++i) {
        const auto dim = static_cast<std::int64_t>(i) + 2;
        outputs *= (input.size(dim) + 2 * padding[i] - weight.size(dim)) / stride[i] + 1;
    }
    work.multiply_adds += outputs * per_position;
    if (arguments[2].isTensor() && arguments[2].toTensor().defined())
        work.biases += outputs;
}

/** matmul(a [..., M, K], b [..., K, N]) */
void count_product(Arguments arguments, Work &work)
{
    const at::Tensor a = arguments[0].toTensor();
    const at::Tensor b = arguments[1].toTensor();
    const std::int64_t columns = b.dim() > 1 ? b.size(-1) : 1;
    const std::int64_t batch = b.dim() > 2 ? b.numel() / (b.size(-1) * b.size(-2)) : 1;
    const std::int64_t own_batch = a.dim() > 2 ? a.numel() / (a.size(-1) * a.size(-2)) : 1;
    const std::int64_t rows = a.dim() > 1 ? a.size(-2) : 1;
    work.multiply_adds += std::max(batch, own_batch) * rows * a.size(-1) * columns;
}

/** linear(input [..., K], weight [M, K], bias) */
void count_linear(Arguments arguments, Work &work)
{
    const at::Tensor input = arguments[0].toTensor();
    const at::Tensor weight = arguments[1].toTensor();
    const std::int64_t rows = input.numel() / weight.size(1);
    work.multiply_adds += rows * weight.numel();
    if (arguments[2].isTensor() && arguments[2].toTensor().defined())
        work.biases += rows * weight.size(0);
}

/** max_pool3d(input, kernel, stride, padding, dilation, ceil_mode) */
void count_max_pool(Arguments arguments, Work &work)
{
    const at::Tensor input = arguments[0].toTensor();
    const auto kernel = arguments[1].toIntVector();
    const auto stride = arguments[2].toIntVector();
    const auto padding = arguments[3].toIntVector();
    std::int64_t outputs = input.size(0) * input.size(1);
    for (std::size_t i = 0; i < kernel.size(); ++i) {
        const std::int64_t room = input.size(static_cast<std::int64_t>(i) + 2) + 2 * padding[i] -
                                  kernel[i] + (arguments[5].toBool() ? stride[i] - 1 : 0);
        outputs *= room / stride[i] + 1;
    }
    work.pooled += outputs * volume(kernel);
}

using Counter = void (*)(Arguments, Work &);

const std::map<std::string, Counter> counters = {
    {"aten::convolution", count_convolution},
    {"aten::matmul", count_product},
    {"aten::linear", count_linear},
    {"aten::max_pool3d", count_max_pool},
    {"aten::batch_norm",
     [](Arguments arguments, Work &work) { work.normalised += arguments[0].toTensor().numel(); }},
    {"aten::relu",
     [](Arguments arguments, Work &work) { work.rectified += arguments[0].toTensor().numel(); }},
    {"aten::relu_",
     [](Arguments arguments, Work &work) { work.rectified += arguments[0].toTensor().numel(); }},
    {"aten::mean",
     [](Arguments arguments, Work &work) { work.averaged += arguments[0].toTensor().numel(); }},
};

struct Counted : at::ObserverContext {};

std::unique_ptr<at::ObserverContext> on_start(const at::RecordFunction &function)
{
    const auto known = counters.find(function.name());
    if (!counting || known == counters.end())
        return nullptr;
    if (depth++ == 0)
        known->second(function.inputs(), *counting);
    return std::make_unique<Counted>();
}

void on_end(const at::RecordFunction & /*function*/, at::ObserverContext *context)
{
    if (context)
        --depth;
}

} // namespace

Work count_work(const std::function<void()> &run)
{
    Work work;
    counting = &work;
    const auto handle = at::addThreadLocalCallback(
        at::RecordFunctionCallback(on_start, on_end).needsInputs(true).scopes(
            {at::RecordScope::FUNCTION}));
    const auto stop = [handle](Work *) {
        at::removeCallback(handle);
        counting = nullptr;
        depth = 0;
    };
    const std::unique_ptr<Work, decltype(stop)> guard(&work, stop); // also when run throws
    run();
    return work;
}

} // namespace fovea::nn
