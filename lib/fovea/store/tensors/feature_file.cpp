// SPDX-License-Identifier: MIT
#include "fovea/store/tensors/feature_file.h"

#include <algorithm>
#include <cmath>
#include <memory>

#include <ATen/ATen.h>
#include <ATen/core/jit_type.h>

#include "fovea/core/errors.h"
#include "fovea/core/formatted.h"
#include "fovea/core/mapped_file.h"
#include "fovea/core/stated_time.h"
#include "fovea/store/tensors/torch_dict.h"
#include "fovea/store/tensors/torch_file.h"
#include "fovea/store/tensors/torch_tensor.h"

namespace fovea {

namespace {

constexpr double highest_fps = 1e6;
constexpr std::int64_t persons_width = 4; // followed, two_touch, goes_down, largest
constexpr float most_followed = 1e6;

Error unfit(const std::filesystem::path &file, const std::string &what)
{
    return {Error::Kind::Settings, "feature file '" + file.string() + "': " + what};
}

void check_count(const std::filesystem::path &file, const std::string &name, const Array &rows)
{
    if (rows.values.size() != static_cast<std::size_t>(c10::multiply_integers(rows.shape)))
        throw unfit(file, name + " are " + sizes_text(rows.shape) + ", but hold " +
                              std::to_string(rows.values.size()) + " values");
}

/** \brief A row that is not finite would make every label of its video wrong */
void check_finite(const std::filesystem::path &file, const std::string &name, const Array &rows)
{
    const auto wrong = std::find_if(rows.values.begin(), rows.values.end(),
                                    [](float value) { return !std::isfinite(value); });
    if (wrong != rows.values.end())
        throw unfit(file, name + " hold " + std::to_string(*wrong) + " as value " +
                              std::to_string(wrong - rows.values.begin()) +
                              ", expected finite numbers; extract again");
}

void check_shapes(const std::filesystem::path &file, const FeatureFile &data)
{
    const Array &features = data.features;
    if (features.shape.size() != 3)
        throw unfit(file, "features are " + sizes_text(features.shape) + ", expected [R, T', C]");
    check_count(file, "features", features);
    check_finite(file, "features", features);
    if (!data.mirrored.values.empty()) {
        if (data.mirrored.shape != features.shape)
            throw unfit(file, "mirrored features are " + sizes_text(data.mirrored.shape) +
                                  ", expected " + sizes_text(features.shape) + " as the others");
        check_count(file, "mirrored features", data.mirrored);
        check_finite(file, "mirrored features", data.mirrored);
    }
    if (!(data.fps >= 0 && data.fps <= highest_fps))
        throw unfit(file, "fps is " + std::to_string(data.fps) + ", expected 0 to " +
                              std::to_string(highest_fps));
    if (data.attended_channels < 0 ||
        (data.attended_channels > 0 && data.attended_channels >= features.shape[2]))
        throw unfit(file, "attended_channels are " + std::to_string(data.attended_channels) +
                              ", expected fewer than the " + std::to_string(features.shape[2]) +
                              " features");
    if (data.boxes.size() != static_cast<std::size_t>(features.shape[0]))
        throw unfit(file, "features of " + std::to_string(features.shape[0]) +
                              " regions, but region_boxes of " + std::to_string(data.boxes.size()));
    if (data.times.size() != static_cast<std::size_t>(features.shape[1]))
        throw unfit(file, "features of " + std::to_string(features.shape[1]) +
                              " timesteps, but times of " + std::to_string(data.times.size()));
    if (!data.persons.empty() && data.persons.size() != data.times.size())
        throw unfit(file, "features of " + std::to_string(features.shape[1]) +
                              " timesteps, but persons of " + std::to_string(data.persons.size()));
    for (const std::int64_t row : data.jumps)
        if (row < 0 || row >= features.shape[1])
            throw unfit(file, "jumps hold row " + std::to_string(row) + ", expected one of " +
                                  std::to_string(features.shape[1]));
}

at::Tensor tensor_of(const std::vector<PersonsSeen> &persons)
{
    at::Tensor rows =
        at::empty({static_cast<std::int64_t>(persons.size()), persons_width}, at::kFloat);
    auto *out = rows.data_ptr<float>();
    for (const PersonsSeen &seen : persons) {
        *out++ = static_cast<float>(seen.followed);
        *out++ = seen.two_touch ? 1 : 0;
        *out++ = seen.goes_down ? 1 : 0;
        *out++ = seen.largest;
    }
    return rows;
}

std::vector<PersonsSeen> persons_of(const std::filesystem::path &file, const at::Tensor &rows)
{
    std::vector<PersonsSeen> persons;
    const auto *row = rows.data_ptr<float>();
    for (std::int64_t t = 0; t < rows.size(0); ++t, row += persons_width) {
        if (!(row[0] >= 0 && row[0] <= most_followed && row[3] >= 0 && row[3] <= most_followed))
            throw unfit(file, "persons of row " + std::to_string(t) +
                                  " are no count and size; extract again");
        persons.push_back({static_cast<int>(row[0]), row[1] != 0, row[2] != 0, row[3]});
    }
    return persons;
}

/** \brief Typed reading of the dict's entries */
class Entries
{
public:
    explicit Entries(const std::filesystem::path &file) : file_(file), mapped_(file, "feature file")
    {
        try {
            content_ = std::make_unique<TorchFile>(mapped_.bytes());
        } catch (const Error &error) {
            throw unfit(file_, "is truncated or no feature file (" +
                                   std::to_string(mapped_.bytes().size()) +
                                   " bytes); remove it and extract again; it " + error.what());
        }
    }

