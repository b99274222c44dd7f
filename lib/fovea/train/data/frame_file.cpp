// SPDX-License-Identifier: MIT
#include "fovea/train/data/frame_file.h"

#include <algorithm>

#include "fovea/core/errors.h"
#include "fovea/core/json.h"
#include "fovea/train/data/json_tail.h"

namespace fovea {

namespace {

constexpr int version = 2;
constexpr int longest_side = 1 << 15;
constexpr double highest_fps = 1e6;

std::size_t bytes_of_frame(const FrameFileInfo &info)
{
    const std::size_t pixels =
        static_cast<std::size_t>(info.size.width) * static_cast<std::size_t>(info.size.height);
    return info.format == PixelFormat::RGB ? 3 * pixels : pixels * 3 / 2;
}

const char *format_name(PixelFormat format)
{
    return format == PixelFormat::RGB ? "RGB" : format == PixelFormat::I420 ? "I420" : "other";
}

Error unfit(const std::filesystem::path &file, const std::string &what)
{
    return {Error::Kind::Settings, "frame file '" + file.string() + "': " + what};
}

Json to_json(const std::vector<Person> &persons)
{
    Json list = Json::array();
    for (const Person &person : persons)
        list.push_back({person.box.x, person.box.y, person.box.width, person.box.height,
                        person.confidence, person.detected});
    return list;
}

std::vector<Person> persons_from(const Json &list)
{
    std::vector<Person> persons;
    for (const Json &entry : list) {
        Person person;
        person.box = {entry.at(0), entry.at(1), entry.at(2), entry.at(3)};
        person.confidence = entry.at(4);
        person.detected = entry.at(5);
        persons.push_back(person);
    }
    return persons;
}

AtomicFileOptions locked()
{
    AtomicFileOptions options;
    options.is_locked = true;
    return options;
}

void append_rows(std::string *bytes, const std::uint8_t *plane, int stride, int width, int height)
{
    for (int y = 0; y < height; ++y) {
        const std::uint8_t *row = plane + static_cast<std::ptrdiff_t>(y) * stride;
        bytes->append(row, row + width);
    }
}

} // namespace

FrameFileWriter::FrameFileWriter(const std::filesystem::path &file, const FrameFileInfo &info)
    : path_(file), info_(info), file_(file, locked())
{
    const ImageSize size = info.size;
    if (size.width < 2 || size.height < 2 || size.width % 2 != 0 || size.height % 2 != 0 ||
        info.fps <= 0)
        throw unfit(file, "expected an even size and a frame rate > 0, got " +
                              std::to_string(size.width) + " x " + std::to_string(size.height) +
                              " at " + std::to_string(info.fps));
}

void FrameFileWriter::add(const FrameView &frame, const std::vector<Person> &persons, bool keep)
{
    if (!keep) {
        persons_.push_back(persons);
        return;
    }
    const ImageSize size = info_.size;
    if (frame.format != info_.format || frame.width != size.width || frame.height != size.height)
        throw unfit(path_, std::string("expected ") + format_name(info_.format) + " frames of " +
                               std::to_string(size.width) + " x " + std::to_string(size.height) +
                               ", got " + format_name(frame.format) + " of " +
                               std::to_string(frame.width) + " x " + std::to_string(frame.height));
    std::string bytes;
    bytes.reserve(bytes_of_frame(info_));
    if (info_.format == PixelFormat::RGB) {
        append_rows(&bytes, frame.planes[0], frame.strides[0], 3 * size.width, size.height);
    } else {
        append_rows(&bytes, frame.planes[0], frame.strides[0], size.width, size.height);
        append_rows(&bytes, frame.planes[1], frame.strides[1], size.width / 2, size.height / 2);
        append_rows(&bytes, frame.planes[2], frame.strides[2], size.width / 2, size.height / 2);
    }
    file_.write(bytes);
    kept_.push_back(frames());
    persons_.push_back(persons);
}

void FrameFileWriter::commit(const std::vector<std::string> &notes)
{
    if (kept_.empty())
        throw unfit(path_, "not one frame could be decoded");
    Json text = {{"version", version},
                 {"width", info_.size.width},
                 {"height", info_.size.height},
                 {"fps", info_.fps},
                 {"bt709", info_.colorimetry.matrix == Colorimetry::Matrix::Bt709},
                 {"full_range", info_.colorimetry.range == Colorimetry::Range::Full},
                 {"rgb", info_.format == PixelFormat::RGB},
                 {"kept", kept_},
                 {"notes", notes},
                 {"persons", Json::array()}};
    for (const auto &persons : persons_)
        text["persons"].push_back(to_json(persons));
    file_.write(json_tail(text));
    file_.commit();
}

FrameFile::FrameFile(const std::filesystem::path &file)
    : mapped_(file, "frame file"), lock_(file), path_(file)
{
    const std::string_view bytes = mapped_.bytes();
    const JsonTail tail = find_json_tail(bytes);
    if (tail.length == 0)
        throw unfit(file, "is truncated; remove it");

    try {
        const JsonReader text(parse_json(bytes.substr(tail.begin, tail.length), file.string()),
                              file.string());
        if (text.at("version") != version)
            throw unfit(file, "is of another version; remove it");
        info_.size = {static_cast<int>(text.integer("width", 2, longest_side)),
                      static_cast<int>(text.integer("height", 2, longest_side))};
        info_.fps = text.number("fps", 0, highest_fps);
        if (text.get<bool>("bt709"))
            info_.colorimetry.matrix = Colorimetry::Matrix::Bt709;
        if (text.get<bool>("full_range"))
            info_.colorimetry.range = Colorimetry::Range::Full;
        if (text.get<bool>("rgb", false))
            info_.format = PixelFormat::RGB;
        for (const Json &persons : text.at("persons"))
            persons_.push_back(persons_from(persons));
        kept_ = text.at("kept").get<std::vector<std::int64_t>>();
        if (text.has("notes"))
            notes_ = text.at("notes").get<std::vector<std::string>>();
    } catch (const nlohmann::json::exception &) {
        throw unfit(file, "is damaged; remove it");
    }
    const bool fits = !kept_.empty() && std::is_sorted(kept_.begin(), kept_.end()) &&
                      kept_.front() >= 0 && kept_.back() < this->frames();
    if (!fits || kept_.size() * bytes_of_frame(info_) != tail.begin)
        throw unfit(file, "is damaged; remove it");
}

FrameView FrameFile::frame(std::int64_t index) const
{
    const auto place = std::lower_bound(kept_.begin(), kept_.end(), index);
    if (place == kept_.end() || *place != index)
        throw unfit(path_, "keeps " + std::to_string(kept_.size()) + " pictures of " +
                               std::to_string(frames()) + " frames, but not that of frame " +
                               std::to_string(index) + "; remove it");
    const auto luma =
        static_cast<std::size_t>(info_.size.width) * static_cast<std::size_t>(info_.size.height);
    const auto *bytes = reinterpret_cast<const std::uint8_t *>(mapped_.bytes().data());
    const std::uint8_t *first =
        bytes + static_cast<std::size_t>(place - kept_.begin()) * bytes_of_frame(info_);
    FrameView view;
    view.format = info_.format;
    view.width = info_.size.width;
    view.height = info_.size.height;
    if (info_.format == PixelFormat::RGB) {
        view.planes = {first, nullptr, nullptr};
        view.strides = {3 * info_.size.width, 0, 0};
        return view;
    }
    view.planes = {first, first + luma, first + luma + luma / 4};
    view.strides = {info_.size.width, info_.size.width / 2, info_.size.width / 2};
    view.colorimetry = info_.colorimetry;
    return view;
}

} // namespace fovea
