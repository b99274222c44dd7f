// SPDX-License-Identifier: MIT
#pragma once

namespace fovea {

/**
 * \brief An upright rectangle, normalised to the video frame
 *
 * x and width are shares of the frame's width, y and height of its height, so [0, 1] inside the
 * frame. A square on the screen has width != height unless the frame is square.
 */
struct Box {
    float x = 0;
    float y = 0;
    float width = 0;
    float height = 0;

    float x_max() const { return x + width; }

    float y_max() const { return y + height; }

    float area() const { return width * height; }
};

constexpr Box whole_frame = {0, 0, 1, 1};

/** \brief Whole pixels of a picture */
struct PixelRect {
    int x = 0;
    int y = 0;
    int width = 0;
    int height = 0;
};

/** \brief A box in pixels; fractions of pixels when it comes from a resized picture */
struct PixelBox {
    double x = 0;
    double y = 0;
    double width = 0;
    double height = 0;
};

bool operator==(const Box &a, const Box &b);

/** \brief The smallest box that holds both */
Box united(const Box &a, const Box &b);

/** \brief The common part; width and height are 0 where there is none */
Box intersected(const Box &a, const Box &b);

/** \brief Intersection over union, in [0, 1]; 0 for empty boxes */
float intersection_over_union(const Box &a, const Box &b);

/**
 * \brief A box given relative to \a outer, expressed relative to the frame
 *
 * inside({0, 0, 1, 1}, outer) is outer.
 */
Box inside(const Box &relative, const Box &outer);

} // namespace fovea