    bool has(const char *key) const { return content_->entries().count(key) > 0; }

    /** \brief A tensor; -1 in \a shape stands for any size */
    at::Tensor tensor(const char *key, at::ScalarType type, const std::vector<std::int64_t> &shape)
    {
        const PickledValue &value = at(key);
        if (value.kind != PickledValue::Kind::Tensor)
            throw wrong(key, "a tensor", value);
        const at::Tensor tensor = loaded(key, value);
        bool fits = tensor.dim() == static_cast<std::int64_t>(shape.size());
        for (std::size_t i = 0; fits && i < shape.size(); ++i)
            fits = shape[i] < 0 || shape[i] == tensor.size(static_cast<std::int64_t>(i));
        if (!fits)
            throw unfit(file_, std::string("'") + key + "' is " + sizes_text(tensor.sizes()) +
                                   ", expected " + sizes_text(shape) + " (-1: any size)");
        return tensor.to(at::kCPU, type).contiguous();
    }

    std::string text(const char *key) const
    {
        const PickledValue &value = at(key);
        if (value.kind != PickledValue::Kind::Text)
            throw wrong(key, "text", value);
        return std::string(value.text);
    }

    double number(const char *key) const
    {
        const PickledValue &value = at(key);
        if (value.kind == PickledValue::Kind::Integer)
            return static_cast<double>(value.integer);
        if (value.kind != PickledValue::Kind::Real || !std::isfinite(value.real))
            throw wrong(key, "a finite number", value);
        return value.real;
    }

    /** \brief A count, 0 or more */
    std::int64_t count(const char *key) const
    {
        const PickledValue &value = at(key);
        if (value.kind != PickledValue::Kind::Integer)
            throw wrong(key, "an integer", value);
        if (value.integer < 0)
            throw unfit(file_, std::string("'") + key + "' is " + std::to_string(value.integer) +
                                   ", expected 0 or more");
        return value.integer;
    }

private:
    const PickledValue &at(const char *key) const
    {
        const auto found = content_->entries().find(key);
        if (found == content_->entries().end())
            throw unfit(file_, std::string("the entry '") + key + "' is missing");
        return *found->second;
    }

    at::Tensor loaded(const char *key, const PickledValue &value)
    {
        try {
            return tensors_.load(content_->tensor(key, value));
        } catch (const Error &error) {
            throw unfit(file_, error.what());
        }
    }

    Error wrong(const char *key, const std::string &expected, const PickledValue &got) const
    {
        const std::string value = got.kind == PickledValue::Kind::Real
                                      ? std::to_string(got.real)
                                      : std::string(kind_name(got.kind));
        return unfit(file_, std::string("'") + key + "' is " + value + ", expected " + expected);
    }

