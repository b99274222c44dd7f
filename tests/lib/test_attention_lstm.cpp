// SPDX-License-Identifier: MIT
#include <cmath>
#include <map>

#include <gtest/gtest.h>

#include "activations.h"
#include "fovea/core/errors.h"
#include "fovea/nn/attention_lstm.h"
#include "fovea/nn/heads.h"
#include "reference_case.h"

namespace {

using fovea::nn::AttentionLstm;
using fovea::nn::AttentionLstmOptions;

AttentionLstmOptions small(bool last_step_only)
{
    AttentionLstmOptions options;
    options.input = 3;
    options.attended = 4;
    options.classes = 5;
    options.hidden = 6;
    options.last_step_only = last_step_only;
    return options;
}

using Vector = std::vector<double>;
using Matrix = std::vector<Vector>;

Matrix rows_of(const at::Tensor &tensor)
{
    const at::Tensor flat = tensor.detach().to(at::kDouble).contiguous();
    const auto width = flat.size(1);
    const auto *value = flat.data_ptr<double>();
    Matrix rows;
    for (std::int64_t i = 0; i < flat.size(0); ++i, value += width)
        rows.emplace_back(value, value + width);
    return rows;
}

enum class Attends { EveryStep, LastStep, None };

Attends attends_of(const AttentionLstmOptions &options)
{
    return options.last_step_only ? Attends::LastStep : Attends::EveryStep;
}

/** \brief The equations with loops, one clip */
class Naive
{
public:
    explicit Naive(AttentionLstm &module) : Naive(module, "", attends_of(module.options())) {}

    /** \param prefix of the names of its parameters */
    Naive(torch::nn::Module &module, const std::string &prefix, Attends attention)
        : attention_(attention)
    {
        for (const auto &entry : module.named_parameters()) {
            const bool bias = entry.value().dim() == 1;
            parameters_[entry.key().substr(prefix.size())] =
                rows_of(bias ? entry.value().unsqueeze(0) : entry.value());
        }
    }

    void run(const Matrix &input, const Matrix &attended)
    {
        const std::size_t hidden = parameters_.at("gate_hidden.weight")[0].size();
        Vector h(hidden), c(hidden);
        scores = Vector(parameters_.at("fc.bias")[0].size());
        double steps = 0;
        for (std::size_t t = 0; t < input.size(); ++t) {
            const bool scored = attention_ != Attends::LastStep || t + 1 == input.size();
            const bool attends = scored && attention_ != Attends::None;
            Vector u = product("input", input[t]);
            for (double &value : u)
                value = sigmoid(value);
            Vector gates = product("gate_input", u);
            add(gates, product("gate_hidden", h));
            if (attends) {
                weights.push_back(attention(h, attended));
                Vector k(attended[0].size());
                for (std::size_t i = 0; i < attended.size(); ++i)
                    for (std::size_t j = 0; j < k.size(); ++j)
                        k[j] += weights.back()[i] * attended[i][j];
                add(gates, product("gate_attended", k));
            }
            for (std::size_t n = 0; n < hidden; ++n) {
                c[n] = sigmoid(gates[hidden + n]) * c[n] +
                       sigmoid(gates[n]) * std::tanh(gates[3 * hidden + n]);
                h[n] = sigmoid(gates[2 * hidden + n]) * std::tanh(c[n]);
            }
            if (scored) {
                Vector y = product("fc", h);
                for (double &value : y)
                    value = sigmoid(value);
                add(scores, many_labels ? y : softmax(product("fc", h)));
                ++steps;
            }
        }
        for (double &score : scores)
            score /= steps;
    }

    bool many_labels = false; ///< set before run()
    Vector scores;
    Matrix weights;

private:
    Vector product(const std::string &name, const Vector &x) const
    {
        const Matrix &weight = parameters_.at(name + ".weight");
        Vector y(weight.size());
        for (std::size_t i = 0; i < y.size(); ++i) {
            if (parameters_.count(name + ".bias"))
                y[i] = parameters_.at(name + ".bias")[0][i];
            for (std::size_t j = 0; j < x.size(); ++j)
                y[i] += weight[i][j] * x[j];
        }
        return y;
    }

