// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

#include "fovea/core/image.h"
#include "fovea/video/frame_to_tensor.h"
#include "fovea/video/pixel_rect.h"
#include "fovea/video/rgb_rows.h"

#ifdef __CUDACC__
#define FOVEA_ON_GPU __host__ __device__
#else
#define FOVEA_ON_GPU
#endif

namespace fovea {

// One pixel of FrameToTensor at a time: what each thread of a GPU does. It compiles for the CPU too,
// where a test holds it against FrameToTensor.

/** \brief Pixels mixed along one axis, see AxisTable */
struct AxisShare {
    int first;
    int last;
    float first_weight;
    float middle_weight;
    float last_weight;
};

struct PixelKernel {
    FrameView frame; ///< planes in the memory of what runs it
    RgbRows::Weights weights = {};
    ImageSize size;
    bool area = false;   ///< else bilinear
    float scale[3] = {}; ///< of bytes
    float shift[3] = {};

    struct Rgb {
        float red;
        float green;
        float blue;
    };

    /** \brief The three planes' values at (x, y) of \a rect, resized */
    FOVEA_ON_GPU void write(const PixelRect &rect, int x, int y, float *out,
                            std::size_t plane_stride) const
    {
        const AxisShare across = share(x, rect.width, size.width);
        const AxisShare down = share(y, rect.height, size.height);
        Rgb sum = {0, 0, 0};
        for (int row = down.first; row <= down.last; ++row) {
            const float row_weight = weight(down, row);
            for (int column = across.first; column <= across.last; ++column) {
                const float product = row_weight * weight(across, column);
                const Rgb pixel = at(rect.x + column, rect.y + row);
                sum.red += product * pixel.red;
                sum.green += product * pixel.green;
                sum.blue += product * pixel.blue;
            }
        }
        float *to = out + static_cast<std::size_t>(y) * static_cast<std::size_t>(size.width) + x;
        to[0] = sum.red * scale[0] + shift[0];
        to[plane_stride] = sum.green * scale[1] + shift[1];
        to[2 * plane_stride] = sum.blue * scale[2] + shift[2];
    }

private:
    /** As make_axis_table() has it, for one pixel */
    FOVEA_ON_GPU AxisShare share(int i, int source, int target) const
    {
        if (area && source > target) {
            const std::int64_t start = std::int64_t{i} * source;
            const std::int64_t end = start + source;
            const std::int64_t first = start / target;
            const std::int64_t last = (end - 1) / target;
            const std::int64_t first_end = (first + 1) * target;
            const double unit = 1.0 / source;
            return {static_cast<int>(first), static_cast<int>(last),
                    static_cast<float>(
                        static_cast<double>((first_end < end ? first_end : end) - start) * unit),
                    static_cast<float>(target * unit),
                    static_cast<float>(
                        last > first ? static_cast<double>(end - last * target) * unit : 0)};
        }
        const double wanted = (i + 0.5) * source / target - 0.5;
        const double place = wanted < 0 ? 0 : wanted > source - 1 ? source - 1 : wanted;
        const int first = static_cast<int>(place);
        const auto rest = static_cast<float>(place - first);
        const int last = first + 1 < source ? first + 1 : first;
        return {first, last, last > first ? 1 - rest : 1, 0, rest};
    }

    FOVEA_ON_GPU static float weight(const AxisShare &share, int i)
    {
        if (i == share.first)
            return share.first_weight;
        return i == share.last ? share.last_weight : share.middle_weight;
    }

    FOVEA_ON_GPU const std::uint8_t *pointer(int plane, int row) const
    {
        return frame.planes.data()[plane] +
               static_cast<std::ptrdiff_t>(frame.strides.data()[plane]) * row;
    }

    FOVEA_ON_GPU Rgb at(std::ptrdiff_t x, int y) const
    {
        const std::uint8_t *row = pointer(0, y);
        switch (frame.format) {
        case PixelFormat::RGBx:
        case PixelFormat::RGBA:
            return rgb(row[4 * x], row[4 * x + 1], row[4 * x + 2]);
        case PixelFormat::BGRx:
        case PixelFormat::BGRA:
            return rgb(row[4 * x + 2], row[4 * x + 1], row[4 * x]);
        case PixelFormat::RGB:
            return rgb(row[3 * x], row[3 * x + 1], row[3 * x + 2]);
        case PixelFormat::BGR:
            return rgb(row[3 * x + 2], row[3 * x + 1], row[3 * x]);
        case PixelFormat::GRAY8:
            return rgb(row[x], row[x], row[x]);
        case PixelFormat::YUY2:
            return yuv(row[2 * x], row[4 * (x / 2) + 1], row[4 * (x / 2) + 3]);
        case PixelFormat::NV12: {
            const std::uint8_t *chroma = pointer(1, y / 2) + x / 2 * 2;
            return yuv(row[x], chroma[0], chroma[1]);
        }
        case PixelFormat::I420:
            return yuv(row[x], pointer(1, y / 2)[x / 2], pointer(2, y / 2)[x / 2]);
        }
        return {0, 0, 0};
    }

    FOVEA_ON_GPU static Rgb rgb(int red, int green, int blue)
    {
        return {static_cast<float>(red), static_cast<float>(green), static_cast<float>(blue)};
    }

    /** In the fixed point of RgbRows, bit by bit */
    FOVEA_ON_GPU Rgb yuv(int y, int u, int v) const
    {
        const int black = weights.black;
        const int luma = static_cast<int>(
            (static_cast<std::uint32_t>((y > black ? y : black) << 8) * weights.luma) >> 16);
        const int cu = (u - 128) * 256;
        const int cv = (v - 128) * 256;
        return rgb(level(luma + weights.offset + ((cv * weights.red_v) >> 16)),
                   level(luma + weights.offset + ((cu * weights.green_u) >> 16) +
                         ((cv * weights.green_v) >> 16)),
                   level(luma + weights.offset + ((cu * weights.blue_u) >> 16)));
    }

    FOVEA_ON_GPU static int level(int sum)
    {
        const int value = sum >> RgbRows::fraction_bits;
        return value < 0 ? 0 : value > 255 ? 255 : value;
    }
};

/** \brief The kernel that reads \a frame as FrameToTensor with \a options would */
PixelKernel make_pixel_kernel(const FrameView &frame, const FrameToTensor::Options &options);

} // namespace fovea