    std::filesystem::path file_;
    MappedFile mapped_;
    std::unique_ptr<TorchFile> content_;
    TensorLoader tensors_;
};

Nanoseconds to_nanoseconds(const std::filesystem::path &file, double seconds)
{
    if (!(std::abs(seconds) <= longest_seconds)) // NaN is refused, too
        throw unfit(file,
                    formatted("times hold %g s, expected at most %g s", seconds, longest_seconds));
    return std::llround(seconds * static_cast<double>(nanoseconds_per_second));
}

} // namespace

double duration_of(const FeatureFile &file)
{
    if (file.fps > 0)
        return static_cast<double>(file.frames) / file.fps;
    return file.times.empty() ? 0 : to_seconds(file.times.back().end);
}

std::string networks_in_words(const FeatureFile &file)
{
    const auto words = [](const std::string &bundle, const std::string &sha256) {
        return sha256.empty() ? "model '" + bundle + "'" : "weights " + sha256;
    };
    return words(file.bundle, file.bundle_sha256) +
           (file.attended_channels > 0 ? " and " + words(file.attended, file.attended_sha256) : "");
}

void write_feature_file(const std::filesystem::path &file, const FeatureFile &features)
{
    check_shapes(file, features);
    const auto regions = static_cast<std::int64_t>(features.boxes.size());
    const auto timesteps = static_cast<std::int64_t>(features.times.size());
    at::Tensor boxes = at::empty({regions, 4});
    auto *box_out = boxes.data_ptr<float>();
    for (const Box &box : features.boxes) {
        for (const float value : {box.x, box.y, box.width, box.height})
            *box_out++ = value;
    }
    at::Tensor times = at::empty({timesteps, 2}, at::kDouble);
    auto *time_out = times.data_ptr<double>();
    for (const TimeSpan &span : features.times) {
        *time_out++ = to_seconds(span.start);
        *time_out++ = to_seconds(span.end);
    }

    c10::impl::GenericDict dict(c10::StringType::get(), c10::AnyType::get());
    dict.insert("features", tensor_of(features.features));
    if (!features.mirrored.values.empty())
        dict.insert("mirrored", tensor_of(features.mirrored));
    dict.insert("region_boxes", boxes);
    dict.insert("regions", features.regions);
    dict.insert("times", times);
    if (!features.jumps.empty()) {
        const auto count = static_cast<std::int64_t>(features.jumps.size());
        at::Tensor jumps = at::empty({count}, at::kLong);
        std::copy(features.jumps.begin(), features.jumps.end(), jumps.data_ptr<std::int64_t>());
        dict.insert("jumps", jumps);
    }
    if (!features.persons.empty())
        dict.insert("persons", tensor_of(features.persons));
    dict.insert("video_id", features.video_id);
    dict.insert("label", features.label);
    dict.insert("frames", features.frames);
    dict.insert("fps", features.fps);
    dict.insert("bundle", features.bundle);
    dict.insert("bundle_sha256", features.bundle_sha256);
    if (features.attended_channels > 0) {
        dict.insert("attended_channels", features.attended_channels);
        dict.insert("attended", features.attended);
        dict.insert("attended_sha256", features.attended_sha256);
    }
    write_torch_dict(file, dict);
}

FeatureFile read_feature_file(const std::filesystem::path &file)
{
    Entries entries(file);
    const at::Tensor rows = entries.tensor("features", at::kFloat, {-1, -1, -1});
    const at::Tensor boxes = entries.tensor("region_boxes", at::kFloat, {rows.size(0), 4});
    const at::Tensor times = entries.tensor("times", at::kDouble, {rows.size(1), 2});

    FeatureFile data;
    data.features = array_of(rows);
    if (entries.has("mirrored"))
        data.mirrored = array_of(entries.tensor("mirrored", at::kFloat, rows.sizes().vec()));
    const auto *box = boxes.data_ptr<float>();
    if (!boxes.isfinite().all().item<bool>())
        throw unfit(file, "region_boxes hold NaN or infinite numbers");
    for (std::int64_t i = 0; i < boxes.size(0); ++i, box += 4)
        data.boxes.push_back({box[0], box[1], box[2], box[3]});
    const auto *time = times.data_ptr<double>();
    for (std::int64_t i = 0; i < times.size(0); ++i, time += 2)
        data.times.push_back({to_nanoseconds(file, time[0]), to_nanoseconds(file, time[1])});
    if (entries.has("jumps")) {
        const at::Tensor jumps = entries.tensor("jumps", at::kLong, {-1});
        const auto *row = jumps.data_ptr<std::int64_t>();
        data.jumps.assign(row, row + jumps.numel());
    }
    if (entries.has("persons"))
        data.persons =
            persons_of(file, entries.tensor("persons", at::kFloat, {rows.size(1), persons_width}));
    data.regions = entries.has("regions") ? entries.text("regions") : std::string();
    data.video_id = entries.text("video_id");
    data.label = entries.text("label");
    data.frames = entries.count("frames");
    data.fps = entries.number("fps");
    data.bundle = entries.text("bundle");
    data.bundle_sha256 = entries.text("bundle_sha256");
    if (entries.has("attended_channels")) {
        data.attended_channels = entries.count("attended_channels");
        data.attended = entries.text("attended");
        data.attended_sha256 = entries.text("attended_sha256");
    }
    check_shapes(file, data);
    return data;
}

} // namespace fovea
