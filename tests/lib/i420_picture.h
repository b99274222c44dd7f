// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

#include "fovea/core/image.h"

namespace fovea {

/** \brief A picture without colour that a test fills pixel by pixel; sides are even */
class I420Picture
{
public:
    explicit I420Picture(ImageSize size)
        : bytes_(static_cast<std::size_t>(size.width * size.height) * 3 / 2, 128)
    {
        const int pixels = size.width * size.height;
        view_.format = PixelFormat::I420;
        view_.width = size.width;
        view_.height = size.height;
        view_.planes = {bytes_.data(), bytes_.data() + pixels, bytes_.data() + pixels * 5 / 4};
        view_.strides = {size.width, size.width / 2, size.width / 2};
    }

    I420Picture(const I420Picture &) = delete;
    I420Picture &operator=(const I420Picture &) = delete;

    /** \param luma number of x and y */
    template <typename Luma>
    const FrameView &filled(const Luma &luma)
    {
        for (int y = 0; y < view_.height; ++y)
            for (int x = 0; x < view_.width; ++x)
                bytes_[static_cast<std::size_t>(y * view_.width + x)] =
                    static_cast<std::uint8_t>(luma(x, y));
        return view_;
    }

private:
    std::vector<std::uint8_t> bytes_;
    FrameView view_;
};

} // namespace fovea