    static void add(Vector &to, const Vector &x)
    {
        for (std::size_t i = 0; i < x.size(); ++i)
            to[i] += x[i];
    }

    Vector attention(const Vector &h, const Matrix &attended) const
    {
        Vector e;
        for (const Vector &frame : attended) {
            Vector inside = product("attention_hidden", h);
            add(inside, product("attention_frame", frame));
            for (double &value : inside)
                value = std::tanh(value);
            e.push_back(product("attention_score", inside)[0]);
        }
        return softmax(e);
    }

    Attends attention_;
    std::map<std::string, Matrix> parameters_;
};

class BothVariants : public testing::TestWithParam<bool>
{
};

TEST_P(BothVariants, AreWhatNaiveLoopsCompute)
{
    AttentionLstm module(small(GetParam()));
    named_numbers::fill(module);
    module.eval();
    const at::NoGradGuard no_grad;
    const at::Tensor input = named_numbers::input("input/v", {2, 4, 3});
    const at::Tensor attended = named_numbers::input("input/a", {2, 5, 4});
    const auto got = module.forward(input, attended);
    ASSERT_EQ(got.weights.sizes().vec(), (std::vector<std::int64_t>{2, GetParam() ? 1 : 4, 5}));
    for (std::int64_t n = 0; n < 2; ++n) {
        Naive naive(module);
        naive.run(rows_of(input[n]), rows_of(attended[n]));
        for (std::int64_t c = 0; c < 5; ++c)
            EXPECT_NEAR(got.scores[n][c].item<double>(), naive.scores[static_cast<std::size_t>(c)],
                        1e-6);
        double total = 0;
        for (std::size_t i = 0; i < 5; ++i) {
            double mean = 0;
            for (std::size_t t = 0; t < naive.weights.size(); ++t) {
                const double w =
                    got.weights[n][static_cast<std::int64_t>(t)][static_cast<std::int64_t>(i)]
                        .item<double>();
                EXPECT_NEAR(w, naive.weights[t][i], 1e-6);
                mean += naive.weights[t][i] / static_cast<double>(naive.weights.size());
            }
            const double salience = got.salience[n][static_cast<std::int64_t>(i)].item<double>();
            EXPECT_NEAR(salience, mean, 1e-6);
            total += salience;
        }
        EXPECT_NEAR(total, 1, 1e-6);
    }
}

TEST_P(BothVariants, HaveTheGradientThatDifferencesGive)
{
    AttentionLstm module(small(GetParam()));
    named_numbers::fill(module);
    module.eval();
    module.to(at::kDouble);
    const at::Tensor input = named_numbers::input("input/v", {1, 3, 3}).to(at::kDouble);
    const at::Tensor attended = named_numbers::input("input/a", {1, 4, 4}).to(at::kDouble);
    const auto loss = [&] { return -module.forward(input, attended).scores[0][2].log(); };
    loss().backward();
    for (auto &entry : module.named_parameters()) {
        SCOPED_TRACE(entry.key());
        ASSERT_TRUE(entry.value().grad().defined());
        const at::NoGradGuard no_grad;
        const at::Tensor flat = entry.value().view(-1);
        for (const std::int64_t i : {std::int64_t{0}, flat.numel() / 3, flat.numel() - 1}) {
            const double step = 1e-6;
            const double before = flat[i].item<double>();
            flat[i] = before + step;
            const double above = loss().item<double>();
            flat[i] = before - step;
            const double below = loss().item<double>();
            flat[i] = before;
            EXPECT_NEAR(entry.value().grad().view(-1)[i].item<double>(),
                        (above - below) / (2 * step), 1e-7);
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Figure4, BothVariants, testing::Bool(),
                         [](const auto &info) { return info.param ? "b" : "a"; });

TEST(AttentionLstm, HasThePublishedNumbersOfParameters)
{
    AttentionLstmOptions options;
    options.input = 4096;
    options.classes = 203;
    for (const auto &[attended, expected] : {std::pair<std::int64_t, std::int64_t>{203, 27107531},
                                             {205, 27112651},
                                             {1000, 29147851},
                                             {4096, 37073611}}) {
        options.attended = attended;
        AttentionLstm module(options);
        EXPECT_EQ(reference::parameters_of(module), expected);
    }
}

/** \brief Those of a head's cell into one by itself */
void copy_parameters(const fovea::nn::Head &head, AttentionLstm *alone)
{
    auto parameters = alone->named_parameters();
    for (const auto &entry : head.named_parameters())
        parameters[entry.key().substr(std::string("lstm.").size())].copy_(entry.value());
}

TEST(AttentionLstm, AsAHeadSaysWhereAndWhen)
{
    for (const std::string name : {"alstm", "alstm-last"}) {
        const auto head = fovea::nn::make_head(name, /*channels=*/3, /*classes=*/5);
        named_numbers::fill(*head);
        head->eval();
        const at::NoGradGuard no_grad;
        const at::Tensor rows = named_numbers::input("input/rows", {1, 2, 4, 3}); // R 2, T' 4
        const auto out = head->forward(rows);

        AttentionLstmOptions options;
        options.input = 3;
        options.attended = 3;
        options.classes = 5;
        options.last_step_only = name == "alstm-last";
        AttentionLstm alone(options);
        copy_parameters(*head, &alone);
        Naive naive(alone);
        const at::Tensor flat = rows[0].view({8, 3}); // region 0's four rows, then region 1's
        naive.run(rows_of((rows[0][0] + rows[0][1]) / 2), rows_of(flat));
        for (std::int64_t c = 0; c < 5; ++c)
            EXPECT_NEAR(out.logits.exp()[0][c].item<double>(),
                        naive.scores[static_cast<std::size_t>(c)], 1e-6);
        Vector by_region(2), by_time(4);
        for (const Vector &w : naive.weights)
            for (std::size_t i = 0; i < 8; ++i) {
                by_region[i / 4] += w[i] / static_cast<double>(naive.weights.size());
                by_time[i % 4] += w[i] / static_cast<double>(naive.weights.size());
            }
        for (std::size_t r = 0; r < 2; ++r)
            EXPECT_NEAR(out.region_weights[0][static_cast<std::int64_t>(r)].item<double>(),
                        by_region[r], 1e-6);
        for (std::size_t t = 0; t < 4; ++t)
            EXPECT_NEAR(out.time_weights[0][static_cast<std::int64_t>(t)].item<double>(),
                        by_time[t], 1e-6);
    }
}

/** \brief A head of 4 classes says what naive loops do \param input [T', 3] \param attended [n T', 2] */
void expect_naive_scores(const fovea::nn::Head &head, const at::Tensor &input,
                         const at::Tensor &attended, const at::Tensor &logits)
{
    AttentionLstmOptions options;
    options.input = 3;
    options.attended = 2;
    options.classes = 4;
    AttentionLstm alone(options);
    copy_parameters(head, &alone);
    Naive naive(alone);
    naive.run(rows_of(input), rows_of(attended));
    for (std::int64_t c = 0; c < 4; ++c)
        EXPECT_NEAR(logits.exp()[0][c].item<double>(), naive.scores[static_cast<std::size_t>(c)],
                    1e-6);
}

/* T of 24 beside 12 steps: rows of two attended frames each, frame behind frame */
TEST(AttentionLstm, AsAHeadAttendsToEachFrameOfARow)
{
    const auto head = fovea::nn::make_head("alstm", /*channels=*/7, /*classes=*/4, /*attended=*/4,
                                           /*many_labels=*/false, /*attended_frames=*/2);
    named_numbers::fill(*head);
    head->eval();
    const at::NoGradGuard no_grad;
    const at::Tensor rows = named_numbers::input("input/rows", {1, 1, 4, 7}); // T' 4
    const auto out = head->forward(rows);

    const at::Tensor frames = at::zeros({8, 2});
    for (std::int64_t t = 0; t < 4; ++t) {
        frames[2 * t].copy_(rows[0][0][t].slice(0, 3, 5));
        frames[2 * t + 1].copy_(rows[0][0][t].slice(0, 5, 7));
    }
    expect_naive_scores(*head, rows[0][0].slice(1, 0, 3), frames, out.logits);
    EXPECT_EQ(out.time_weights.sizes(), (at::IntArrayRef{1, 4})) << "of rows";
    EXPECT_NEAR(out.time_weights.sum().item<double>(), 1, 1e-6);
    EXPECT_THROW(fovea::nn::make_head("alstm", 7, 4, /*attended=*/3, false, 2), fovea::Error);
}

TEST(AttentionLstm, AsAHeadAttendsToTheSecondNetworksFeatures)
{
    const auto head = fovea::nn::make_head("alstm", /*channels=*/5, /*classes=*/4, /*attended=*/2);
    named_numbers::fill(*head);
    head->eval();
    const at::NoGradGuard no_grad;
    const at::Tensor rows = named_numbers::input("input/rows", {1, 2, 4, 5}); // R 2, T' 4
    const auto out = head->forward(rows);

    const at::Tensor input = (rows[0][0] + rows[0][1]) / 2;
    expect_naive_scores(*head, input.slice(1, 0, 3), rows[0].slice(2, 3, 5).reshape({8, 2}),
                        out.logits);
    EXPECT_THROW(fovea::nn::make_head("alstm", 5, 4, /*attended=*/5), fovea::Error);
}

/** \brief Without attention: the cell by hand, the mean of its scores over time (4.1) */
TEST(PlainLstm, IsWhatNaiveLoopsCompute)
{
    const auto head = fovea::nn::make_head("lstm", /*channels=*/3, /*classes=*/5);
    named_numbers::fill(*head);
    head->eval();
    const at::NoGradGuard no_grad;
    const at::Tensor rows = named_numbers::input("input/rows", {2, 2, 4, 3}); // R 2, T' 4
    const auto out = head->forward(rows);
    EXPECT_FALSE(out.time_weights.defined());
    EXPECT_FALSE(out.region_weights.defined());
    for (std::int64_t n = 0; n < 2; ++n) {
        Naive naive(*head, "lstm.", Attends::None);
        naive.run(rows_of((rows[n][0] + rows[n][1]) / 2), {});
        for (std::int64_t c = 0; c < 5; ++c)
            EXPECT_NEAR(out.logits.exp()[n][c].item<double>(),
                        naive.scores[static_cast<std::size_t>(c)], 1e-6);
    }
}

/** \brief LSTM of 4096 features, 203 classes: the attention LSTM's count without its attention */
TEST(PlainLstm, HasTheAttentionLstmsParametersButThoseOfAttention)
{
    const std::int64_t attention = 512 * 512 + (4096 * 512 + 512) + 512 + 4 * 512 * 4096;
    EXPECT_EQ(reference::parameters_of(*fovea::nn::make_head("lstm", 4096, 203)),
              37073611 - attention);
}

/* "multilabel classification loss" (supplement): each class by itself */
TEST(AttentionLstm, OfManyLabelsAveragesSigmoids)
{
    for (const std::string name : {"alstm", "alstm-last", "lstm"}) {
        SCOPED_TRACE(name);
        const auto head = fovea::nn::make_head(name, /*channels=*/3, /*classes=*/5, /*attended=*/0,
                                               /*many_labels=*/true);
        named_numbers::fill(*head);
        head->eval();
        const at::NoGradGuard no_grad;
        const at::Tensor rows = named_numbers::input("input/rows", {1, 2, 4, 3});
        const at::Tensor scores = head->forward(rows).logits.sigmoid();
        Naive naive(*head, "lstm.",
                    name == "lstm"    ? Attends::None
                    : name == "alstm" ? Attends::EveryStep
                                      : Attends::LastStep);
        naive.many_labels = true;
        naive.run(rows_of((rows[0][0] + rows[0][1]) / 2), rows_of(rows[0].reshape({8, 3})));
        for (std::int64_t c = 0; c < 5; ++c)
            EXPECT_NEAR(scores[0][c].item<double>(), naive.scores[static_cast<std::size_t>(c)],
                        1e-6);
        EXPECT_GT(scores.sum().item<double>(), 1.5) << "they are no shares of one";
    }
}

TEST(AttentionLstm, RefusesOtherWidths)
{
    AttentionLstm module(small(false));
    try {
        module.forward(at::zeros({1, 2, 3}), at::zeros({1, 2, 3}));
        FAIL();
    } catch (const fovea::Error &error) {
        EXPECT_EQ(std::string(error.what()),
                  "attention lstm: expected [N, T, 3] and [N, I, 4], got [1, 2, 3] and [1, 2, 3]");
    }
}

} // namespace
