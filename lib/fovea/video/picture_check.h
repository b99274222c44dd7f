// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>

#include "fovea/core/image.h"
#include "fovea/core/names.h"
#include "fovea/core/time.h"

namespace fovea {

/** \brief What a camera's picture is worth */
enum class PictureState { Good, Black, Covered, Turned, Garbage };

constexpr Named<PictureState> picture_states[] = {
    {PictureState::Good, "good", "as it usually is"},
    {PictureState::Black, "black", "dark everywhere"},
    {PictureState::Covered, "covered", "without the detail that a scene has"},
    {PictureState::Turned, "turned",
     "another view than before, for a minute; then that is the view"},
    {PictureState::Garbage, "garbage", "most frames are reported damaged by the decoder"}};

/**
 * \brief Whether a fixed camera still shows its scene
 *
 * Holds the brightness of cells of the picture, and the detail in it, against what they usually are. What usually
 * changes (a camera that moves by itself, a test pattern) never counts as turned. All numbers are choices of this
 * project, from no paper.
 */
class PictureCheck
{
public:
    static constexpr Nanoseconds interval = nanoseconds_per_second / 2; ///< between two looks

    /** \brief Of each frame. \param damaged the decoder reported it so */
    void count(bool damaged);

    /** \brief Whether a look is due; any frame may be looked at */
    bool is_due(Nanoseconds time) const;

    /** \brief Looks at a frame; times go up \param frame of any size: another size begins anew */
    void look(const FrameView &frame, Nanoseconds time);

    /** \brief What this frame and the last look say: frames are not to be judged where it is not good */
    PictureState now() const;

    /** \brief What has been so for two seconds: worth telling */
    PictureState told() const { return told_; }

    /** \brief Another connection: the view stays known, times begin anew */
    void reconnect();

private:
    static constexpr std::size_t columns = 32;
    static constexpr std::size_t rows = 18;
    using Cells = std::array<float, columns * rows>;

    /** \brief A look: brightness in levels of 255 */
    struct Look {
        Cells cells = {}; ///< mean of each
        float detail = 0; ///< mean difference between neighbours in a row
    };

    static Look look_at(const FrameView &frame);
    static float likeness(const Cells &a, const Cells &b);
    PictureState judged(const Look &look, float alike) const;
    void learn(const Look &look, float alike);
    void forget();
    void tell(Nanoseconds time);

    ImageSize size_;
    Look usual_;
    float usual_likeness_ = 0; ///< of a look with the usual one
    std::size_t looks_ = 0;    ///< that usual_ was made of; 0: nothing is known
    float damaged_ = 0;        ///< share of the last frames
    PictureState seen_ = PictureState::Good;
    PictureState told_ = PictureState::Good;
    PictureState waiting_ = PictureState::Good; ///< seen since waiting_since_, not told yet
    Nanoseconds waiting_since_ = 0;
    Nanoseconds looked_ = -1; ///< below 0: not yet
};

} // namespace fovea
