// SPDX-License-Identifier: MIT
#include "overlay/planar_tile.h"

#include <algorithm>
#include <array>

namespace fovea {

namespace {

/* What a component gains from premultiplied red, green, blue and alpha, all in 0..255 */
using Mix = std::array<float, 4>;

Mix mix_of_rgb(int component)
{
    Mix mix = {};
    mix[static_cast<std::size_t>(component)] = 1; // R, G, B and A stand in this order in GStreamer
    return mix;
}

Mix mix_of_yuv(const GstVideoInfo &info, int component)
{
    double kr = 0;
    double kb = 0;
    if (!gst_video_color_matrix_get_Kr_Kb(info.colorimetry.matrix, &kr, &kb))
        gst_video_color_matrix_get_Kr_Kb(GST_VIDEO_COLOR_MATRIX_BT601, &kr, &kb);
    std::array<gint, GST_VIDEO_MAX_COMPONENTS> offset = {};
    std::array<gint, GST_VIDEO_MAX_COMPONENTS> scale = {};
    gst_video_color_range_offsets(info.colorimetry.range, info.finfo, offset.data(), scale.data());

    const double kg = 1 - kr - kb;
    const auto index = static_cast<std::size_t>(component);
    const auto scaled = [&](double red, double green, double blue) -> Mix {
        const double share = scale[index] / 255.0;
        return {static_cast<float>(red * share), static_cast<float>(green * share),
                static_cast<float>(blue * share), static_cast<float>(offset[index] / 255.0)};
    };
    switch (component) {
    case GST_VIDEO_COMP_Y:
        return scaled(kr, kg, kb);
    case GST_VIDEO_COMP_U:
        return scaled(-kr / (2 - 2 * kb), -kg / (2 - 2 * kb), 0.5);
    case GST_VIDEO_COMP_V:
        return scaled(0.5, -kg / (2 - 2 * kr), -kb / (2 - 2 * kr));
    default:
        return {0, 0, 0, 1}; // alpha
    }
}

Mix mix_of(const GstVideoInfo &info, int component)
{
    return GST_VIDEO_INFO_IS_RGB(&info) ? mix_of_rgb(component) : mix_of_yuv(info, component);
}

/* Not lround(): that is a call, and a frame of heat has millions of these */
std::uint8_t to_byte(float value, int most)
{
    return static_cast<std::uint8_t>(std::clamp(static_cast<int>(value + 0.5F), 0, most));
}

/* Exact rounding of a / 255 for a <= 255 * 255, without a division: the loop below vectorises */
inline std::uint8_t by_255(unsigned value)
{
    const unsigned biased = value + 128;
    return static_cast<std::uint8_t>((biased + (biased >> 8)) >> 8);
}

void blend_bytes(guint8 *__restrict bytes, const std::uint8_t *__restrict add,
                 const std::uint8_t *__restrict keep, int count)
{
    for (int i = 0; i < count; ++i)
        bytes[i] = static_cast<guint8>(
            add[i] + by_255(static_cast<unsigned>(bytes[i]) * static_cast<unsigned>(keep[i])));
}

/* Bytes of a row of `width` pixels in a plane, all its components counted */
int bytes_of_row(const GstVideoFormatInfo *format, int plane, int width)
{
    int bytes = 0;
    for (guint c = 0; c < GST_VIDEO_FORMAT_INFO_N_COMPONENTS(format); ++c)
        if (static_cast<int>(GST_VIDEO_FORMAT_INFO_PLANE(format, c)) == plane)
            bytes = std::max(bytes, GST_VIDEO_FORMAT_INFO_SCALE_WIDTH(format, c, width) *
                                        GST_VIDEO_FORMAT_INFO_PSTRIDE(format, c));
    return bytes;
}

} // namespace

PlanarTile::PlanarTile(const Tile &tile, const GstVideoInfo &info)
    : x_(tile.rect.x), y_(tile.rect.y)
{
    const GstVideoFormatInfo *format = info.finfo;
    for (guint p = 0; p < GST_VIDEO_FORMAT_INFO_N_PLANES(format); ++p)
        planes_.emplace_back();
    for (guint c = GST_VIDEO_FORMAT_INFO_N_COMPONENTS(format); c-- > 0;) {
        Plane &plane = planes_[GST_VIDEO_FORMAT_INFO_PLANE(format, c)];
        plane.index = static_cast<int>(GST_VIDEO_FORMAT_INFO_PLANE(format, c));
        plane.x_shift = static_cast<int>(GST_VIDEO_FORMAT_INFO_W_SUB(format, c));
        plane.y_shift = static_cast<int>(GST_VIDEO_FORMAT_INFO_H_SUB(format, c));
        plane.group_bytes = GST_VIDEO_FORMAT_INFO_PSTRIDE(format, c);
    }
    for (Plane &plane : planes_) {
        const int rows = GST_VIDEO_SUB_SCALE(plane.y_shift, tile.rect.height);
        plane.row_bytes = bytes_of_row(format, plane.index, tile.rect.width);
        plane.rows.resize(static_cast<std::size_t>(rows));
        const auto bytes =
            static_cast<std::size_t>(rows) * static_cast<std::size_t>(plane.row_bytes);
        plane.add.assign(bytes, 0);
        plane.keep.assign(bytes, 255); // what no component claims, the x of RGBx, stays
    }
    for (guint c = 0; c < GST_VIDEO_FORMAT_INFO_N_COMPONENTS(format); ++c)
        set_component(tile, info, static_cast<int>(c));
    for (Plane &plane : planes_)
        find_spans(&plane);
}

void PlanarTile::set_component(const Tile &tile, const GstVideoInfo &info, int component)
{
    const GstVideoFormatInfo *format = info.finfo;
    const Mix mix = mix_of(info, component);
    Plane &plane = planes_[GST_VIDEO_FORMAT_INFO_PLANE(format, component)];
    const int x_shift = static_cast<int>(GST_VIDEO_FORMAT_INFO_W_SUB(format, component));
    const int columns = GST_VIDEO_SUB_SCALE(x_shift, tile.rect.width);

    for (int row = 0; row < static_cast<int>(plane.rows.size()); ++row) {
        const int y_end = std::min((row + 1) << plane.y_shift, tile.rect.height);
        for (int column = 0; column < columns; ++column) {
            const int x_end = std::min((column + 1) << x_shift, tile.rect.width);
            std::array<unsigned, 4> sum = {}; // red, green, blue, alpha
            unsigned pixels = 0;
            for (int y = row << plane.y_shift; y < y_end; ++y) {
                for (int x = column << x_shift; x < x_end; ++x) {
                    const std::uint32_t pixel =
                        tile.pixels[static_cast<std::size_t>(y) *
                                        static_cast<std::size_t>(tile.rect.width) +
                                    static_cast<std::size_t>(x)];
                    sum[0] += pixel >> 16 & 255;
                    sum[1] += pixel >> 8 & 255;
                    sum[2] += pixel & 255;
                    sum[3] += pixel >> 24;
                    ++pixels;
                }
            }
            if (sum[3] == 0)
                continue;
            const float share = 1.0F / static_cast<float>(pixels);
            std::array<float, 4> mean = {};
            std::transform(sum.begin(), sum.end(), mean.begin(),
                           [share](unsigned total) { return static_cast<float>(total) * share; });
            const std::uint8_t keep = to_byte(255 - mean[3], 255);
            const float value =
                mix[0] * mean[0] + mix[1] * mean[1] + mix[2] * mean[2] + mix[3] * mean[3];
            const auto byte = static_cast<std::size_t>(
                row * plane.row_bytes + column * GST_VIDEO_FORMAT_INFO_PSTRIDE(format, component) +
                static_cast<int>(GST_VIDEO_FORMAT_INFO_POFFSET(format, component)));
            plane.keep[byte] = keep;
            plane.add[byte] = to_byte(value, 255 - keep); // so that the sum never passes 255
        }
    }
}

void PlanarTile::find_spans(Plane *plane)
{
    for (std::size_t row = 0; row < plane->rows.size(); ++row) {
        const auto begin =
            plane->keep.begin() + static_cast<std::ptrdiff_t>(row) * plane->row_bytes;
        const auto end = begin + plane->row_bytes;
        const auto changes = [](std::uint8_t keep) { return keep != 255; };
        const auto first = std::find_if(begin, end, changes);
        auto last = end;
        while (last != first && !changes(*(last - 1)))
            --last;
        plane->rows[row] = {static_cast<int>(first - begin), static_cast<int>(last - begin)};
    }
}

void PlanarTile::blend(GstVideoFrame *frame, int x, int y) const
{
    for (const Plane &plane : planes_) {
        const int left = (x + x_) / (1 << plane.x_shift) * plane.group_bytes;
        const int top = (y + y_) / (1 << plane.y_shift);
        const int width =
            bytes_of_row(frame->info.finfo, plane.index, GST_VIDEO_FRAME_WIDTH(frame));
        const int height = GST_VIDEO_SUB_SCALE(plane.y_shift, GST_VIDEO_FRAME_HEIGHT(frame));
        auto *data = static_cast<guint8 *>(GST_VIDEO_FRAME_PLANE_DATA(frame, plane.index));
        const std::ptrdiff_t stride = GST_VIDEO_FRAME_PLANE_STRIDE(frame, plane.index);

        for (int row = 0; row < static_cast<int>(plane.rows.size()); ++row) {
            if (top + row < 0 || top + row >= height)
                continue;
            const Span &span = plane.rows[static_cast<std::size_t>(row)];
            const int begin = std::max(span.begin, -left);
            const int end = std::min(span.end, width - left);
            if (begin >= end)
                continue;
            const auto from = static_cast<std::size_t>(row * plane.row_bytes + begin);
            blend_bytes(data + (top + row) * stride + left + begin, &plane.add[from],
                        &plane.keep[from], end - begin);
        }
    }
}

} // namespace fovea
