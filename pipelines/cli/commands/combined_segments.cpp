#include "commands/combined_segments.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "commands/combination.h"
#include "fovea/bundle/load.h"
#include "fovea/core/errors.h"

namespace fovea {

namespace {

constexpr Nanoseconds same_moment = nanoseconds_per_millisecond;

Nanoseconds nanoseconds(double seconds)
{
    return std::llround(seconds * nanoseconds_per_second);
}

bool at_same_times(const std::vector<TimeSpan> &a, const std::vector<TimeSpan> &b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](const auto &one, const auto &other) {
                          return std::abs(one.start - other.start) <= same_moment &&
                                 std::abs(one.end - other.end) <= same_moment;
                      });
}

/** \brief Channels \a first to \a first + \a count of rows [R, T', C] */
Array channels_of(const Array &rows, std::int64_t first, std::int64_t count)
{
    Array part({rows.shape[0], rows.shape[1], count});
    const std::int64_t all = rows.shape[0] * rows.shape[1];
    for (std::int64_t row = 0; row < all; ++row)
        std::copy_n(rows.values.begin() + row * rows.shape[2] + first, count,
                    part.values.begin() + row * count);
    return part;
}

class CombinedHead final : public ActivityHead
{
public:
    explicit CombinedHead(const std::vector<WeightedModel> &models)
        : labels_(models.front().bundle.labels())
    {
        for (const auto &[bundle, weight] : models)
            parts_.push_back({load_head(bundle), bundle.labels(), static_cast<float>(weight)});
    }

    Judgement judge(const Array &rows) override
    {
        if (rows.shape.size() != 3 || rows.shape[2] != channels())
            throw Error(Error::Kind::Settings,
                        "rows: the combined heads expect " + std::to_string(channels()) +
                            " channels, got " +
                            std::to_string(rows.shape.empty() ? 0 : rows.shape.back()));
        Judgement joint;
        joint.scores.resize(labels_.size());
        joint.region_weights.resize(static_cast<std::size_t>(rows.shape[0]));
        joint.time_weights.resize(static_cast<std::size_t>(rows.shape[1]));
        std::int64_t first = 0;
        for (const Part &part : parts_) {
            const Judgement own = part.head->judge(channels_of(rows, first, part.head->channels()));
            first += part.head->channels();
            const auto add = [&](std::vector<float> *sum, const std::vector<float> &values) {
                for (std::size_t i = 0; i < sum->size(); ++i)
                    (*sum)[i] += part.weight * values[i];
            };
            add(&joint.scores, in_order_of(labels_, part.labels, own.scores));
            add(&joint.region_weights, own.region_weights);
            add(&joint.time_weights, own.time_weights);
        }
        return joint;
    }

    std::int64_t channels() const override
    {
        std::int64_t sum = 0;
        for (const Part &part : parts_)
            sum += part.head->channels();
        return sum;
    }

private:
    struct Part {
        std::unique_ptr<ActivityHead> head;
        std::vector<std::string> labels;
        float weight;
    };

    std::vector<std::string> labels_;
    std::vector<Part> parts_;
};

} // namespace

FeatureFile side_by_side(std::vector<FeatureFile> files)
{
    FeatureFile joint = std::move(files.front());
    for (std::size_t i = 1; i < files.size(); ++i) {
        const Array &left = joint.features;
        const Array &right = files[i].features;
        if (left.shape[0] != right.shape[0] || !at_same_times(joint.times, files[i].times))
            throw Error(
                Error::Kind::Settings,
                "segments of models combined: expected rows of the same regions at the same "
                "times, got " +
                    std::to_string(left.shape[0]) + " x " + std::to_string(left.shape[1]) +
                    " of '" + joint.bundle + "' and " + std::to_string(right.shape[0]) + " x " +
                    std::to_string(right.shape[1]) + " of '" + files[i].bundle +
                    "'; combine models of one sampling plan");
        Array both({left.shape[0], left.shape[1], left.shape[2] + right.shape[2]});
        auto out = both.values.begin();
        auto from_left = left.values.begin();
        auto from_right = right.values.begin();
        for (std::int64_t row = 0; row < left.shape[0] * left.shape[1]; ++row) {
            out = std::copy_n(from_left, left.shape[2], out);
            out = std::copy_n(from_right, right.shape[2], out);
            from_left += left.shape[2];
            from_right += right.shape[2];
        }
        joint.features = std::move(both);
    }
    return joint;
}

std::shared_ptr<ActivityHead> combined_head(const std::vector<WeightedModel> &models)
{
    return std::make_shared<CombinedHead>(models);
}

std::vector<Result> combined_segments(const std::vector<WeightedModel> &models,
                                      const FeatureFile &rows)
{
    const Bundle &first = models.front().bundle;
    const SegmentRule rule = segment_rule(first);
    std::vector<FoundInterval> found = suppressed(
        find_windows(combined_head(models), rule, rows.features, rows.times), rule.overlap);
    std::sort(found.begin(), found.end(), [](const FoundInterval &a, const FoundInterval &b) {
        return a.interval.end < b.interval.end;
    });
    std::vector<Result> results;
    for (const FoundInterval &one : found) {
        Result result;
        result.has_activity = true;
        result.activity.scope = Activity::Scope::Segment;
        result.activity.label = {first.labels()[static_cast<std::size_t>(one.label)], one.label,
                                 static_cast<float>(one.score)};
        result.activity.time = {nanoseconds(one.interval.start), nanoseconds(one.interval.end)};
        result.timestamp = result.activity.time.end;
        results.push_back(std::move(result));
    }
    return results;
}

} // namespace fovea
