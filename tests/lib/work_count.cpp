// SPDX-License-Identifier: MIT
#include "work_count.h"

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <ATen/ATen.h>
#include <ATen/record_function.h>

namespace {

using Arguments = c10::ArrayRef<const c10::IValue>;

thread_local Work *counting = nullptr; ///< null: nothing is counted
thread_local int depth = 0;            ///< > 0: inside an operation that was counted as a whole

/** \brief Samples of a batch; an empty one stands for one */
std::int64_t samples_of(const at::Tensor &x)
{
    return std::max<std::int64_t>(1, x.size(0));
}

/** \brief Values of a batch, likewise */
std::int64_t values_of(const at::Tensor &x)
{
    return samples_of(x) * c10::multiply_integers(x.sizes().slice(1));
}

void add_values(std::int64_t &count, Arguments arguments)
{
    count += values_of(arguments[0].toTensor());
}

/** convolution(input, weight, bias, stride, padding, dilation, transposed, output padding, groups) */
void count_convolution(Arguments arguments, Work &work)
{
    const at::Tensor input = arguments[0].toTensor();
    const at::Tensor weight = arguments[1].toTensor();
    const std::int64_t per_position = weight.numel() / weight.size(0);
    if (arguments[6].toBool()) {
        work.transposed += values_of(input) * per_position;
        return;
    }
    const std::vector<std::int64_t> stride = arguments[3].toIntVector();
    const std::vector<std::int64_t> padding = arguments[4].toIntVector();
    std::int64_t outputs = samples_of(input) * weight.size(0);
    for (std::int64_t dim = 2; dim < input.dim(); ++dim) {
        const auto of = [&](const std::vector<std::int64_t> &sizes) { // one may stand for all
            return sizes.size() == 1 ? sizes[0] : sizes[static_cast<std::size_t>(dim) - 2];
        };
        outputs *= (input.size(dim) + 2 * of(padding) - weight.size(dim)) / of(stride) + 1;
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
    const std::int64_t batch = b.dim() > 2 ? values_of(b) / (b.size(-1) * b.size(-2)) : 1;
    const std::int64_t own_batch = a.dim() > 2 ? values_of(a) / (a.size(-1) * a.size(-2)) : 1;
    const std::int64_t rows = a.dim() > 1 ? a.size(-2) : 1;
    work.multiply_adds += std::max(batch, own_batch) * rows * a.size(-1) * columns;
}

/** linear(input [..., K], weight [M, K], bias) */
void count_linear(Arguments arguments, Work &work)
{
    const at::Tensor input = arguments[0].toTensor();
    const at::Tensor weight = arguments[1].toTensor();
    const std::int64_t rows = values_of(input) / weight.size(1);
    work.multiply_adds += rows * weight.numel();
    if (arguments[2].isTensor() && arguments[2].toTensor().defined())
        work.biases += rows * weight.size(0);
}

/** addmm(bias, input [N, K], weight [K, M]): what LibTorch makes of a fully connected layer */
void count_sum_of_product(Arguments arguments, Work &work)
{
    const at::Tensor weight = arguments[2].toTensor();
    const std::int64_t rows = samples_of(arguments[1].toTensor());
    work.multiply_adds += rows * weight.numel();
    work.biases += rows * weight.size(1);
}

/** max_pool3d(input, kernel, stride, padding, dilation, ceil_mode) */
void count_max_pool(Arguments arguments, Work &work)
{
    const at::Tensor input = arguments[0].toTensor();
    const auto kernel = arguments[1].toIntVector();
    const auto stride = arguments[2].toIntVector();
    const auto padding = arguments[3].toIntVector();
    std::int64_t outputs = samples_of(input) * input.size(1);
    for (std::size_t i = 0; i < kernel.size(); ++i) {
        const std::int64_t room = input.size(static_cast<std::int64_t>(i) + 2) + 2 * padding[i] -
                                  kernel[i] + (arguments[5].toBool() ? stride[i] - 1 : 0);
        outputs *= room / stride[i] + 1;
    }
    work.pooled += outputs * c10::multiply_integers(kernel);
}

using Counter = void (*)(Arguments, Work &);

const std::map<std::string, Counter> counters = {
    {"aten::convolution", count_convolution},
    {"aten::matmul", count_product},
    {"aten::linear", count_linear},
    {"aten::addmm", count_sum_of_product},
    {"aten::max_pool3d", count_max_pool},
    {"aten::batch_norm",
     [](Arguments arguments, Work &work) { add_values(work.normalised, arguments); }},
    {"aten::relu", [](Arguments arguments, Work &work) { add_values(work.rectified, arguments); }},
    {"aten::relu_", [](Arguments arguments, Work &work) { add_values(work.rectified, arguments); }},
    {"aten::mean", [](Arguments arguments, Work &work) { add_values(work.averaged, arguments); }},
};

struct Counted : at::ObserverContext {
};

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

/** \brief What runs on this thread while it lives is counted */
class Counting
{
public:
    explicit Counting(Work &work)
        : handle_(at::addThreadLocalCallback(at::RecordFunctionCallback(on_start, on_end)
                                                 .needsInputs(true)
                                                 .scopes({at::RecordScope::FUNCTION})))
    {
        counting = &work;
    }

    ~Counting()
    {
        at::removeCallback(handle_);
        counting = nullptr;
        depth = 0;
    }

    Counting(const Counting &) = delete;
    Counting &operator=(const Counting &) = delete;

private:
    at::CallbackHandle handle_;
};

} // namespace

Work count_work(const std::function<void()> &run)
{
    Work work;
    const Counting now(work);
    run();
    return work;
}
