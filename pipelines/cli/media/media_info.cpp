// SPDX-License-Identifier: MIT
#include "media/media_info.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

#include <glib/gstdio.h>
#include <gst/pbutils/pbutils.h>

#include "fovea/core/errors.h"
#include "fovea/core/formatted.h"
#include "fovea/core/link_loop.h"
#include "fovea/core/names.h"
#include "fovea/core/stated_time.h"
#include "fovea/core/thread_shortage.h"
#include "fovea/store/web_video.h"
#include "fovea/video/container.h"
#include "fovea/video/frame_folder.h"
#include "fovea/video/picture_file.h"
#include "media/bus_messages.h"
#include "media/demuxer_watch.h"
#include "media/element.h"
#include "media/file_end.h"

namespace fovea {

namespace {

constexpr GstClockTime discover_timeout = 30 * GST_SECOND; // a cold disk, a long index

template <typename T>
using ObjectPointer = std::unique_ptr<T, void (*)(gpointer)>;

Error not_found(const std::filesystem::path &file, const std::string &what)
{
    return {Error::Kind::NotFound, "'" + file.string() + "' " + what};
}

Error unusable(const std::filesystem::path &file, const std::string &what)
{
    return {Error::Kind::Settings, "'" + file.string() + "' " + what};
}

void check_file(const std::filesystem::path &file)
{
    std::error_code error;
    const auto status = std::filesystem::status(file, error);
    if (is_web_video(file.string()))
        throw not_found(file, "is on a web server, from where label, extract and eval alone read; "
                              "fetch it first");
    if (const std::string loop = link_loop(error); !loop.empty())
        throw not_found(file, "is " + loop);
    if (!std::filesystem::exists(status))
        throw not_found(file, "does not exist");
    if (std::filesystem::is_directory(status))
        throw unusable(file,
                       "is a folder; expected a video file, or a folder of frames: 000001.jpg "
                       "and so on; of the videos in it make a list: find FOLDER -iname "
                       "'*.mp4' > LIST, fovea label --list LIST");
    if (!std::filesystem::is_regular_file(status)) // reading one may never end
        throw unusable(file,
                       std::string(std::filesystem::is_fifo(status) ? "is a pipe" : "is a device") +
                           "; expected a video file");
    if (std::filesystem::file_size(file, error) == 0)
        throw unusable(file, "is empty; expected a video file");
    if (g_access(file.c_str(), R_OK) != 0)
        throw not_found(file, "cannot be read: permission denied");
    if (const std::string kind = animation_kind(file); !kind.empty())
        throw unusable(file, "is " + std::string(kind == "GIF" ? "a " : "an ") + kind +
                                 ", which GStreamer does not play as a video; make a video of it "
                                 "first, for example with: " +
                                 (kind == "animated WebP" ? "magick FILE.webp FILE.mp4"
                                                          : "ffmpeg -i FILE FILE.mp4"));
    // GStreamer 1.22 may lose its own word on these two, and wait
    if (mp4_lacks_index(file))
        throw unusable(file,
                       "is an MP4 without a whole index (moov): it is cut short; copy it again, "
                       "or mend it, for example with untrunc");
    if (matroska_lacks_clusters(file))
        throw unusable(file, "is Matroska or WebM that ends in its header, before the first frame: "
                             "it is cut short; copy it again");
    if (avi_lacks_frames(file)) // GStreamer 1.22 calls one with sound a file of sound alone
        throw unusable(file, "is an AVI whose video track holds no whole picture; if it is cut "
                             "short, copy it again");
}

/* "gstreamer|1.0|fovea|H.265 decoder|decoder-video/x-h265" -> "H.265 decoder" */
std::string missing_plugins(GstDiscovererInfo *info)
{
    std::vector<std::string> names;
    const gchar **details = gst_discoverer_info_get_missing_elements_installer_details(info);
    for (; details != nullptr && *details != nullptr; ++details) {
        g_auto(GStrv) fields = g_strsplit(*details, "|", -1);
        if (g_strv_length(fields) < 5 || g_str_has_prefix(fields[4], "decoder-audio"))
            continue;
        names.emplace_back(fields[3]);
    }
    return joined(names);
}

/* "application/x-gzip decoder"; that of a video's container has a name, as in "MXF demuxer" */
bool is_of_no_video(const std::string &missing)
{
    return missing.rfind("application/", 0) == 0 || missing.rfind("text/", 0) == 0;
}

/** \param is_of_format as why_undecodable() */
void check_result(const std::filesystem::path &file, GstDiscovererInfo *info, const GError *error,
                  bool is_of_format)
{
    const GstDiscovererResult result =
        info != nullptr ? gst_discoverer_info_get_result(info) : GST_DISCOVERER_ERROR;
    switch (result) {
    case GST_DISCOVERER_OK:
        return;
    case GST_DISCOVERER_MISSING_PLUGINS: {
        const std::string names = missing_plugins(info);
        if (names.empty()) // only the sound lacks a decoder
            return;
        if (is_of_no_video(names))
            throw unusable(file, "is " + names.substr(0, names.find(' ')) + "; expected a video");
        throw unusable(file, "needs a decoder that is not installed: " + names +
                                 "; try: apt-get install gstreamer1.0-libav "
                                 "gstreamer1.0-plugins-bad gstreamer1.0-plugins-ugly; where these "
                                 "are there GStreamer has none: make another file first, for "
                                 "example with: ffmpeg -i FILE OTHER.mp4");
    }
    case GST_DISCOVERER_TIMEOUT:
        throw unusable(file,
                       "gave no stream within 30 s: it is cut short, damaged or no video, or its "
                       "disk is very slow; copy it again");
    default:
        throw unusable(file, why_undecodable(error, is_of_format));
    }
}

bool is_of_pictures(GstDiscovererVideoInfo *video)
{
    g_autoptr(GstCaps) caps =
        gst_discoverer_stream_info_get_caps(GST_DISCOVERER_STREAM_INFO(video));
    return caps != nullptr && is_coded_as_pictures(caps);
}

/* IVF is a stream of its own to the discoverer, which another follows that is in it */
bool holds_another(GstDiscovererVideoInfo *video)
{
    const ObjectPointer<GstDiscovererStreamInfo> next(
        gst_discoverer_stream_info_get_next(GST_DISCOVERER_STREAM_INFO(video)), g_object_unref);
    return next != nullptr && GST_IS_DISCOVERER_VIDEO_INFO(next.get());
}

std::size_t moving_tracks(GList *streams)
{
    std::size_t count = 0;
    for (; streams != nullptr; streams = streams->next) {
        auto *video = GST_DISCOVERER_VIDEO_INFO(streams->data);
        count += is_of_pictures(video) || holds_another(video) ? 0 : 1;
    }
    return count;
}

/* \param images whether those that the discoverer calls images are taken: Motion JPEG without a container is, too */
GstDiscovererVideoInfo *first_moving(GList *streams, bool images)
{
    GstDiscovererVideoInfo *first = nullptr;
    for (; streams != nullptr; streams = streams->next) {
        auto *video = GST_DISCOVERER_VIDEO_INFO(streams->data);
        if (!images && gst_discoverer_video_info_is_image(video) != FALSE)
            continue;
        if (!is_of_pictures(video))
            return video;
        if (first == nullptr)
            first = video;
    }
    return first;
}

/* Phones store the picture as the sensor lies and say how to turn it; empty: they do not. */
std::string orientation_in(const GstTagList *tags)
{
    g_autofree gchar *orientation = nullptr;
    if (tags == nullptr ||
        gst_tag_list_get_string(tags, GST_TAG_IMAGE_ORIENTATION, &orientation) == FALSE)
        return "";
    return orientation;
}

std::string orientation_of(GstDiscovererInfo *info, GstDiscovererVideoInfo *video)
{
    std::string orientation =
        orientation_in(gst_discoverer_stream_info_get_tags(GST_DISCOVERER_STREAM_INFO(video)));
    g_autoptr(GstDiscovererStreamInfo) whole = gst_discoverer_info_get_stream_info(info);
    if (orientation.empty() && whole != nullptr && GST_IS_DISCOVERER_CONTAINER_INFO(whole))
        orientation = orientation_in(
            gst_discoverer_container_info_get_tags(GST_DISCOVERER_CONTAINER_INFO(whole)));
    return orientation;
}

/* Of streams without a container, and of MPEG's, GStreamer goes by how many bytes the first seconds take, or by the
   first and the last clock of the file, whatever they say in between */
bool is_without_duration(GstDiscovererInfo *info)
{
    g_autoptr(GstDiscovererStreamInfo) whole = gst_discoverer_info_get_stream_info(info);
    if (whole == nullptr || !GST_IS_DISCOVERER_CONTAINER_INFO(whole))
        return true;
    g_autoptr(GstCaps) caps = gst_discoverer_stream_info_get_caps(whole);
    return caps != nullptr &&
           g_str_has_prefix(gst_structure_get_name(gst_caps_get_structure(caps, 0)), "video/mpeg");
}

bool some(GList *streams)
{
    const bool any = streams != nullptr;
    gst_discoverer_stream_info_list_free(streams);
    return any;
}

using DiscovererInfo = ObjectPointer<GstDiscovererInfo>;

/** \brief Takes, while it lives, what GStreamer 1.22 says in criticals before it fails for want of a pixel format */
class PixelFormatCriticals
{
public:
    PixelFormatCriticals()
    {
        for (std::size_t i = 0; i < domains.size(); ++i)
            handlers_[i] = g_log_set_handler(domains[i], G_LOG_LEVEL_CRITICAL, take, nullptr);
    }

    ~PixelFormatCriticals()
    {
        for (std::size_t i = 0; i < domains.size(); ++i)
            g_log_remove_handler(domains[i], handlers_[i]);
    }

    /** \brief Whether there was one, of this or of another file in hand */
    bool any() const { return said != before_; }

    PixelFormatCriticals(const PixelFormatCriticals &) = delete;
    PixelFormatCriticals &operator=(const PixelFormatCriticals &) = delete;

private:
    static constexpr std::array domains = {"GStreamer", "GStreamer-Video"};

    inline static std::atomic<std::uint64_t> said = 0; ///< streaming threads of all files say them

    static void take(const gchar *domain, GLogLevelFlags level, const gchar *message, gpointer)
    {
        constexpr std::array of_formats = {"GST_VIDEO_FORMAT_UNKNOWN", "'info->finfo != NULL'",
                                           "'mini_object != NULL'"};
        if (std::none_of(of_formats.begin(), of_formats.end(),
                         [&](const char *part) { return std::strstr(message, part) != nullptr; }))
            g_log_default_handler(domain, level, message, nullptr);
        else
            ++said;
    }

    std::array<guint, domains.size()> handlers_ = {};
    std::uint64_t before_ = said;
};

void set_up_source(GstDiscoverer *, GstElement *source, gpointer watch)
{
    read_to_end(source, /*for_frames=*/false);
    static_cast<std::optional<DemuxerWatch> *>(watch)->emplace(source);
}

/** \throw Error as media_info() */
DiscovererInfo discovered(const std::filesystem::path &file)
{
    check_file(file);
    if (const std::string why = thread_shortage(decoding_threads()); !why.empty())
        throw Error(Error::Kind::Init, "'" + file.string() + "' " + why);
    const PixelFormatCriticals taken;
    g_autoptr(GError) error = nullptr;
    g_autofree gchar *uri = gst_filename_to_uri(file.c_str(), &error);
    if (uri == nullptr)
        throw unusable(file, std::string("is no file name: ") + error->message);
    const ObjectPointer<GstDiscoverer> discoverer(gst_discoverer_new(discover_timeout, &error),
                                                  g_object_unref);
    if (discoverer == nullptr)
        throw Error(Error::Kind::Init, std::string("GStreamer cannot look into files: ") +
                                           (error != nullptr ? error->message : "no decodebin") +
                                           "; see fovea doctor");
    std::optional<DemuxerWatch> watch;
    g_signal_connect(discoverer.get(), "source-setup", G_CALLBACK(set_up_source), &watch);
    DiscovererInfo info(gst_discoverer_discover_uri(discoverer.get(), uri, &error), g_object_unref);
    check_result(file, info.get(), error, taken.any());
    return info;
}

MediaInfo info_of(const std::filesystem::path &folder, const FrameFolder &frames)
{
    g_autofree gchar *first = g_strdup_printf(frames.pattern.c_str(), frames.first);
    const DiscovererInfo info = discovered(folder / first);
    MediaInfo media;
    media.file = media.name = folder;
    media.fps = frames.fps;
    if (frames.left_out > 0)
        media.notes.push_back("holds " + std::to_string(frames.left_out) +
                              " pictures more, which do not follow the " +
                              std::to_string(frames.frames) +
                              " that are numbered without a gap from the first: they are left out");
    media.duration = static_cast<Nanoseconds>(
        std::min(static_cast<double>(frames.frames) / frames.fps, longest_seconds) *
        nanoseconds_per_second);
    GList *streams = gst_discoverer_info_get_video_streams(info.get());
    if (streams != nullptr) {
        auto *picture = GST_DISCOVERER_VIDEO_INFO(streams->data);
        media.size = {static_cast<int>(gst_discoverer_video_info_get_width(picture)),
                      static_cast<int>(gst_discoverer_video_info_get_height(picture))};
    }
    gst_discoverer_stream_info_list_free(streams);
    return media;
}

} // namespace

MediaInfo media_info(const std::filesystem::path &file)
{
    if (const auto frames = frame_folder(file))
        return info_of(file, *frames);
    const DiscovererInfo info = discovered(file);
    MediaInfo media;
    media.file = media.name = file;
    const bool moves = is_motion_jpeg(file);
    media.has_audio = some(gst_discoverer_info_get_audio_streams(info.get()));
    GList *streams = gst_discoverer_info_get_video_streams(info.get());
    GstDiscovererVideoInfo *video = first_moving(streams, moves);
    if (video != nullptr) {
        media.size = {static_cast<int>(gst_discoverer_video_info_get_width(video)),
                      static_cast<int>(gst_discoverer_video_info_get_height(video))};
        const std::string orientation = orientation_of(info.get(), video);
        media.is_upright = orientation.empty() || orientation == "rotate-0";
        if (g_str_has_suffix(orientation.c_str(), "rotate-90") ||
            g_str_has_suffix(orientation.c_str(), "rotate-270"))
            std::swap(media.size.width, media.size.height);
        const guint numerator = gst_discoverer_video_info_get_framerate_num(video);
        const guint denominator = gst_discoverer_video_info_get_framerate_denom(video);
        media.fps = denominator > 0 ? static_cast<double>(numerator) / denominator : 0;
    }
    if (moves) {
        media.fps = assumed_fps;
        media.notes.push_back("is Motion JPEG without a rate; " + to_text(assumed_fps) +
                              " frames a second are assumed");
    }
    const auto moving = moving_tracks(streams);
    const bool pictures_only = video == nullptr && streams != nullptr;
    gst_discoverer_stream_info_list_free(streams);
    if (pictures_only)
        throw unusable(file, "is a picture; expected a video");
    if (video == nullptr && mp4_has_video_track(file))
        throw unusable(file,
                       "has a video track that GStreamer's MP4 reader leaves out: it lasts less "
                       "than a fifth of the sound; put it into Matroska first, for example "
                       "with: ffmpeg -i FILE.mp4 -c copy FILE.mkv");
    if (video == nullptr)
        throw unusable(file,
                       media.has_audio ? "holds sound only; expected a video" : "holds no video");

    const GstClockTime duration = gst_discoverer_info_get_duration(info.get());
    if (GST_CLOCK_TIME_IS_VALID(duration))
        media.duration = static_cast<Nanoseconds>(duration);
    media.ends_within_a_part = ends_within_a_part(file);
    media.duration_is_estimated = is_without_duration(info.get());
    if (const auto another = another_file_behind(file))
        media.notes.push_back("holds another file behind the first, as cat joins them: its " +
                              std::to_string(std::filesystem::file_size(file) - *another) +
                              " bytes are not read; get it out with: tail -c +" +
                              std::to_string(*another + 1) + " FILE > OTHER");
    if (moving > 1)
        media.notes.push_back("has " + std::to_string(moving) +
                              " video tracks, of which the first is looked at alone; for another: "
                              "ffmpeg -i FILE -map 0:v:1 -c copy OTHER.mkv");
    return media;
}

std::vector<std::string> notes_of(const DecodingReport &report, const MediaInfo &media)
{
    std::vector<std::string> notes = media.notes;
    for (std::string &note : notes_of(report, media.duration_is_estimated ? 0 : media.duration,
                                      media.ends_within_a_part))
        notes.push_back(std::move(note));
    return notes;
}

} // namespace fovea
